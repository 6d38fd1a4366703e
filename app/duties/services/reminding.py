"""Writing to people about what is asked of them: the first notice, reminders, and at last a word to HR.

Every mail is a job of its own, so that a retry never repeats the mails of others. They are planned a thousand at a
time, each chunk with the job for the rest. What is planned is counted in the same transaction by compare-and-set: of
two workers at once only one sends. A mail goes out in the person's working window, never at a weekend, on a holiday
or during an absence.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.context import Ctx
from app.duties.rows import pending as duties
from app.duties.rules.kinds import DutyKind
from app.duties.rules.reminders import Decision, Escalate, Send, WaitUntil, decide
from app.errors import Conflict, DomainError
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.roster.calendar import work_calendar
from app.rules.work_calendar import WorkCalendar
from app.rules.working_time import WorkingWindow
from app.rules.writing_hours import moment_to_write, works_on_weekdays
from app.wording import N_

CHUNK = 1000
UNTIL_NEXT_TICK = timedelta(hours=1)
"""The clock asks once an hour (jobs/clock.py): what falls due before it asks again is planned now."""

_TO_GATHER = timedelta(minutes=15)
"""The note to HR waits until every chunk of the hour has been decided, so that it is one note."""

_REMINDED_TODAY = N_("Already written to on the same day. Remind them tomorrow.")
_REMINDED_OFTEN = N_("Reminded as often as your company allows. Speak to them.")
_NO_MAIL = N_("No mail reaches this person now. Print an invitation, or speak to them.")
_NOT_PENDING = N_("Nothing is asked of this person any more: they answered, or the text was replaced.")

# Most people of a chunk share hours and dates: each case is worked out once.
_parsed = lru_cache(maxsize=512)(WorkingWindow.parse)
_decide = lru_cache(maxsize=512)(decide)
_next_moment = lru_cache(maxsize=512)(moment_to_write)


@dataclass(frozen=True, slots=True)
class Mailing:
    """How one kind of duty writes: the mails, and the jobs that go on with the next thousand."""

    kind: DutyKind
    notice: JobKind
    reminder: JobKind
    escalation: JobKind
    next_reminders: JobKind
    next_reminders_now: JobKind


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of those still pending. ``more`` says that this was the first thousand and the others follow.

    ``without_email`` includes people who are absent or work at weekends only: no mail reaches them now.
    """

    people: int = 0
    already_today: int = 0
    often_enough: int = 0
    without_email: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class _SortedOut:
    """Pending duties by whether their people are reminded now: those due with their moments, of the others the ids."""

    due: list[tuple[Any, datetime]]
    already_today: list[str]
    often_enough: list[str]
    unreached: list[str]


def announce(ctx: Ctx, mailing: Mailing, subject_id: str, first: str, last: str) -> None:
    """Tell those newly asked, from person to person, what is asked of them. Twice is once."""
    calendar = work_calendar(ctx)
    rows = [row for row in duties.unannounced(ctx, mailing.kind, subject_id, first, last) if _reachable(row)]
    wanted = [(row, _moment(ctx, calendar, row)) for row in rows]
    _write_to(ctx, mailing.kind, mailing.notice, wanted, counted=0)


def remind_now(ctx: Ctx, mailing: Mailing, subject_id: str, team_id: str | None, following: str) -> Reminded:
    """Remind the pending, once a day at most and never more often than the company's maximum.

    Outside a person's window the mail waits for its next moment.
    """
    rows = duties.pending(ctx, mailing.kind, subject_id, following, CHUNK, team_id)
    sorted_out = _sorted_out(ctx, rows)
    people = _remind(ctx, mailing, subject_id, sorted_out.due, team_id=team_id)
    more = len(rows) == CHUNK
    if more:
        rest = {mailing.kind.subject: subject_id, "team_id": team_id, "following": rows[-1].person_id}
        outbox.add(ctx, mailing.next_reminders_now, **rest)
    return Reminded(
        people=people,
        already_today=len(sorted_out.already_today),
        often_enough=len(sorted_out.often_enough),
        without_email=len(sorted_out.unreached),
        more=more,
    )


def remind_chosen(ctx: Ctx, mailing: Mailing, subject_id: str, ids: Sequence[str]) -> dict[str, DomainError]:
    """Remind the people of these duties, within the same bounds; return why no mail goes out by the id of the duty."""
    rows = duties.among(ctx, mailing.kind, subject_id, ids)
    sorted_out = _sorted_out(ctx, rows)
    _remind(ctx, mailing, subject_id, sorted_out.due)
    answered = set(ids) - {row.id for row in rows}
    return {
        **dict.fromkeys(sorted_out.already_today, Conflict("reminded_today", _REMINDED_TODAY)),
        **dict.fromkeys(sorted_out.often_enough, Conflict("reminded_often", _REMINDED_OFTEN)),
        **dict.fromkeys(sorted_out.unreached, Conflict("no_mail", _NO_MAIL)),
        **dict.fromkeys(answered, Conflict("not_pending", _NOT_PENDING)),
    }


def remind_due(ctx: Ctx, mailing: Mailing, subject_id: str, following: str) -> None:
    """Decide for the next thousand pending whether a reminder is due, or HR is told; asked every hour."""
    calendar, maximum = work_calendar(ctx), duties.maximum_reminders(ctx)
    rows = duties.pending(ctx, mailing.kind, subject_id, following, CHUNK)
    planned = [(row, *_decided(ctx, calendar, row, maximum)) for row in rows if row.working_window is not None]
    reminders = [(row, at) for row, at, decision in planned if isinstance(decision, Send)]
    _remind(ctx, mailing, subject_id, reminders)
    _escalate(ctx, mailing, subject_id, [(row, at) for row, at, decision in planned if isinstance(decision, Escalate)])
    if len(rows) == CHUNK:
        rest = {mailing.kind.subject: subject_id, "following": rows[-1].person_id}
        outbox.add(ctx, mailing.next_reminders, **rest)


def _sorted_out(ctx: Ctx, rows: Sequence[Any]) -> _SortedOut:
    calendar, maximum = work_calendar(ctx), duties.maximum_reminders(ctx)
    reachable = [(row, _moment(ctx, calendar, row)) for row in rows if _reachable(row)]
    fresh = [(row, at) for row, at in reachable if not _same_day(ctx, row.last_reminded_at, at)]
    return _SortedOut(
        due=[(row, at) for row, at in fresh if row.reminders_sent < maximum],
        already_today=[row.id for row, at in reachable if _same_day(ctx, row.last_reminded_at, at)],
        often_enough=[row.id for row, _ in fresh if row.reminders_sent >= maximum],
        unreached=[row.id for row in rows if not _reachable(row)],
    )


def _remind(
    ctx: Ctx, mailing: Mailing, subject_id: str, due: Iterable[tuple[Any, datetime]], **traced: str | None
) -> int:
    """Ask for a reminder to each of these at their moment; return how many go out."""
    people = _write_to(ctx, mailing.kind, mailing.reminder, due, counted=1)
    if people:
        audit.record(ctx, Act.REMINDED, subject_id, people=people, **traced)
    return people


def _escalate(ctx: Ctx, mailing: Mailing, subject_id: str, wanted: list[tuple[Any, datetime]]) -> None:
    told = _counted(ctx, mailing.kind, wanted, counted=1)
    if told:
        audit.record(ctx, Act.ESCALATED, subject_id, people=len(told))
        run_at = min(at for _, at in told) + _TO_GATHER
        key = f"escalation:{subject_id}:{ctx.now:%Y-%m-%dT%H}"
        outbox.add(ctx, mailing.escalation, run_at=run_at, dedupe_key=key, **{mailing.kind.subject: subject_id})


def _decided(ctx: Ctx, calendar: WorkCalendar, row: Any, maximum: int) -> tuple[datetime, Decision]:
    """Return what to do about a person before the clock asks again, and when."""
    now, zone, window = ctx.now, ctx.company.zone, _window(row)
    facts = {
        "pending": True,
        "due_on": row.due_on,
        "sent": row.reminders_sent,
        "last_sent_at": row.last_reminded_at,
        "maximum": maximum if row.has_email else 0,
    }
    decision = _decide(now, zone, window, calendar, **facts)
    if isinstance(decision, WaitUntil) and decision.at < now + UNTIL_NEXT_TICK:
        return decision.at, _decide(decision.at, zone, window, calendar, **facts)
    return now, decision


def _write_to(ctx: Ctx, kind: DutyKind, mail: JobKind, wanted: Iterable[tuple[Any, datetime]], counted: int) -> int:
    """Ask for a mail to each of these at their moment; return how many no other worker has asked for meanwhile."""
    won = _counted(ctx, kind, wanted, counted)
    outbox.add_each(ctx, mail, [(at, {kind.own_id: row.id}) for row, at in won])
    return len(won)


def _counted(
    ctx: Ctx, kind: DutyKind, wanted: Iterable[tuple[Any, datetime]], counted: int
) -> list[tuple[Any, datetime]]:
    """Note on each duty when its person is written to; return those that stood as they were read."""
    alike: dict[tuple[int, datetime | None, datetime], list[Any]] = defaultdict(list)
    for row, at in wanted:
        alike[row.reminders_sent, row.last_reminded_at, at].append(row)
    won: list[tuple[Any, datetime]] = []
    for (sent, last, at), rows in alike.items():
        ids = _set(ctx, kind, rows, sent, last, {"reminders_sent": sent + counted, "last_reminded_at": at})
        won += [(row, at) for row in rows if row.id in ids]
    return won


def _set(
    ctx: Ctx, kind: DutyKind, rows: Sequence[Any], sent: int, last: datetime | None, values: dict[str, Any]
) -> set[str]:
    model = kind.model
    statement = (
        update(model)
        .where(
            col(model.company_id) == ctx.company_id,
            col(model.id).in_([row.id for row in rows]),
            col(model.state).in_(kind.pending),
            col(model.reminders_sent) == sent,
            col(model.last_reminded_at).is_(None) if last is None else col(model.last_reminded_at) == last,
        )
        .values(**values)
        .returning(col(model.id))
        .execution_options(synchronize_session=False)
    )
    return set(ctx.session.scalars(statement))


def _reachable(row: Any) -> bool:
    return row.has_email and row.working_window is not None and works_on_weekdays(_window(row))


def _moment(ctx: Ctx, calendar: WorkCalendar, row: Any) -> datetime:
    return _next_moment(ctx.now, ctx.company.zone, _window(row), calendar)


def _same_day(ctx: Ctx, last: datetime | None, at: datetime) -> bool:
    """Tell whether the person was, or will be, written to on the local day of this moment."""
    zone = ctx.company.zone
    return last is not None and last.astimezone(zone).date() >= at.astimezone(zone).date()


def _window(row: Any) -> WorkingWindow:
    return _parsed(row.working_window)
