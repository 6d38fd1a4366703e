"""Every step of a state goes through the table of its life cycle: nobody sets a state by hand."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "app/platform/transitions.py": "the one place that does it",
    "app/rules/lifecycle.py": "an exception keeps the state that it is about",
    "app/platform/outbox.py": "a new job waits",
    "app/jobs/loop.py": "a job has no life cycle of its own: the token of its lease fences each step",
    "app/cli/demo/ways_in.py": "the demo forgets the mails of the days that it makes up",
}


def set_by_hand(source: str) -> Iterator[int]:
    """Yield the lines that assign to ``.state``, or give a member of a ``…State`` as the value of ``state``."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Assign(targets=targets) if any(_is_state(target) for target in targets):
                yield node.lineno
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target) if _is_state(target):
                yield node.lineno
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="state"), _]):
                yield node.lineno
            case ast.keyword(arg="state", value=value) if _is_member(value):
                yield value.lineno
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                yield from (value.lineno for key, value in pairs if _names_state(key) and _is_member(value))


def _is_state(target: ast.expr) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return any(isinstance(part, ast.Attribute) and part.attr == "state" for part in parts)


def _is_member(value: ast.expr) -> bool:
    return any(
        isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id.endswith("State")
        for part in ast.walk(value)
    )


def _names_state(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "state"


def test_no_state_is_set_outside_its_life_cycle() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        for line in set_by_hand(path.read_text(encoding="utf-8"))
        if str(path.relative_to(ROOT)) not in ALLOWED
    }
    assert found == set(), "take the step with platform/transitions.py"


@pytest.mark.parametrize("path", ALLOWED)
def test_each_exception_is_still_one(path: str) -> None:
    assert list(set_by_hand((ROOT / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "line",
    [
        "version.state = VersionState.DRAFT",
        "version.state, version.row_version = state, 2",
        "version.state: VersionState = after(state)",
        "setattr(version, 'state', state)",
        "update(Version).values(state=VersionState.DRAFT)",
        "values = {'state': VersionState.DEAD if dead else VersionState.DRAFT}",
    ],
)
def test_a_state_set_by_hand_is_found(line: str) -> None:
    assert list(set_by_hand(line)) == [1]


@pytest.mark.parametrize("line", ["request.state.caller = caller", "listed(state=state)", "version.state == other"])
def test_what_only_reads_a_state_is_not(line: str) -> None:
    assert list(set_by_hand(line)) == []
