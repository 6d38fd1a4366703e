"""Checkpoints: signed statements of a log's size and root (C2SP tlog-checkpoint v1.0.0)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from app.evidence.encoding import decode64, decode_decimal, encode64
from app.evidence.errors import EvidenceError
from app.evidence.notes import Signed, Signer, Verifier, open_note, sign
from app.evidence.tree import HASH_BYTES

_TEXT = re.compile(r"([^\n]+)\n([^\n]+)\n([^\n]+)\n(?:[^\n]+\n)*")


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log at one size; `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint note (C2SP tlog-checkpoint, "Note text"); raise `checkpoint_malformed`.

        Extension lines are allowed, and ignored.
        """
        code = "checkpoint_malformed"
        found = _TEXT.fullmatch(text)
        if not found:
            raise EvidenceError(code, "A checkpoint is an origin, a size and a root, a line each.")
        origin, size, root = found.groups()
        return cls(origin, decode_decimal(size, code), decode64(root, code, HASH_BYTES))

    def text(self) -> str:
        """Write the note text: three lines, no extension."""
        return f"{self.origin}\n{self.size}\n{encode64(self.root)}\n"


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Write the checkpoint as a note signed by its log; raise `origin_mismatch` if the signer has another name."""
    if signer.name != checkpoint.origin:
        raise EvidenceError("origin_mismatch", "A log signs only its own checkpoints.")
    return sign(checkpoint.text(), signer)


def open_checkpoint(note: str, verifiers: Iterable[Verifier]) -> tuple[Checkpoint, tuple[Signed, ...]]:
    """Read a checkpoint that one of `verifiers` signed, and who did; raises what `open_note` and `parse` raise."""
    text, signed = open_note(note, verifiers)
    return Checkpoint.parse(text), signed


def cosign(checkpoint: Checkpoint, witness: Signer, at: int) -> str:
    """Write a witness's signature line, to be put behind the note (C2SP tlog-cosignature, "Ed25519 signed message").

    `at` is POSIX time in seconds. The witness states that this was the largest consistent head it had seen then.
    """
    return witness.sign(checkpoint.text(), at).line()
