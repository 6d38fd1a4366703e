"""Logs of somebody else, in memory: what a witness is sent, honest or not."""

from dataclasses import dataclass, field
from functools import cached_property

from app.evidence.checkpoints import Checkpoint, sign_checkpoint
from app.evidence.notes import Signer
from app.evidence.tree import Edge, Node, consistency_path, leaf_hash
from app.evidence.witness import Submission


@dataclass
class Log:
    """A log of numbered leaves; two with other words share no leaf."""

    origin: str = "example.com/log"
    word: str = "leaf"
    signer: Signer = field(default_factory=lambda: Signer.generate("example.com/log"))

    @cached_property
    def heads(self) -> list[Edge]:
        return [Edge()]

    @cached_property
    def nodes(self) -> dict[Node, bytes]:
        return {}

    def at(self, size: int) -> Edge:
        while len(self.heads) <= size:
            edge, completed = self.heads[-1].append(leaf_hash(f"{self.word} {len(self.heads)}".encode()))
            self.heads.append(edge)
            self.nodes.update(completed)
        return self.heads[size]

    @property
    def vkey(self) -> str:
        return self.signer.verifier.vkey()

    def note(self, size: int) -> str:
        return sign_checkpoint(Checkpoint(self.origin, size, self.at(size).root()), self.signer)

    def submission(self, old: int, size: int, note: str = "") -> str:
        """Return what the log sends to a witness that saw ``old`` leaves."""
        self.at(size)
        path = consistency_path(old, size, lambda wanted: {n: self.nodes[n] for n in wanted}) if 0 < old <= size else []
        return Submission(old, tuple(path), note or self.note(size)).text()
