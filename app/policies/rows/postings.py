"""Reading posting records."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from app.context import Ctx, one_or_404
from app.errors import NotFound
from app.models import PostingRecord, Site, StoredFile

_PROOF = (
    select(StoredFile.sha256)
    .where(
        col(StoredFile.company_id) == col(PostingRecord.company_id), col(StoredFile.id) == col(PostingRecord.proof_id)
    )
    .scalar_subquery()
)
_SITE = (
    select(Site.name)
    .where(col(Site.company_id) == col(PostingRecord.company_id), col(Site.id) == col(PostingRecord.site_id))
    .scalar_subquery()
)
POSTINGS = sa.select(
    col(PostingRecord.id),
    col(PostingRecord.version_id),
    col(PostingRecord.site_id),
    col(PostingRecord.place),
    col(PostingRecord.starts_on),
    col(PostingRecord.ends_on),
    col(PostingRecord.recorded_at),
    col(PostingRecord.recorded_by),
    _PROOF.label("proof_sha256"),
    _SITE.label("site"),
)


def posting(ctx: Ctx, posting_id: str) -> PostingRecord:
    """Return one posting record of this company, or raise NotFound."""
    return one_or_404(ctx, PostingRecord, posting_id)


def of_versions(ctx: Ctx, version_ids: Sequence[str]) -> Sequence[Any]:
    """Return the posting records of these versions, the newest first, with site and proof_sha256."""
    wanted = POSTINGS.where(col(PostingRecord.version_id).in_(version_ids))
    return ctx.session.execute(wanted.order_by(col(PostingRecord.starts_on).desc(), col(PostingRecord.id))).all()


def of_version(ctx: Ctx, version_id: str, posting_id: str) -> Any:
    """Return one record of this version, or raise NotFound."""
    wanted = POSTINGS.where(col(PostingRecord.version_id) == version_id, col(PostingRecord.id) == posting_id)
    found = ctx.session.execute(wanted).first()
    if found is None:
        raise NotFound
    return found
