"""SHA-256 fingerprints of what people are shown. Hex, lower case, over exact bytes: nothing is normalised."""

from collections.abc import Mapping
from hashlib import sha256


class NoText(ValueError):
    """A fingerprint was asked of a version that has no language; `code` is for programs."""

    code = "no_text"


def sha256_hex(text: str | bytes) -> str:
    """Give 64 hex digits; a str counts as its UTF-8 bytes."""
    return sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def content_sha256(texts: Mapping[str, str]) -> str:
    """Give one fingerprint for a version in all its languages; the keys are language codes.

    The bytes hashed are the hex SHA-256 of each language's UTF-8 text, sorted, each followed by one newline,
    so anyone can check it: `sha256sum *.md | cut -c1-64 | LC_ALL=C sort | sha256sum`.
    Language codes are not part of it. Raise `NoText` when there is no language.
    """
    if not texts:
        raise NoText("a version needs at least one language")
    return sha256_hex("".join(f"{digest}\n" for digest in sorted(map(sha256_hex, texts.values()))))


def statement_sha256(text: str) -> str:
    """Give the fingerprint of the exact statement a person is asked to confirm, in the language shown."""
    return sha256_hex(text)
