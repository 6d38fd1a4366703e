"""SHA-256 fingerprints of what people are shown. Hex, lower case, over exact bytes: nothing is normalised."""

import re
from collections.abc import Mapping
from hashlib import sha256

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]*")


class NoText(ValueError):
    """A fingerprint was asked of a version that has no language; `code` is machine-readable."""

    code = "no_text"


class BadParts(ValueError):
    """A fingerprint was asked of no parts, or of one whose name would not read the same for everybody."""

    code = "bad_parts"


def sha256_hex(text: str | bytes) -> str:
    """Return 64 hex digits; a str counts as its UTF-8 bytes."""
    return sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def content_sha256(texts: Mapping[str, str]) -> str:
    """Return one fingerprint for a version in all its languages; the keys are language codes.

    The bytes hashed are the hex SHA-256 of each language's UTF-8 text, sorted, each followed by one newline,
    so anyone can check it: `sha256sum *.md | cut -c1-64 | LC_ALL=C sort | sha256sum`.
    Language codes are not part of it. Raise `NoText` when there is no language.
    """
    if not texts:
        raise NoText("a version needs at least one language")
    return sha256_hex("".join(f"{digest}\n" for digest in sorted(map(sha256_hex, texts.values()))))


def parts_sha256(parts: Mapping[str, str | bytes]) -> str:
    """Return one fingerprint for all named parts of a frozen version: its lessons, its quiz, its files.

    The bytes hashed are the list that `sha256sum` prints of files with these names: for each part the hex SHA-256 of
    its bytes, two blanks, its name and a newline, in the order of the names. So a part that is renamed, exchanged,
    added or left out changes the fingerprint, and anyone can check it in a folder that holds nothing else:
    `find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum`. Names are of ASCII letters, digits and `._/-`,
    like `lessons/1.it.md`. Raise `BadParts` for others, and when there is no part.
    """
    if not parts or not all(map(_NAME.fullmatch, parts)):
        raise BadParts("a version needs at least one part, and names of letters, digits, dots, dashes and slashes")
    return sha256_hex("".join(f"{sha256_hex(parts[name])}  {name}\n" for name in sorted(parts)))


def statement_sha256(text: str) -> str:
    """Return the fingerprint of the exact statement a person is asked to confirm, in the language shown."""
    return sha256_hex(text)
