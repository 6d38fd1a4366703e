"""Files that prove something: what they are is read from their bytes, never from what their name says."""

import re
from typing import NamedTuple

from app.context import Ctx
from app.errors import FieldError, Invalid, TooLarge
from app.models import StoredFile
from app.rules.fingerprint import sha256_hex
from app.wording import N_

MAXIMUM_BYTES = 5_000_000
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.txt"
_BEGINNINGS = (
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_NAME = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|\ud800-\udfff]+')


class Upload(NamedTuple):
    """A file as it was sent: the name its sender gives it, and its bytes."""

    name: str
    content: bytes


def store(ctx: Ctx, field: str, upload: Upload) -> StoredFile:
    """Keep a PDF, JPEG, PNG, WebP or plain text file of at most 5 MB, with its SHA-256.

    TooLarge above that; Invalid, pointing at ``field``, for anything else. Bytes are kept as they came: they are
    evidence. They are only ever served as a download that no browser shows or runs (web/downloads.py).
    """
    if len(upload.content) > MAXIMUM_BYTES:
        raise TooLarge("file_too_large", N_("The file is larger than 5 MB. Send a smaller one."))
    media_type = media_type_of(upload.content)
    if media_type is None:
        detail = N_("This is not a PDF, an image (JPEG, PNG, WebP) or a plain text. Send it in one of these forms.")
        raise Invalid([FieldError(f"/{field}", "unknown_file_type", detail)])
    file = StoredFile(
        name=plain_name(upload.name),
        media_type=media_type,
        sha256=sha256_hex(upload.content),
        content=upload.content,
        created_at=ctx.now,
    )
    ctx.session.add(file)
    ctx.session.flush()
    return file


def media_type_of(content: bytes) -> str | None:
    """Return the media type that the first bytes tell, None for what is not accepted. Markup is no plain text."""
    for beginning, media_type in _BEGINNINGS:
        if beginning.match(content):
            return media_type
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    is_text = text.strip() and not _NO_TEXT.search(text) and not text.lstrip().startswith("<")
    return "text/plain" if is_text else None


def plain_name(name: str) -> str:
    """Return the name without folders, controls and characters that file systems refuse, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _NO_NAME.sub(" ", last).strip(" .")[:200] or "file"
