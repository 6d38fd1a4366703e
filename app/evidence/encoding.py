"""The few encodings that all formats share, each with exactly one spelling; anything else is EvidenceError."""

import base64
import re

from app.evidence.errors import EvidenceError

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")


def encode64(data: bytes) -> str:
    """Write standard base64 with padding (RFC 4648 section 4), which all C2SP formats use."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str, code: str, *lengths: int) -> bytes:
    """Read standard base64 with padding, in its one canonical spelling and, if given, one of the lengths in bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise EvidenceError(code, "This is not base64.") from error
    if encode64(data) != text or (lengths and len(data) not in lengths):
        raise EvidenceError(code, "This base64 has another spelling or length than it must have.")
    return data


def decode_hex(text: str, code: str) -> bytes:
    """Read 32 bytes written as 64 lower-case hex digits."""
    if not _HEX_HASH.fullmatch(text):
        raise EvidenceError(code, "These are not 64 lower-case hex digits.")
    return bytes.fromhex(text)


def decode_decimal(text: str, code: str) -> int:
    """Read an ASCII decimal of at most 19 digits without leading zeroes (C2SP tlog-checkpoint, tlog-proof)."""
    if not _DECIMAL.fullmatch(text):
        raise EvidenceError(code, "This is not a decimal number without leading zeroes.")
    return int(text)


def utf8(text: str, code: str) -> bytes:
    """Encode a text, refusing lone surrogates: they come out of JSON escapes and have no UTF-8 bytes."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise EvidenceError(code, "This text has no UTF-8 bytes.") from error
