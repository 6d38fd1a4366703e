"""A file of people between its dry run and its import: kept so that nothing has to be chosen twice."""

import hashlib
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx, one_or_404
from app.errors import NotFound
from app.models import StoredFile
from app.platform import outbox
from app.platform.outbox import JobKind

# Nothing else is kept under this type, so evidence can neither be read nor deleted by these functions.
_TYPE = "text/csv; header=present; purpose=people-import"
_KEPT = timedelta(days=1)


def keep(ctx: Ctx, name: str, content: bytes) -> str:
    """Keep a file and return its id; if nobody imports it within a day, a job deletes it."""
    ctx.require(Permission.WRITE_PEOPLE)
    file = StoredFile(
        name=name[:200],
        media_type=_TYPE,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=ctx.now,
    )
    ctx.session.add(file)
    outbox.add(ctx, JobKind.FORGET_IMPORTS, run_at=ctx.now + _KEPT)
    return file.id


def forget_all(ctx: Ctx) -> None:
    """Delete every kept file: somebody who is to be erased may stand in any of them."""
    ctx.require(Permission.WRITE_PEOPLE)
    of_company = col(StoredFile.company_id) == ctx.company_id
    ctx.session.execute(delete(StoredFile).where(of_company, col(StoredFile.media_type) == _TYPE))


def read(ctx: Ctx, file_id: str) -> StoredFile:
    """Return a kept file; NotFound if it was imported meanwhile, or never was one."""
    ctx.require(Permission.WRITE_PEOPLE)
    file = one_or_404(ctx, StoredFile, file_id)
    if file.media_type != _TYPE:
        raise NotFound
    return file


def forget(ctx: Ctx, file_id: str) -> None:
    """Delete a kept file: the people are in the tables now."""
    ctx.session.delete(read(ctx, file_id))


def forget_old(ctx: Ctx) -> None:
    """Delete the files that nobody imported within a day."""
    ctx.session.execute(
        delete(StoredFile).where(
            col(StoredFile.company_id) == ctx.company_id,
            col(StoredFile.media_type) == _TYPE,
            col(StoredFile.created_at) <= ctx.now - _KEPT,
        )
    )
