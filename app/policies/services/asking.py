"""Asking people to read: the audience of a version a thousand at a time, and anybody who joins, leaves or answers.

What other versions of the policy still ask of a person is settled together with what they are asked now. Publishing
does this for the first thousand and leaves a job for the others. What a person does before the job reaches them counts
as done before the publication; what is read in between is right without the job (queries/asked.py).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import col, select

from app.context import Ctx
from app.db.bulk import insert_all
from app.models import Assignment, PolicyVersion
from app.platform import outbox
from app.platform.outbox import JobKind
from app.platform.transitions import in_bulk
from app.policies.rows import asked, audience, policies
from app.policies.rows.asked import has_a_question
from app.policies.rules.assignment import CLOSED, LIFECYCLE, UNANSWERED, AssignmentEvent, due_on
from app.policies.rules.version import VersionState

CHUNK = 1000


def assign(ctx: Ctx, version_id: str, following: str = "") -> None:
    """Ask the next people of the audience, at most a thousand, and leave a job for the rest.

    They are asked to read what is on show now, which is another version if this one was replaced or taken back in
    between. What other versions asked of these people, and of those between them who left the audience, is settled.
    """
    policy_id = policies.version(ctx, version_id).policy_id
    people = audience.people(ctx, policy_id, following, CHUNK)
    of_them = col(Assignment.person_id) > following
    if len(people) == CHUNK:
        last = people[-1].person_id
        of_them = and_(of_them, col(Assignment.person_id) <= last)
        outbox.add(ctx, JobKind.ASSIGN, version_id=version_id, following=last)
    _ask_instead(ctx, policy_id, policies.latest_published(ctx, policy_id), people, of_them)


def ask_now(ctx: Ctx, version_id: str, person_id: str) -> None:
    """Ask one person before their turn, if this version is on show and for them: they are about to answer it."""
    version = next((one for one in policies.current_internal(ctx) if one.id == version_id), None)
    if version is not None:
        people = audience.person(ctx, version.policy_id, person_id)
        _ask_instead(ctx, version.policy_id, version, people, col(Assignment.person_id) == person_id)


def ask_joiners(ctx: Ctx, employments: Sequence[Any]) -> None:
    """Ask people who join, or changed what an audience goes by, to read every internal policy that is for them.

    People who come back are asked again what they left without answering.
    """
    for version in policies.current_internal(ctx):
        meant = audience.among(ctx, version.policy_id, [employment.person_id for employment in employments])
        people = [employment for employment in employments if employment.person_id in meant]
        them = col(Assignment.person_id).in_([person.person_id for person in people])
        _ask_instead(ctx, version.policy_id, version, people, them)


def release_leavers(ctx: Ctx, person_ids: Sequence[str]) -> None:
    """Stop asking people who leave; what they answered stays."""
    _move(ctx, AssignmentEvent.CANCEL, col(Assignment.person_id).in_(person_ids))


def _ask_instead(
    ctx: Ctx, policy_id: str, version: PolicyVersion | None, people: Sequence[Any], of_them: ColumnElement[bool]
) -> None:
    """Ask these people for the version on show, if there is one, instead of any other of its policy."""
    others = [one for one in policies.versions(ctx, policy_id) if one.published_at is not None and one is not version]
    if version is not None and others:
        _take_along(ctx, version, others, people, of_them)
    withdrawn = [one for one in others if one.state is VersionState.WITHDRAWN]
    replaced = [one for one in others if one not in withdrawn]
    if withdrawn:
        _move(ctx, AssignmentEvent.CANCEL, _of(withdrawn, of_them))
    if replaced:
        _move(ctx, AssignmentEvent.SUPERSEDE, _of(replaced, of_them))
    if version is not None:
        _ask(ctx, version, people)


def _take_along(
    ctx: Ctx,
    version: PolicyVersion,
    others: Sequence[PolicyVersion],
    people: Sequence[Any],
    of_them: ColumnElement[bool],
) -> None:
    """Let what is unanswered of a version that this one amends go on as it is, and a question with new dates.

    An answer to it was promised, and stays readable. Not for a person who was asked for this version already, and
    questions only of those it is for.
    """
    new = ~asked.is_asked(version.id)
    amended = [one for one in others if asked.is_amended(one, version)]
    if amended:  # people who still have to read read the newest text
        unanswered = col(Assignment.state).in_(UNANSWERED)
        _update(ctx, _of(amended, of_them), unanswered, new, version_id=version.id)
    _update(
        ctx,
        _of(others, of_them),
        has_a_question(),
        col(Assignment.person_id).in_([person.person_id for person in people]),
        new,
        version_id=version.id,
        due_on=due_on(max(version.effective_on, ctx.today), version.grace_days, ctx.today),
        opened_at=ctx.now,
        reminders_sent=0,
        last_reminded_at=None,
    )


def _of(versions: Sequence[PolicyVersion], of_them: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an assignment is one of these versions and people.

    Looked up by person, apart from the state: by their state there are as many as people in the company.
    """
    wanted = select(Assignment.id).where(col(Assignment.version_id).in_([one.id for one in versions]), of_them)
    return col(Assignment.id).in_(wanted)


def _ask(ctx: Ctx, version: PolicyVersion, people: Sequence[Any]) -> None:
    answered = audience.answered_in_line(ctx, version, [person.person_id for person in people])
    due = {person.person_id: _due_on(ctx, version, person) for person in people if person.person_id not in answered}
    if not due:
        return
    rows = [
        {"version_id": version.id, "person_id": person_id, "due_on": day, "opened_at": ctx.now}
        for person_id, day in due.items()
    ]
    insert_all(ctx.session, Assignment, rows, ["company_id", "version_id", "person_id"])
    _reopen(ctx, version, due)
    outbox.add(ctx, JobKind.ANNOUNCE, version_id=version.id, first=min(due), last=max(due))


def _due_on(ctx: Ctx, version: PolicyVersion, person: Any) -> date:
    """Return the due date: grace starts no earlier than today, so that nobody is late from the start."""
    return due_on(max(version.effective_on, ctx.today), version.grace_days, person.starts_on)


def _reopen(ctx: Ctx, version: PolicyVersion, due: dict[str, date]) -> None:
    of_version = (col(Assignment.version_id) == version.id, col(Assignment.state).in_(CLOSED))
    people = select(Assignment.person_id).where(*of_version, col(Assignment.person_id).in_(list(due)))
    for person_id in ctx.session.scalars(people).all():
        _move(
            ctx,
            AssignmentEvent.REOPEN,
            col(Assignment.version_id) == version.id,
            col(Assignment.person_id) == person_id,
            due_on=due[person_id],
            opened_at=ctx.now,
            answered_at=None,
            reminders_sent=0,
            last_reminded_at=None,
        )


def _move(ctx: Ctx, event: AssignmentEvent, *which: ColumnElement[bool], **values: Any) -> None:
    """Take the step wherever the state allows it, and set these values with it."""
    possible, moved = in_bulk(LIFECYCLE, event, Assignment)
    _update(ctx, *which, possible, **moved, **values)


def _update(ctx: Ctx, *which: ColumnElement[bool], **values: Any) -> None:
    own = col(Assignment.company_id) == ctx.company_id
    statement = update(Assignment).where(own, *which).values(**values)
    ctx.session.execute(statement, execution_options={"synchronize_session": False})
