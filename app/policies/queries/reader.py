"""One policy version as one person reads it: its text, what was asked of them, what they said, what is new to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import (
    Acknowledgement,
    Assignment,
    Employment,
    Person,
    Policy,
    PolicyAudience,
    PolicyText,
    PolicyVersion,
)
from app.policies.rows import changes
from app.policies.rows.policies import own_language_first
from app.policies.rules.assignment import UNANSWERED, AssignmentState
from app.policies.rules.marked_changes import Marked
from app.policies.rules.version import ON_SHOW, VersionState
from app.roster import employment
from app.roster.audience import in_audience
from app.rules.versions import Label

_ITS_AUDIENCE = col(PolicyAudience.policy_id) == col(PolicyVersion.policy_id)
_FOR_EVERYBODY = ~select(col(PolicyAudience.id)).where(in_company(PolicyAudience), _ITS_AUDIENCE).exists()
_FOR_THEM = (
    select(col(Employment.id))
    .where(
        in_company(Employment),
        col(Employment.person_id) == bindparam("person_id"),
        employment.running(bindparam("today")),
        in_audience(PolicyAudience, _ITS_AUDIENCE),
    )
    .exists()
)
_ASKED_OF_THEM = (
    select(col(Assignment.id))
    .where(
        in_company(Assignment),
        col(Assignment.version_id) == col(PolicyVersion.id),
        col(Assignment.person_id) == bindparam("person_id"),
        col(Assignment.state) != AssignmentState.CANCELLED,
    )
    .exists()
)
_DONE_BY_THEM = (
    select(col(Acknowledgement.id))
    .where(
        in_company(Acknowledgement),
        col(Acknowledgement.version_id) == col(PolicyVersion.id),
        col(Acknowledgement.person_id) == bindparam("person_id"),
    )
    .exists()
)
_ON_SHOW = and_(
    or_(*(col(PolicyVersion.state) == state for state in ON_SHOW)),
    or_(_FOR_EVERYBODY, _FOR_THEM, _ASKED_OF_THEM),
)
_UNSETTLED = and_(
    col(PolicyVersion.policy_id) == bindparam("policy_id"),
    col(PolicyVersion.major) == bindparam("major"),
    col(PolicyVersion.minor) < bindparam("minor"),
    col(PolicyVersion.state) != VersionState.WITHDRAWN,
    or_(*(col(Assignment.state) == state for state in UNANSWERED)),
)
_NEWEST_FIRST = (col(PolicyVersion.major).desc(), col(PolicyVersion.minor).desc())

_VERSION = select(
    col(PolicyVersion.id),
    col(PolicyVersion.policy_id),
    col(PolicyVersion.state),
    col(PolicyVersion.major),
    col(PolicyVersion.minor),
    col(PolicyVersion.disciplinary),
    col(PolicyVersion.effective_on),
    col(PolicyVersion.content_sha256),
    col(Policy.name),
).where(
    in_company(PolicyVersion),
    in_company(Policy),
    col(PolicyVersion.policy_id) == bindparam("policy_id"),
    col(Policy.id) == col(PolicyVersion.policy_id),
)
_CURRENT = Prepared(_VERSION.where(_ON_SHOW).order_by(*_NEWEST_FIRST).limit(1))
_ONE = Prepared(_VERSION.where(col(PolicyVersion.id) == bindparam("version_id"), or_(_ON_SHOW, _DONE_BY_THEM)))

_TEXTS = Prepared(
    select(
        col(PolicyText.language),
        col(PolicyText.title),
        col(PolicyText.body),
        col(PolicyText.statement),
        col(PolicyText.statement_sha256),
    )
    .where(in_company(PolicyText), col(PolicyText.version_id) == bindparam("version_id"))
    .order_by(col(PolicyText.language))
)

# A version that merely amends another one may be asked by that one's assignment, until its publication is settled.
_ASKED = Prepared(
    select(
        col(Assignment.state),
        col(Assignment.due_on),
        col(Assignment.note),
        col(Assignment.reply),
        col(Assignment.answered_at),
        col(Person.email).is_not(None).label("has_email"),
    )
    .where(
        in_company(Assignment),
        in_company(Person),
        in_company(PolicyVersion),
        col(Assignment.person_id) == bindparam("person_id"),
        col(Person.id) == bindparam("person_id"),
        col(PolicyVersion.id) == col(Assignment.version_id),
        or_(col(PolicyVersion.id) == bindparam("version_id"), _UNSETTLED),
    )
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)

_DONE = Prepared(
    select(
        col(Acknowledgement.id),
        col(Acknowledgement.version_id),
        col(Acknowledgement.at),
        col(Acknowledgement.language),
        col(Acknowledgement.content_sha256),
        col(Acknowledgement.method),
        col(PolicyVersion.major),
        col(PolicyVersion.minor),
    )
    .where(
        in_company(Acknowledgement),
        in_company(PolicyVersion),
        col(Acknowledgement.person_id) == bindparam("person_id"),
        col(PolicyVersion.id) == col(Acknowledgement.version_id),
        col(PolicyVersion.policy_id) == bindparam("policy_id"),
    )
    .order_by(*_NEWEST_FIRST)
)

_SUMMARIES = Prepared(
    select(col(PolicyVersion.major), col(PolicyVersion.minor), col(PolicyText.summary))
    .where(
        in_company(PolicyVersion),
        in_company(PolicyText),
        col(PolicyVersion.policy_id) == bindparam("policy_id"),
        col(PolicyVersion.published_at).is_not(None),
        col(PolicyText.version_id) == col(PolicyVersion.id),
        col(PolicyText.language) == bindparam("language"),
        col(PolicyText.summary) != "",
    )
    .order_by(*_NEWEST_FIRST)
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A version on show, in the language chosen.

    ``asked`` is the request to acknowledge it and ``done`` the acknowledgement, each None if there is none.
    ``earlier`` is the acknowledgement of the version before that the person read last and ``summaries`` says what
    changed since, newest first. ``marked`` is the text with those changes marked; where nobody has worked that out
    yet, ``earlier_body`` is the text to compare it with.
    """

    version: Any
    texts: dict[str, Any]
    language: str
    asked: Any | None
    done: Any | None
    earlier: Any | None
    marked: Marked | None
    earlier_body: str | None
    summaries: list[Any]
    today: date

    @property
    def text(self) -> Any:
        return self.texts[self.language]

    @property
    def label(self) -> Label:
        return _label(self.version)


def current(ctx: Ctx, policy_id: str, preferred: Sequence[str] = ()) -> Reader:
    """Return the version of a policy that the actor is to read now, in the first preferred language it has.

    NotFound if nothing of it is published, or it is for others.
    """
    person_id = ctx.require_person()
    return _reader(ctx, _CURRENT, {"person_id": person_id, "policy_id": policy_id}, preferred)


def version(ctx: Ctx, policy_id: str, version_id: str, preferred: Sequence[str] = ()) -> Reader:
    """Return one version that is on show for the actor, or that they acknowledged once; NotFound for any other."""
    person_id = ctx.require_person()
    keys = {"person_id": person_id, "policy_id": policy_id, "version_id": version_id}
    return _reader(ctx, _ONE, keys, preferred)


def _reader(ctx: Ctx, which: Prepared, keys: dict[str, str], preferred: Sequence[str]) -> Reader:
    session, person_id = ctx.session, keys["person_id"]
    found = which.one(session, today=ctx.today, **keys)
    if found is None:
        raise NotFound
    texts = own_language_first(ctx, _TEXTS(session, version_id=found.id))
    language = next(code for code in (*preferred, *texts) if code in texts)
    acknowledged = _DONE(session, person_id=person_id, policy_id=found.policy_id)
    earlier = next((row for row in acknowledged if _label(row) < _label(found)), None)
    marked, earlier_body = changes.since(ctx, found.id, earlier.version_id, language) if earlier else (None, None)
    return Reader(
        version=found,
        texts=texts,
        language=language,
        asked=_asked(ctx, found, person_id),
        done=next((row for row in acknowledged if row.version_id == found.id), None),
        earlier=earlier,
        marked=marked,
        earlier_body=earlier_body,
        summaries=_since(ctx, earlier, found, language) if earlier else [],
        today=ctx.today,
    )


def _asked(ctx: Ctx, found: Any, person_id: str) -> Any | None:
    line = {"policy_id": found.policy_id, "major": found.major, "minor": found.minor}
    return _ASKED.one(ctx.session, version_id=found.id, person_id=person_id, **line)


def _since(ctx: Ctx, earlier: Any, found: Any, language: str) -> list[Any]:
    rows = _SUMMARIES(ctx.session, policy_id=found.policy_id, language=language)
    return [row for row in rows if _label(earlier) < _label(row) <= _label(found)]


def _label(row: Any) -> Label:
    return Label(row.major, row.minor)
