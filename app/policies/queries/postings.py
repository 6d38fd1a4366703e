"""Reading posting records and the files that prove something."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx, one_or_404
from app.errors import NotFound
from app.models import Acknowledgement, Policy, PolicyVersion, PostingRecord, Site, StoredFile
from app.policies.rows import policies
from app.policies.rows import postings as rows


def part(ctx: Ctx, version_id: str, after: Any, limit: int) -> Sequence[Any]:
    """Return up to ``limit`` + 1 records of a version in the order they were made, from behind the key ``after``."""
    ctx.require(Permission.READ_POLICIES)
    wanted = rows.POSTINGS.where(col(PostingRecord.version_id) == version_id)
    if after is not None:
        wanted = wanted.where(col(PostingRecord.id) > after[1])
    return ctx.session.execute(wanted.order_by(col(PostingRecord.id)).limit(limit + 1)).all()


def of_version(ctx: Ctx, version_id: str, posting_id: str) -> Any:
    """Return one record of this version, or raise NotFound."""
    ctx.require(Permission.READ_POLICIES)
    return rows.of_version(ctx, version_id, posting_id)


def posted_version(ctx: Ctx, posting_id: str) -> PolicyVersion:
    """Return the version that a posting record is about, or raise NotFound."""
    ctx.require(Permission.READ_POLICIES)
    return policies.version(ctx, rows.posting(ctx, posting_id).version_id)


def to_post(ctx: Ctx, version_id: str) -> tuple[PolicyVersion, Policy, Sequence[Any]]:
    """Return a version with its policy, and (id, name) of the sites where it can hang, by name."""
    ctx.require(Permission.READ_POLICIES)
    version = policies.version(ctx, version_id)
    sites = ctx.session.execute(select(Site.id, Site.name).order_by(Site.name)).all()
    return version, policies.policy(ctx, version.policy_id), sites


def proof(ctx: Ctx, posting_id: str) -> StoredFile:
    """Return the proof of a posting record; NotFound if it has none."""
    ctx.require(Permission.READ_POLICIES)
    return one_or_404(ctx, StoredFile, rows.posting(ctx, posting_id).proof_id)


def proof_of_version(ctx: Ctx, version_id: str, posting_id: str) -> StoredFile:
    """Return the proof of a posting record of this version; NotFound if it has none."""
    ctx.require(Permission.READ_POLICIES)
    return proof(ctx, rows.of_version(ctx, version_id, posting_id).id)


def scan(ctx: Ctx, acknowledgement_id: str) -> StoredFile:
    """Return the scan of a signature on paper; NotFound if there is none."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return one_or_404(ctx, StoredFile, one_or_404(ctx, Acknowledgement, acknowledgement_id).scan_id)


def scan_of_policy(ctx: Ctx, policy_id: str, acknowledgement_id: str) -> StoredFile:
    """Return the scan of a signature on paper for this policy; NotFound if there is none."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    found = one_or_404(ctx, Acknowledgement, acknowledgement_id)
    if policy_id != policies.version(ctx, found.version_id).policy_id:
        raise NotFound
    return scan(ctx, acknowledgement_id)
