"""To whom the mails about courses go, and what they say.

A mail is sent only if it still makes sense at that moment: nobody is reminded of a course that they finished
meanwhile, and nobody who left is written to.
"""

from app.context import Ctx
from app.duties.rows.pending import overdue
from app.jobs.mail import Addressed
from app.roster import people as roster
from app.rules.working_time import WorkingWindow
from app.training.rows import enrolments, notices
from app.training.rows.enrolments import ENROLMENTS
from app.training.rules.enrolment import PENDING


def window_of_person(ctx: Ctx, enrolment_id: str) -> WorkingWindow | None:
    """Return when the person works whom this enrolment concerns."""
    row = notices.of_enrolment(ctx, enrolment_id)
    return WorkingWindow.parse(row.working_window) if row else None


def asked(ctx: Ctx, enrolment_id: str) -> Addressed | None:
    """Address whoever still has to finish a course."""
    row = notices.of_enrolment(ctx, enrolment_id)
    if row is None or row.email is None or row.voluntary or row.state not in PENDING:
        return None
    found = enrolments.on_show(ctx, row.course_id)
    if found is None or not found[0].mandatory:
        return None
    facts = {
        "name": row.name,
        "title": notices.title(ctx, row.version_id, row.language),
        "course_id": row.course_id,
        "minutes": notices.minutes(ctx, row.version_id),
        "due_on": row.due_on,
        "late": row.due_on < ctx.today,
    }
    return row.email, row.language, facts


def escalation(ctx: Ctx, course_id: str) -> dict[str, Addressed]:
    """Address HR: these many have not finished in time. Nobody, if all of them have by now."""
    people, found = overdue(ctx, ENROLMENTS, course_id), enrolments.on_show(ctx, course_id)
    if not people or found is None:
        return {}
    return {
        reader.id: (
            reader.email,
            reader.language,
            {"name": reader.name, "title": notices.title(ctx, found[1].id, reader.language), "people": people},
        )
        for reader in roster.personnel_office(ctx)
    }
