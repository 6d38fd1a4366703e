"""Texts with what changed in them since an earlier version."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.models import Acknowledgement, PolicyText, PolicyVersion, TextChanges
from app.policies.rows import policies
from app.policies.rules.marked_changes import Marked

_MOST_EARLIER = 5
# What is stored, or else the text to compare with.
_SINCE = Prepared(
    select(
        col(TextChanges.html),
        col(TextChanges.places),
        case((col(TextChanges.id).is_(None), col(PolicyText.body))).label("body"),
    )
    .outerjoin_from(
        PolicyText,
        TextChanges,
        and_(
            in_company(TextChanges),
            col(TextChanges.version_id) == bindparam("version_id"),
            col(TextChanges.since_id) == col(PolicyText.version_id),
            col(TextChanges.language) == col(PolicyText.language),
        ),
    )
    .where(
        in_company(PolicyText),
        col(PolicyText.version_id) == bindparam("since_id"),
        col(PolicyText.language) == bindparam("language"),
    )
)


class Pair(NamedTuple):
    """A text before and after, in one language."""

    since_id: str
    language: str
    before: str
    after: str


def since(ctx: Ctx, version_id: str, since_id: str, language: str) -> tuple[Marked | None, str | None]:
    """Return a text with its changes since an earlier version marked, or the earlier text where nobody marked them yet.

    Neither, where the earlier version is not in this language.
    """
    row = _SINCE.one(ctx.session, version_id=version_id, since_id=since_id, language=language)
    if row is None or row.body is not None:
        return None, row and row.body
    return Marked(row.html, row.places), None


def to_compare(ctx: Ctx, version_id: str) -> list[Pair]:
    """Return the texts of a version beside those of the last five that people acknowledged before it."""
    return list(_pairs(ctx, version_id))


def _pairs(ctx: Ctx, version_id: str) -> Iterator[Pair]:
    after = policies.texts(ctx, version_id)
    for since_id in _acknowledged_before(ctx, policies.version(ctx, version_id)):
        before = policies.texts(ctx, since_id)
        for language in before.keys() & after.keys():
            yield Pair(since_id, language, before[language].body, after[language].body)


def _acknowledged_before(ctx: Ctx, version: PolicyVersion) -> list[str]:
    by_somebody = (
        select(col(Acknowledgement.id))
        .where(
            col(Acknowledgement.company_id) == ctx.company_id,
            col(Acknowledgement.version_id) == col(PolicyVersion.id),
        )
        .exists()
    )
    wanted = select(col(PolicyVersion.id)).where(
        col(PolicyVersion.policy_id) == version.policy_id, col(PolicyVersion.id) != version.id, by_somebody
    )
    newest_first = wanted.order_by(col(PolicyVersion.major).desc(), col(PolicyVersion.minor).desc())
    return list(ctx.session.scalars(newest_first.limit(_MOST_EARLIER)))
