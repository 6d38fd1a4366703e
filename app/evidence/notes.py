"""Signed notes and verifier keys (C2SP signed-note v1.0.0).

Which signatures exist is a table by type byte; a new algorithm is one more row there and nowhere else.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.evidence.encoding import decode64, encode64, utf8
from app.evidence.errors import EvidenceError

ED25519 = 0x01
COSIGNATURE = 0x04
KEY_BYTES = 32
KEY_ID_BYTES = 4
MAX_SIGNATURES = 64
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"— (\S+) (\S+)")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class _Scheme(NamedTuple):
    """How a signature type reads: bytes of a timestamp before the signature, and what is signed with it."""

    timestamp_bytes: int
    message: Callable[[bytes, int], bytes]


_SCHEMES = {
    # C2SP signed-note, "Ed25519 signatures": the note text itself.
    ED25519: _Scheme(0, lambda text, _: text),
    # C2SP tlog-cosignature, "Ed25519 signed message": a header, the POSIX time, the note text.
    COSIGNATURE: _Scheme(8, lambda text, at: b"cosignature/v1\ntime %d\n" % at + text),
}


@dataclass(frozen=True)
class Signature:
    """One signature line of a note; `timestamped` is everything behind the key id."""

    name: str
    key_id: bytes
    timestamped: bytes

    def line(self) -> str:
        """Write the line, newline included (C2SP signed-note, "Signatures")."""
        return f"— {self.name} {encode64(self.key_id + self.timestamped)}\n"


@dataclass(frozen=True)
class Verifier:
    """A public key with its name and signature type (C2SP signed-note, "Verifier keys")."""

    name: str
    type: int
    public: bytes

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """Read `<name>+<key id in hex>+<base64 of type and key>`; raise `vkey_malformed` or `vkey_type_unknown`."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = decode64(encoded, "vkey_malformed")
        _check_name(name, "vkey_malformed")
        verifier = cls(name, int.from_bytes(raw[:1]), raw[1:])
        if not raw or not _KEY_ID.fullmatch(key_id) or verifier.key_id.hex() != key_id:
            raise EvidenceError("vkey_malformed", "The key does not fit its id.")
        if verifier.type not in _SCHEMES:
            raise EvidenceError("vkey_type_unknown", "This kind of key is not known here.")
        if len(verifier.public) != KEY_BYTES:
            raise EvidenceError("vkey_malformed", "An Ed25519 public key has 32 bytes.")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """Return SHA-256(name || newline || type || public key)[:4] (C2SP signed-note, "Signatures")."""
        return sha256(utf8(self.name, "vkey_malformed") + b"\n" + bytes([self.type]) + self.public).digest()[
            :KEY_ID_BYTES
        ]

    def vkey(self) -> str:
        """Write the key as text that can be printed and handed on."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(bytes([self.type]) + self.public)}"

    def verify(self, text: str, signature: Signature) -> int | None:
        """Check a signature over a note text; return its POSIX time where the type has one, None otherwise.

        Raises `signature_invalid`.
        """
        scheme = _SCHEMES[self.type]
        at = int.from_bytes(signature.timestamped[: scheme.timestamp_bytes])
        message = scheme.message(utf8(text, "note_malformed"), at)
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature.timestamped[scheme.timestamp_bytes :], message)
        except (InvalidSignature, ValueError) as error:
            raise EvidenceError("signature_invalid", f"The signature of {self.name} is wrong.") from error
        return at if scheme.timestamp_bytes else None


@dataclass(frozen=True)
class Signer:
    """A private Ed25519 key under a name. One key may sign under many names; each has its own verifier key."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)
    type: int = ED25519

    @classmethod
    def from_pem(cls, name: str, pem: bytes, kind: int = ED25519) -> Self:
        """Read an unencrypted PKCS #8 Ed25519 key; raise `key_malformed` for anything else."""
        _check_name(name, "key_malformed")
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise EvidenceError("key_malformed", "This is no unencrypted private key in PEM.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise EvidenceError("key_malformed", "The private key is not an Ed25519 key.")
        return cls(name, key, kind)

    @classmethod
    def generate(cls, name: str, kind: int = ED25519) -> Self:
        """Make a new key."""
        _check_name(name, "key_malformed")
        return cls(name, Ed25519PrivateKey.generate(), kind)

    def to_pem(self) -> bytes:
        """Write the private key as unencrypted PKCS #8."""
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(encoding, form, serialization.NoEncryption())

    @property
    def verifier(self) -> Verifier:
        """Return the public half."""
        raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        return Verifier(self.name, self.type, self.key.public_key().public_bytes(*raw))

    def sign(self, text: str, at: int = 0) -> Signature:
        """Sign a note text; `at` is the POSIX time a cosignature states and means nothing to other types."""
        _check_text(text)
        scheme = _SCHEMES[self.type]
        raw = self.key.sign(scheme.message(utf8(text, "note_malformed"), at))
        return Signature(self.name, self.verifier.key_id, at.to_bytes(8)[: scheme.timestamp_bytes] + raw)


class Signed(NamedTuple):
    """A key that signed a note, and the POSIX time it stated (cosignatures only)."""

    verifier: Verifier
    at: int | None


class Note(NamedTuple):
    """A note taken apart, nothing verified."""

    text: str
    signatures: tuple[Signature, ...]


def sign(text: str, signer: Signer) -> str:
    """Write a note with one signature (C2SP signed-note, "Format"); the text ends in a newline."""
    return f"{text}\n{signer.sign(text).line()}"


def split_note(note: str) -> Note:
    """Take a note apart at its last empty line (C2SP signed-note, "Format"); raise `note_malformed`."""
    body, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise EvidenceError("note_malformed", "A signed note is a text, an empty line and signature lines.")
    text, lines = body + "\n", tail[:-1].split("\n")
    _check_text(text)
    if len(lines) > MAX_SIGNATURES:
        raise EvidenceError("note_malformed", "The note has too many signatures.")
    return Note(text, tuple(map(_signature, lines)))


def open_note(note: str, verifiers: Iterable[Verifier]) -> tuple[str, tuple[Signed, ...]]:
    """Return the text of a note and who of `verifiers` signed it (C2SP signed-note, "Signatures").

    Unknown signatures are ignored. A wrong one of a known key is `signature_invalid`; none of a known key is
    `signature_missing`. Raises `note_malformed` too.
    """
    text, signatures = split_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    found = [
        (known[key], signature) for signature in signatures if (key := (signature.name, signature.key_id)) in known
    ]
    if not found:
        raise EvidenceError("signature_missing", "No known key signed this note.")
    return text, tuple(Signed(verifier, verifier.verify(text, signature)) for verifier, signature in found)


def _signature(line: str) -> Signature:
    parts = _LINE.fullmatch(line)
    if not parts:
        raise EvidenceError("note_malformed", "A signature line is a dash, a name and base64.")
    _check_name(parts[1], "note_malformed")
    raw = decode64(parts[2], "note_malformed")
    if len(raw) <= KEY_ID_BYTES:
        raise EvidenceError("note_malformed", "A signature is longer than its key id.")
    return Signature(parts[1], raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _check_name(name: str, code: str) -> None:
    utf8(name, code)
    if not name or "+" in name or _CONTROL.search(name) or any(sign.isspace() for sign in name):
        raise EvidenceError(code, "A key name has no spaces, no plus signs and no control characters.")


def _check_text(text: str) -> None:
    utf8(text, "note_malformed")
    if not text.endswith("\n") or _CONTROL.search(text):
        raise EvidenceError("note_malformed", "A note ends in a newline and has no other control characters.")
