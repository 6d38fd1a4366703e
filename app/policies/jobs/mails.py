"""To whom the mails about policies go, and what they say.

A mail is sent only if it still makes sense at that moment: nobody is reminded of what they acknowledged meanwhile,
and nobody who left is written to.
"""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

from app.context import Ctx
from app.duties.queries.pending import overdue
from app.jobs.mail import Addressed
from app.policies.queries import notices
from app.policies.queries.notices import ASSIGNMENTS
from app.policies.rules import text as policy_text
from app.policies.rules.assignment import PENDING, AssignmentState
from app.roster import people as roster
from app.rules.working_time import WorkingWindow

_minutes = lru_cache(maxsize=64)(policy_text.reading_minutes)


def window_of_person(ctx: Ctx, assignment_id: str) -> WorkingWindow | None:
    """Return when the person works whom this assignment concerns."""
    row = notices.of_assignment(ctx, assignment_id)
    return WorkingWindow.parse(row.working_window) if row else None


def published(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address whoever still has to answer: there is something to read."""
    yield from _pending(ctx, assignment_id)


def reminder(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address whoever still has to answer: it is still to be read."""
    yield from _pending(ctx, assignment_id)


def answer(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address whoever asked a question, with what HR replied."""
    row = notices.of_assignment(ctx, assignment_id)
    if row and row.email and row.reply:
        yield row.email, row.language, {**_about(ctx, row), "question": row.note, "reply": row.reply}


def question(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address HR: somebody has a question, or does not agree. Not if it has been resolved meanwhile."""
    row = notices.of_assignment(ctx, assignment_id)
    if row and row.state in {AssignmentState.QUESTION, AssignmentState.DECLINED}:
        declined = row.state is AssignmentState.DECLINED
        for reader in roster.personnel_office(ctx):
            title = notices.text(ctx, row.version_id, reader.language).title
            facts = {"name": reader.name, "person": row.name, "title": title, "note": row.note, "declined": declined}
            yield reader.email, reader.language, facts


def escalation(ctx: Ctx, version_id: str) -> Iterator[Addressed]:
    """Address HR: these many have not answered in time. Nobody, if all of them have by now."""
    people = overdue(ctx, ASSIGNMENTS, version_id)
    for reader in roster.personnel_office(ctx) if people else ():
        title = notices.text(ctx, version_id, reader.language).title
        yield (
            reader.email,
            reader.language,
            {"name": reader.name, "title": title, "people": people, "version_id": version_id},
        )


def _pending(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    row = notices.of_assignment(ctx, assignment_id)
    if row and row.email and row.state in PENDING:
        yield row.email, row.language, {**_about(ctx, row), "due_on": row.due_on, "late": row.due_on < ctx.today}


def _about(ctx: Ctx, row: Any) -> dict[str, Any]:
    text = notices.text(ctx, row.version_id, row.language)
    return {
        "name": row.name,
        "company": ctx.company.name,
        "title": text.title,
        "policy_id": text.policy_id,
        "minutes": partial(_minutes, text.body),  # taking it apart has no place in the transaction
    }
