"""Reading posting records and the files that prove something."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx, one_or_404
from app.errors import NotFound
from app.models import Acknowledgement, PostingRecord, Site, StoredFile
from app.policies.rows import policies

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
_POSTINGS = sa.select(
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
    wanted = _POSTINGS.where(col(PostingRecord.version_id).in_(version_ids))
    return ctx.session.execute(wanted.order_by(col(PostingRecord.starts_on).desc(), col(PostingRecord.id))).all()


def part(ctx: Ctx, version_id: str, after: Any, limit: int) -> Sequence[Any]:
    """Return up to ``limit`` + 1 records of a version in the order they were made, from behind the key ``after``."""
    ctx.require(Permission.READ_POLICIES)
    wanted = _POSTINGS.where(col(PostingRecord.version_id) == version_id)
    if after is not None:
        wanted = wanted.where(col(PostingRecord.id) > after[1])
    return ctx.session.execute(wanted.order_by(col(PostingRecord.id)).limit(limit + 1)).all()


def of_version(ctx: Ctx, version_id: str, posting_id: str) -> Any:
    """Return one record of this version, or raise NotFound."""
    ctx.require(Permission.READ_POLICIES)
    wanted = _POSTINGS.where(col(PostingRecord.version_id) == version_id, col(PostingRecord.id) == posting_id)
    found = ctx.session.execute(wanted).first()
    if found is None:
        raise NotFound
    return found


def proof(ctx: Ctx, posting_id: str) -> StoredFile:
    """Return the proof of a posting record; NotFound if it has none."""
    ctx.require(Permission.READ_POLICIES)
    return one_or_404(ctx, StoredFile, posting(ctx, posting_id).proof_id)


def proof_of_version(ctx: Ctx, version_id: str, posting_id: str) -> StoredFile:
    """Return the proof of a posting record of this version; NotFound if it has none."""
    return proof(ctx, of_version(ctx, version_id, posting_id).id)


def scan(ctx: Ctx, acknowledgement_id: str, policy_id: str | None = None) -> StoredFile:
    """Return the scan of a signature on paper, of this policy if one is named; NotFound if there is none."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    found = one_or_404(ctx, Acknowledgement, acknowledgement_id)
    if policy_id not in {None, policies.version(ctx, found.version_id).policy_id}:
        raise NotFound
    return one_or_404(ctx, StoredFile, found.scan_id)


def sites(ctx: Ctx) -> Sequence[Any]:
    """Return id and name of the company's sites, by name."""
    return ctx.session.execute(select(Site.id, Site.name).order_by(Site.name)).all()
