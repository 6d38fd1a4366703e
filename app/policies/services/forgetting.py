"""What the policies keep of a person, when everything about them is erased."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlmodel import col

from app.context import Ctx
from app.merkle_log.rows import log
from app.models import Acknowledgement, Assignment, StoredFile


def forget(ctx: Ctx, person_id: str) -> None:
    """Delete what was asked of a person, what they answered, and the sheets they signed.

    Comes before their evidence goes: that names the sheets of records corrected since.
    """
    scans = _scans(ctx, person_id, (row.private for row in log.about(ctx, person_id)))
    for model in (Acknowledgement, Assignment):
        own = col(model.company_id) == ctx.company_id
        ctx.session.execute(delete(model).where(own, col(model.person_id) == person_id))
    of_sheets = (col(StoredFile.company_id) == ctx.company_id, col(StoredFile.id).in_(scans))
    ctx.session.execute(delete(StoredFile).where(*of_sheets))


def _scans(ctx: Ctx, person_id: str, texts: Iterable[str]) -> Sequence[str]:
    """Return the files with their signature, those of corrected records included.

    A file with the same bytes that proves another person's signature belongs to that person and stays.
    """
    hashes = {json.loads(text).get("scan_sha256") for text in texts} - {None}
    of_others = select(col(Acknowledgement.scan_id)).where(
        col(Acknowledgement.company_id) == ctx.company_id,
        col(Acknowledgement.person_id) != person_id,
        col(Acknowledgement.scan_id).is_not(None),
    )
    wanted = select(col(StoredFile.id)).where(col(StoredFile.sha256).in_(hashes), col(StoredFile.id).not_in(of_others))
    return ctx.session.scalars(wanted).all()
