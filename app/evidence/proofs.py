"""Offline proofs that a leaf is in a log: `c2sp.org/tlog-proof@v1` (C2SP tlog-proof)."""

from dataclasses import dataclass
from typing import Self

from app.evidence.encoding import decode64, decode_decimal, encode64
from app.evidence.errors import EvidenceError
from app.evidence.tree import HASH_BYTES

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PATH = 63
_CODE = "proof_malformed"


@dataclass(frozen=True)
class Proof:
    """A leaf's index, its inclusion path from the leaf up, and the checkpoint note the path leads to."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a proof (C2SP tlog-proof, "Format"); raise `proof_malformed`.

        Extra data is allowed and ignored, as nothing authenticates it. The checkpoint stays an unread note.
        """
        head, separator, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if lines.pop(0) != HEADER or not separator:
            raise EvidenceError(_CODE, "This is no c2sp.org/tlog-proof@v1.")
        if lines and lines[0].startswith("extra "):
            decode64(lines.pop(0).removeprefix("extra "), _CODE)
        if not lines or not lines[0].startswith("index ") or len(lines) > MAX_PATH + 1:
            raise EvidenceError(_CODE, "A proof has one index and at most 63 hashes.")
        index = decode_decimal(lines.pop(0).removeprefix("index "), _CODE)
        return cls(index, tuple(decode64(line, _CODE, HASH_BYTES) for line in lines), checkpoint)

    def text(self) -> str:
        """Write the proof, to be kept in a `.tlog-proof` file."""
        lines = [HEADER, f"index {self.index}", *map(encode64, self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint
