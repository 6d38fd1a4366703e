"""Posting: where a version hangs for all to see.

Disciplinary rules hold only while their text is posted in a place accessible to all; telling each person does not
replace it (L. 300/1970, art. 7 c. 1; Cass. 33811/2021). The proof is on the employer: place, from when to when, who.
"""

from datetime import date

from sqlalchemy import update
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.merkle_log.services.evidence import Private
from app.models import PolicyVersion, PostingRecord, Site
from app.platform import audit, files
from app.platform.audit import Act
from app.platform.files import Upload
from app.policies.rows import policies, postings
from app.policies.schemas.posting import PostingEndIn, PostingIn
from app.wording import N_


def record(ctx: Ctx, version_id: str, data: PostingIn, proof: Upload | None = None) -> PostingRecord:
    """Record where an approved version hangs or hung, with a proof if there is one.

    Conflict before approval, as there is no final text to post; Invalid for days that cannot be.
    """
    ctx.require(Permission.PUBLISH_POLICIES)
    version = policies.version(ctx, version_id)
    if version.approved_at is None:
        raise Conflict("not_approved", N_("Only an approved text can be posted. Have this version approved first."))
    _refuse_impossible(ctx, version, data)
    stored = files.store(ctx, "proof", proof) if proof else None
    posting = PostingRecord(
        version_id=version_id,
        proof_id=stored.id if stored else None,
        recorded_by=ctx.actor.id,
        recorded_at=ctx.now,
        **data.model_dump(),
    )
    ctx.session.add(posting)
    audit.record(
        ctx,
        Act.POSTED,
        posting.id,
        version_id=version_id,
        place=data.place,
        starts_on=data.starts_on.isoformat(),
        ends_on=data.ends_on and data.ends_on.isoformat(),
        proof_sha256=stored and stored.sha256,
    )
    _log(ctx, LeafType.POSTING, version, posting, proof_sha256=stored.sha256 if stored else None)
    return posting


def end(ctx: Ctx, version_id: str, posting_id: str, data: PostingEndIn) -> PostingRecord:
    """Record the last day that a version hung somewhere. Once said it stays: Conflict for a second time."""
    ctx.require(Permission.PUBLISH_POLICIES)
    posting = postings.posting(ctx, posting_id)
    if posting.version_id != version_id:
        raise NotFound
    errors = [*_in_future(ctx, "ends_on", data.ends_on), *_wrong_order(posting.starts_on, data.ends_on)]
    if errors:
        raise Invalid(errors)
    statement = update(PostingRecord).where(
        col(PostingRecord.company_id) == ctx.company_id,
        col(PostingRecord.id) == posting_id,
        col(PostingRecord.ends_on).is_(None),
    )
    done = ctx.session.execute(statement.values(ends_on=data.ends_on))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Conflict("posting_ended", N_("The last day of this posting is recorded already."))
    ctx.session.refresh(posting)
    audit.record(ctx, Act.POSTING_ENDED, posting_id, ends_on=data.ends_on.isoformat())
    _log(ctx, LeafType.POSTING_ENDED, policies.version(ctx, posting.version_id), posting)
    return posting


def _log(ctx: Ctx, kind: LeafType, version: PolicyVersion, posting: PostingRecord, **proof: str | None) -> None:
    facts = {"policy": version.policy_id, "version": version.id, "content_sha256": version.content_sha256}
    about = {
        "place": posting.place,
        "site": posting.site_id,
        "starts_on": posting.starts_on.isoformat(),
        "ends_on": posting.ends_on and posting.ends_on.isoformat(),
        "recorded_by": ctx.actor.id,
        **proof,
    }
    evidence.append(ctx, kind, {**facts, "posting": posting.id}, Private(about, posting.id))


def _refuse_impossible(ctx: Ctx, version: PolicyVersion, data: PostingIn) -> None:
    errors = [
        *_unknown_site(ctx, data.site_id),
        *_in_future(ctx, "starts_on", data.starts_on),
        *_in_future(ctx, "ends_on", data.ends_on),
        *_wrong_order(data.starts_on, data.ends_on),
        *_before_approval(ctx, version, data.starts_on),
    ]
    if errors:
        raise Invalid(errors)


def _unknown_site(ctx: Ctx, site_id: str | None) -> list[FieldError]:
    if site_id is None or ctx.session.get(Site, (ctx.company_id, site_id)) is not None:
        return []
    return [FieldError("/site_id", "unknown_site", N_("There is no such site. Take one from the list of sites."))]


def _in_future(ctx: Ctx, field: str, day: date | None) -> list[FieldError]:
    if day is None or day <= ctx.today:
        return []
    return [FieldError(f"/{field}", "in_the_future", N_("This day is still to come. Record it when it has passed."))]


def _wrong_order(starts_on: date, ends_on: date | None) -> list[FieldError]:
    if ends_on is None or starts_on <= ends_on:
        return []
    return [FieldError("/ends_on", "ends_before_start", N_("The last day is before the first day. Correct it."))]


def _before_approval(ctx: Ctx, version: PolicyVersion, starts_on: date) -> list[FieldError]:
    approved_on = version.approved_at.astimezone(ctx.company.zone).date() if version.approved_at else ctx.today
    if starts_on >= approved_on:
        return []
    detail = N_("The text was approved on %(day)s: it cannot have hung there before.")
    return [FieldError("/starts_on", "before_approval", detail, {"day": approved_on})]
