"""To whom the mails about policies go, and what they say.

A mail is sent only if it still makes sense at that moment: nobody is reminded of what they acknowledged meanwhile,
and nobody who left is written to.
"""

from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from app.context import Ctx
from app.duties.rows.pending import overdue
from app.jobs.mail import Addressed
from app.policies.rows import asked, notices
from app.policies.rows.notices import ASSIGNMENTS
from app.policies.rules import text as policy_text
from app.policies.rules.assignment import PENDING, TO_RESOLVE, AssignmentState
from app.roster import people as roster
from app.rules.working_time import WorkingWindow

_minutes = lru_cache(maxsize=64)(policy_text.reading_minutes)


def window_of_person(ctx: Ctx, assignment_id: str) -> WorkingWindow | None:
    """Return when the person works whom this assignment concerns."""
    row = notices.of_assignment(ctx, assignment_id)
    return WorkingWindow.parse(row.working_window) if row else None


def published(ctx: Ctx, assignment_id: str) -> Addressed | None:
    """Address the person who still has to answer: there is something to read."""
    return _pending(ctx, assignment_id)


def reminder(ctx: Ctx, assignment_id: str) -> Addressed | None:
    """Address the person who still has to answer: it is still to be read."""
    return _pending(ctx, assignment_id)


def answer(ctx: Ctx, assignment_id: str) -> Addressed | None:
    """Address the person who asked a question, with HR's reply."""
    row = notices.of_assignment(ctx, assignment_id)
    if not (row and row.email and row.reply):
        return None
    return row.email, row.language, {**_about(ctx, row), "question": row.note, "reply": row.reply}


def question(ctx: Ctx, assignment_id: str) -> dict[str, Addressed]:
    """Address HR: a person has a question or does not agree, unless it has been resolved since."""
    row = notices.of_assignment(ctx, assignment_id)
    if not row or row.state not in TO_RESOLVE:
        return {}
    facts = {"person": row.name, "note": row.note, "declined": row.state is AssignmentState.DECLINED}
    return to_each(ctx, roster.personnel_office(ctx), row.version_id, **facts)


def escalation(ctx: Ctx, version_id: str) -> dict[str, Addressed]:
    """Address HR: these many have not answered in time. Nobody, if all of them have by now."""
    people = overdue(ctx, ASSIGNMENTS, version_id)
    readers = roster.personnel_office(ctx) if people else []
    return to_each(ctx, readers, version_id, people=people, version_id=version_id)


def to_each(ctx: Ctx, readers: Iterable[Any], about: str, **facts: Any) -> dict[str, Addressed]:
    """Address all of these, by their id, with the same facts and the title of a version in their language."""
    return {
        reader.id: (
            reader.email,
            reader.language,
            {"name": reader.name, "title": notices.text(ctx, about, reader.language).title, **facts},
        )
        for reader in readers
    }


def _pending(ctx: Ctx, assignment_id: str) -> Addressed | None:
    row = notices.of_assignment(ctx, assignment_id)
    if not (row and row.email and row.state in PENDING and asked.asks(ctx, row.version_id)):
        return None
    return row.email, row.language, {**_about(ctx, row), "due_on": row.due_on, "late": row.due_on < ctx.today}


def _about(ctx: Ctx, row: Any) -> dict[str, Any]:
    text = notices.text(ctx, row.version_id, row.language)
    return {
        "name": row.name,
        "title": text.title,
        "policy_id": text.policy_id,
        "minutes": partial(_minutes, text.body),  # taking it apart has no place in the transaction
    }
