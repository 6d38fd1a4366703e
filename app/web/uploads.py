"""Files that come with a form, read no further than is needed to refuse them for their size."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from app.platform.files import MAXIMUM_BYTES, Upload


async def uploaded(file: UploadFile | None) -> Upload | None:
    """Return a file with its bytes, None if none was chosen. One byte too many is enough to refuse it."""
    if file is None or not file.filename:
        return None
    return Upload(file.filename, await file.read(MAXIMUM_BYTES + 1))


async def upload(request: Request) -> Upload | None:
    """Return the one file of a page's form, if one was chosen."""
    found = None
    for file in (await request.form()).values():
        if isinstance(file, UploadFile):
            found = await uploaded(file) or found
            await file.close()
    return found


Uploaded = Annotated[Upload | None, Depends(upload)]
