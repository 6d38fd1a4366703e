"""What people answer to a version: read and acknowledged, a question, a refusal, a signature on paper."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, update
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.prepared import Prepared, PreparedInsert, in_company
from app.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.merkle_log.services.evidence import Private
from app.models import Acknowledgement, AcknowledgementMethod, Assignment
from app.models.types import new_id
from app.platform import audit, files, outbox
from app.platform.audit import Act
from app.platform.files import Upload
from app.platform.outbox import JobKind
from app.platform.transitions import in_bulk, move, not_possible
from app.policies.rows import acknowledgements, policies
from app.policies.rows.acknowledgements import Asked, Recorded
from app.policies.rules import assignment as rules
from app.policies.rules.assignment import AssignmentEvent
from app.policies.rules.version import ON_SHOW
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn, AnswerIn, PaperIn, ReplyIn
from app.policies.services import asking
from app.roster import people as roster
from app.rules.instants import canonical
from app.wording import N_

_INSERT = PreparedInsert(Acknowledgement, unless=["company_id", "version_id", "person_id"])
_EVENTS = {
    AcknowledgementMethod.PAGE: AssignmentEvent.ACKNOWLEDGE,
    AcknowledgementMethod.API: AssignmentEvent.ACKNOWLEDGE,
    AcknowledgementMethod.PAPER: AssignmentEvent.RECORD_ON_PAPER,
}


def _settling(event: AssignmentEvent) -> Prepared:
    """Return the statement that settles an assignment, and returns its id if its state allows that."""
    possible, values = in_bulk(rules.LIFECYCLE, event, Assignment)
    own = (in_company(Assignment), col(Assignment.id) == bindparam("assignment_id"))
    settle = update(Assignment).where(*own, possible).values(answered_at=bindparam("answered_at"), **values)
    return Prepared(settle.returning(col(Assignment.id)))


_SETTLE = {event: _settling(event) for event in set(_EVENTS.values())}


class Sheet(NamedTuple):
    """A signed sheet of paper: its scan, and what the trace and the evidence say of it."""

    file_id: str | None
    facts: Mapping[str, str]


NO_SHEET = Sheet(None, {})


def acknowledge(ctx: Ctx, policy_id: str, data: AcknowledgeIn) -> Recorded:
    """Record that the actor received and read exactly what was shown. Twice is once.

    Conflict ``text_changed`` if the version or one of its hashes is not what stands now; nothing is recorded then.
    """
    ctx.require(Permission.ACKNOWLEDGE)
    _refuse_changed_text(ctx, policy_id, data)
    return _record(ctx, policy_id, _self(ctx), data, AcknowledgementMethod.PAGE)


def acknowledge_for(ctx: Ctx, policy_id: str, data: AcknowledgeForIn) -> Recorded:
    """Record what a person confirmed in another system of the company."""
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    _refuse_changed_text(ctx, policy_id, data)
    return _record(ctx, policy_id, data.person_id, data, AcknowledgementMethod.API)


def record_on_paper(ctx: Ctx, policy_id: str, data: PaperIn, scan: Upload) -> Recorded:
    """Record a signature on paper; HR vouches for it with the scan, and the trace keeps the day of signing.

    Conflict ``not_on_show`` if the version is not the one to read now, Invalid for a day that cannot be.
    """
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    shown = policies.shown(ctx, data.version_id, data.language)
    if policy_id != shown.policy_id:
        raise NotFound
    if shown.state not in ON_SHOW:
        detail = N_("This version is not the one to read any more. Have the present one signed.")
        raise Conflict("not_on_show", detail)
    _refuse_impossible_day(ctx, data.signed_on, shown.published_at)
    _asked(ctx, data.version_id, data.person_id)
    known = acknowledgements.of_person(ctx, data.version_id, data.person_id)
    if known is not None:
        return known
    confirmed = AcknowledgeIn(
        version_id=data.version_id,
        content_sha256=shown.content_sha256,
        statement_sha256=shown.statement_sha256,
        language=data.language,
    )
    stored = files.store(ctx, "scan", scan)
    sheet = Sheet(stored.id, {"signed_on": data.signed_on.isoformat(), "scan_sha256": stored.sha256})
    return _record(ctx, policy_id, data.person_id, confirmed, AcknowledgementMethod.PAPER, sheet)


def answer(ctx: Ctx, data: AnswerIn) -> Assignment:
    """Record a question or a refusal: first-class answers that go to HR."""
    ctx.require(Permission.ACKNOWLEDGE)
    assignment = _own_assignment(ctx, data.version_id)
    asking = data.kind == "question"
    _move(ctx, assignment, AssignmentEvent.ASK if asking else AssignmentEvent.DECLINE)
    assignment.note = data.note
    audit.record(ctx, Act.QUESTION_ASKED if asking else Act.DECLINED, assignment.id, version_id=data.version_id)
    outbox.add(ctx, JobKind.QUESTION_MAIL, assignment_id=assignment.id)
    _log_answer(ctx, assignment, LeafType.QUESTION if asking else LeafType.REFUSAL)
    return assignment


def reply(ctx: Ctx, assignment_id: str, data: ReplyIn) -> Assignment:
    """Answer a person's question; they are asked to read again."""
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    assignment = acknowledgements.held(ctx, assignment_id)
    _move(ctx, assignment, AssignmentEvent.ANSWER)
    assignment.reply = data.reply
    audit.record(ctx, Act.QUESTION_ANSWERED, assignment.id)
    outbox.add(ctx, JobKind.ANSWER_MAIL, assignment_id=assignment.id)
    return assignment


def excuse(ctx: Ctx, assignment_id: str, reason: str) -> Assignment:
    """Stop asking a person, for a reason that is kept with what was asked of them, where erasure reaches it."""
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    assignment = acknowledgements.held(ctx, assignment_id)
    _move(ctx, assignment, AssignmentEvent.EXCUSE)
    assignment.excused_because = reason
    audit.record(ctx, Act.EXCUSED, assignment.id)
    return assignment


def _record(
    ctx: Ctx,
    policy_id: str,
    person_id: str,
    data: AcknowledgeIn,
    method: AcknowledgementMethod,
    sheet: Sheet = NO_SHEET,
) -> Recorded:
    asked = _asked(ctx, data.version_id, person_id)
    recorded = Recorded(
        id=new_id(),
        version_id=data.version_id,
        person_id=person_id,
        at=canonical(ctx.now),
        language=data.language,
        content_sha256=data.content_sha256,
        statement_sha256=data.statement_sha256,
        method=method,
        sign_in_method=ctx.actor.method,
    )
    proof = {"authenticated_at": ctx.actor.authenticated_at, "recorded_by": ctx.actor.id, "scan_id": sheet.file_id}
    if not _INSERT(ctx.session, **recorded._asdict(), **proof):
        return acknowledgements.of_person(ctx, data.version_id, person_id) or recorded
    _settle(ctx, asked, _EVENTS[method])
    audit.record(ctx, Act.ACKNOWLEDGED, recorded.id, version_id=data.version_id, method=method.value, **sheet.facts)
    outbox.add(ctx, JobKind.ACKNOWLEDGED_MAIL, acknowledgement_id=recorded.id)
    _log(ctx, policy_id, recorded, asked, sheet)
    return recorded


def _settle(ctx: Ctx, asked: Asked, event: AssignmentEvent) -> None:
    """Note that this was answered; Conflict, and nothing is recorded, if the state does not allow it any more."""
    if not _SETTLE[event](ctx.session, assignment_id=asked.id, answered_at=ctx.now):
        raise not_possible(acknowledgements.assignment(ctx, asked.id).state, event)


def _log(ctx: Ctx, policy_id: str, recorded: Recorded, asked: Asked, sheet: Sheet) -> None:
    on_paper = recorded.method is AcknowledgementMethod.PAPER
    shown = {"content_sha256": recorded.content_sha256, "statement_sha256": recorded.statement_sha256}
    about = {
        "person": recorded.person_id,
        "name": asked.name,
        "email": asked.email,
        "language": recorded.language,
        "method": recorded.method.value,
        **_by(ctx),
        **shown,
        **sheet.facts,
    }
    evidence.append(
        ctx,
        LeafType.PAPER_ACKNOWLEDGEMENT if on_paper else LeafType.ACKNOWLEDGEMENT,
        {"policy": policy_id, "version": recorded.version_id, **shown},
        Private(about, recorded.id, recorded.person_id),
    )


def _log_answer(ctx: Ctx, assignment: Assignment, kind: LeafType) -> None:
    version, person = policies.version(ctx, assignment.version_id), roster.person(ctx, assignment.person_id)
    about = {"person": person.id, "name": person.name, "email": person.email, "note": assignment.note, **_by(ctx)}
    facts = {"policy": version.policy_id, "version": version.id, "content_sha256": version.content_sha256}
    evidence.append(ctx, kind, facts, Private(about, assignment.id, person.id))


def _by(ctx: Ctx) -> dict[str, str | None]:
    """Return who records it, how they came in, and when."""
    since = ctx.actor.authenticated_at
    return {
        "sign_in_method": ctx.actor.method,
        "authenticated_at": canonical(since) if since else None,
        "at": canonical(ctx.now),
        "recorded_by": ctx.actor.id,
    }


def _refuse_changed_text(ctx: Ctx, policy_id: str, data: AcknowledgeIn) -> None:
    """Raise NotFound if the version is not of this policy, Conflict if its text is not what was shown."""
    shown = policies.shown(ctx, data.version_id, data.language)
    if policy_id != shown.policy_id:
        raise NotFound
    same = (shown.content_sha256, shown.statement_sha256) == (data.content_sha256, data.statement_sha256)
    if shown.state not in ON_SHOW or not same:
        detail = N_("The text changed while you were reading. Nothing was recorded: read the new text and confirm it.")
        raise Conflict("text_changed", detail)


def _refuse_impossible_day(ctx: Ctx, signed_on: date, published_at: datetime) -> None:
    published_on = published_at.astimezone(ctx.company.zone).date()
    if signed_on > ctx.today:
        detail = N_("This day is still to come. Record it when it has passed.")
        raise Invalid([FieldError("/signed_on", "in_the_future", detail)])
    if signed_on < published_on:
        detail = N_("The version was published on %(day)s: it cannot have been signed before.")
        raise Invalid([FieldError("/signed_on", "before_publication", detail, {"day": published_on})])


def _self(ctx: Ctx) -> str:
    if ctx.actor.person_id is None:
        raise Forbidden(permission=Permission.ACKNOWLEDGE)
    return ctx.actor.person_id


def _own_assignment(ctx: Ctx, version_id: str) -> Assignment:
    return acknowledgements.held(ctx, _asked(ctx, version_id, _self(ctx)).id)


def _asked(ctx: Ctx, version_id: str, person_id: str) -> Asked:
    """Return what was asked of a person; NotFound if nothing was.

    Also if a publication, or the withdrawal of a newer version, has not reached them yet.
    """
    asked = acknowledgements.asked_or_none(ctx, version_id, person_id)
    if asked is not None and asked.state not in rules.CLOSED:
        return asked
    asking.ask_now(ctx, version_id, person_id)
    return acknowledgements.asked(ctx, version_id, person_id)


def _move(ctx: Ctx, assignment: Assignment, event: AssignmentEvent) -> None:
    move(assignment, rules.LIFECYCLE, event)
    assignment.answered_at = ctx.now
