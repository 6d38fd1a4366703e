"""One grown tree whose stored nodes the tests read, and the wish that something is refused."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from app.evidence.errors import EvidenceError
from app.evidence.tree import Edge, Node, leaf_hash

Grow = Callable[[list[bytes]], tuple[list[Edge], dict[Node, bytes]]]
Refuses = Callable[..., AbstractContextManager[None]]


@pytest.fixture(scope="session")
def grow() -> Grow:
    """Append leaves one by one: the edge of each size, and all complete nodes."""

    def grown(leaves: list[bytes]) -> tuple[list[Edge], dict[Node, bytes]]:
        edges, nodes = [Edge()], {}
        for leaf in leaves:
            edge, completed = edges[-1].append(leaf_hash(leaf))
            edges.append(edge)
            nodes.update(completed)
        return edges, nodes

    return grown


@pytest.fixture(scope="session")
def refuses() -> Refuses:
    @contextmanager
    def refusing(*codes: str) -> Iterator[None]:
        with pytest.raises(EvidenceError) as refused:
            yield
        assert refused.value.code in codes, refused.value.code

    return refusing
