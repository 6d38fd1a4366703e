"""Stored files as downloads that no browser shows, runs or guesses at."""

from urllib.parse import quote

from starlette.responses import Response

from app.models import StoredFile


def download(file: StoredFile) -> Response:
    """Answer with the bytes as they were stored, to be saved (RFC 6266), never opened in this site's name."""
    return attachment(file.content, file.media_type, file.name)


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """Answer with a file to save under ``name``."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }
    response = Response(content, headers=headers)
    response.headers["content-type"] = media_type
    return response
