"""What a log sends to a witness (C2SP tlog-witness, "add-checkpoint")."""

import re
from dataclasses import dataclass
from typing import Self

from app.evidence.encoding import decode64, decode_decimal, encode64
from app.evidence.errors import EvidenceError
from app.evidence.tree import HASH_BYTES

MAX_PATH = 63
_BODY = re.compile(r"old ([^\n]+)\n((?:[^\n]+\n)*)\n(.+)", re.DOTALL)


@dataclass(frozen=True)
class Submission:
    """The size the witness saw last, the consistency path from there, and the signed checkpoint."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: str

    @classmethod
    def parse(cls, body: str) -> Self:
        """Read the body of a request; raise `submission_malformed`. Nothing in it is verified."""
        code = "submission_malformed"
        found = _BODY.fullmatch(body)
        if not found:
            raise EvidenceError(code, "A submission is an old size, a path, an empty line and a checkpoint.")
        size, lines, checkpoint = found.groups()
        path = lines.split("\n")[:-1]
        if len(path) > MAX_PATH:
            raise EvidenceError(code, "A path has 63 hashes at most.")
        return cls(decode_decimal(size, code), tuple(decode64(line, code, HASH_BYTES) for line in path), checkpoint)

    def text(self) -> str:
        """Write the body of the request."""
        return "".join([f"old {self.old}\n", *(f"{encode64(step)}\n" for step in self.path), "\n", self.checkpoint])
