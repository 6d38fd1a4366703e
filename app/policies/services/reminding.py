"""Writing to people about what they are asked to read: the first notice, reminders, and at last a word to HR.

Every mail is a job of its own, so that a retry never repeats the mails of others; they are written a thousand at a
time, each chunk with the job for the rest, never a whole company in one transaction. What was promised to be sent is
counted in the same transaction, by compare-and-set: of two workers at once only one sends. The moment a mail goes
out lies in the person's working window and never at a weekend.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict
from app.models import Assignment
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.policies.queries import coverage, notices, policies
from app.policies.rules.assignment import PENDING
from app.policies.rules.reminders import Decision, Escalate, Send, WaitUntil, decide, moment_to_write, works_on_weekdays
from app.rules.working_time import WorkingWindow
from app.wording import N_

CHUNK = 1000
UNTIL_NEXT_TICK = timedelta(hours=1)
"""The clock asks once an hour (jobs/clock.py): what falls due before it asks again is planned now."""

_TO_GATHER = timedelta(minutes=15)
"""The note to HR waits until every chunk of the hour has been decided, so that it is one note."""

# Most people of a chunk share hours and dates: each case is worked out once.
_parsed = lru_cache(maxsize=512)(WorkingWindow.parse)
_decide = lru_cache(maxsize=512)(decide)
_next_moment = lru_cache(maxsize=512)(moment_to_write)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of those still pending. ``more`` says that this was the first thousand and the others follow."""

    people: int = 0
    already_today: int = 0
    often_enough: int = 0
    without_email: int = 0
    more: bool = False


def announce(ctx: Ctx, version_id: str, first: str, last: str) -> None:
    """Tell those newly asked, from person to person, that there is something to read. Twice is once."""
    rows = [row for row in notices.unannounced(ctx, version_id, first, last) if _reachable(row)]
    _write_to(ctx, JobKind.PUBLISHED_MAIL, [(row, _moment(ctx, row)) for row in rows], counted=0)


def remind_now(ctx: Ctx, version_id: str, team_id: str | None = None, following: str = "") -> Reminded:
    """Remind whoever is pending, once a day at most and never more often than the company's maximum.

    Outside a person's window the mail waits for its next moment. Conflict if the version is not on show any more.
    """
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    coverage.version(ctx, version_id)
    if policies.version(ctx, version_id).state not in policies.READABLE:
        raise Conflict("not_asked", N_("Nobody is asked to read this version any more. Remind about the present one."))
    maximum = notices.maximum_reminders(ctx)
    rows = notices.pending(ctx, version_id, following, CHUNK, team_id)
    reachable = [row for row in rows if _reachable(row)]
    fresh = [row for row in reachable if not _today(ctx, row)]
    due = [row for row in fresh if row.reminders_sent < maximum]
    people = _write_to(ctx, JobKind.REMINDER_MAIL, [(row, _moment(ctx, row)) for row in due], counted=1)
    if people:
        audit.record(ctx, Act.REMINDED, version_id, people=people, team_id=team_id)
    more = len(rows) == CHUNK
    if more:
        following = rows[-1].person_id
        outbox.add(ctx, JobKind.REMIND_NOW, version_id=version_id, team_id=team_id, following=following)
    return Reminded(people, len(reachable) - len(fresh), len(fresh) - len(due), len(rows) - len(reachable), more)


def remind_due(ctx: Ctx, version_id: str = "", following: str = "") -> None:
    """Decide for each pending assignment whether a reminder is due, or HR is told; asked every hour.

    Without a version: for every internal policy that people are asked to read now.
    """
    versions = [version_id] if version_id else [version.id for version in policies.current_internal(ctx)]
    for one in versions:
        _remind_chunk(ctx, one, following)


def _remind_chunk(ctx: Ctx, version_id: str, following: str) -> None:
    maximum = notices.maximum_reminders(ctx)
    rows = notices.pending(ctx, version_id, following, CHUNK)
    planned = [(row, *_decided(ctx, row, maximum)) for row in rows if row.working_window is not None]
    reminders = [(row, at) for row, at, decision in planned if isinstance(decision, Send)]
    people = _write_to(ctx, JobKind.REMINDER_MAIL, reminders, counted=1)
    if people:
        audit.record(ctx, Act.REMINDED, version_id, people=people)
    _escalate(ctx, version_id, [(row, at) for row, at, decision in planned if isinstance(decision, Escalate)])
    if len(rows) == CHUNK:
        outbox.add(ctx, JobKind.REMIND, version_id=version_id, following=rows[-1].person_id)


def _escalate(ctx: Ctx, version_id: str, wanted: list[tuple[Any, datetime]]) -> None:
    told = _counted(ctx, wanted, counted=1)
    if told:
        audit.record(ctx, Act.ESCALATED, version_id, people=len(told))
        run_at = min(at for _, at in told) + _TO_GATHER
        key = f"escalation:{version_id}:{ctx.now:%Y-%m-%dT%H}"
        outbox.add(ctx, JobKind.ESCALATION_MAIL, run_at=run_at, dedupe_key=key, version_id=version_id)


def _decided(ctx: Ctx, row: Any, maximum: int) -> tuple[datetime, Decision]:
    """Return what to do about a person before the clock asks again, and when."""
    now, zone, window = ctx.now, ctx.company.zone, _window(row)
    facts = {
        "state": row.state,
        "due_on": row.due_on,
        "sent": row.reminders_sent,
        "last_sent_at": row.last_reminded_at,
        "maximum": maximum if row.has_email else 0,
    }
    decision = _decide(now, zone, window, **facts)
    if isinstance(decision, WaitUntil) and decision.at < now + UNTIL_NEXT_TICK:
        return decision.at, _decide(decision.at, zone, window, **facts)
    return now, decision


def _write_to(ctx: Ctx, kind: JobKind, wanted: Iterable[tuple[Any, datetime]], counted: int) -> int:
    """Ask for a mail to each of these at their moment; return how many nobody else has asked for meanwhile."""
    won = _counted(ctx, wanted, counted)
    outbox.add_each(ctx, kind, [(at, {"assignment_id": row.id}) for row, at in won])
    return len(won)


def _counted(ctx: Ctx, wanted: Iterable[tuple[Any, datetime]], counted: int) -> list[tuple[Any, datetime]]:
    """Note on each assignment when its person is written to; return those that stood as they were read."""
    alike: dict[tuple[int, datetime | None, datetime], list[Any]] = defaultdict(list)
    for row, at in wanted:
        alike[row.reminders_sent, row.last_reminded_at, at].append(row)
    won: list[tuple[Any, datetime]] = []
    for (sent, last, at), rows in alike.items():
        ids = _set(ctx, rows, sent, last, {"reminders_sent": sent + counted, "last_reminded_at": at})
        won += [(row, at) for row in rows if row.id in ids]
    return won


def _set(ctx: Ctx, rows: Sequence[Any], sent: int, last: datetime | None, values: dict[str, Any]) -> set[str]:
    statement = (
        update(Assignment)
        .where(
            col(Assignment.company_id) == ctx.company_id,
            col(Assignment.id).in_([row.id for row in rows]),
            col(Assignment.state).in_(PENDING),
            col(Assignment.reminders_sent) == sent,
            col(Assignment.last_reminded_at).is_(None) if last is None else col(Assignment.last_reminded_at) == last,
        )
        .values(**values)
        .returning(col(Assignment.id))
        .execution_options(synchronize_session=False)
    )
    return set(ctx.session.scalars(statement))


def _reachable(row: Any) -> bool:
    return row.has_email and row.working_window is not None and works_on_weekdays(_window(row))


def _moment(ctx: Ctx, row: Any) -> datetime:
    return _next_moment(ctx.now, ctx.company.zone, _window(row))


def _today(ctx: Ctx, row: Any) -> bool:
    """Tell whether the person was, or will be, written to on the day on which a mail would go out now."""
    if row.last_reminded_at is None:
        return False
    zone = ctx.company.zone
    return bool(row.last_reminded_at.astimezone(zone).date() >= _moment(ctx, row).astimezone(zone).date())


def _window(row: Any) -> WorkingWindow:
    return _parsed(row.working_window)
