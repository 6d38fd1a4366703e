"""Writing to people about the courses they still have to finish."""

from collections.abc import Sequence

from app.authz import Permission
from app.context import Ctx
from app.duties.services import reminding
from app.duties.services.reminding import Mailing, Reminded
from app.errors import DomainError
from app.platform.outbox import JobKind
from app.training.rows import courses, enrolments
from app.training.rows.enrolments import ENROLMENTS

MAILING = Mailing(
    ENROLMENTS,
    notice=JobKind.COURSE_NOTICE_MAIL,
    reminder=JobKind.COURSE_REMINDER_MAIL,
    escalation=JobKind.COURSE_ESCALATION_MAIL,
    next_reminders=JobKind.REMIND_COURSES,
    next_reminders_now=JobKind.REMIND_COURSE_NOW,
)


def announce(ctx: Ctx, course_id: str, first: str, last: str) -> None:
    """Tell those newly asked, from person to person, that there is a course to take. Twice is once."""
    reminding.announce(ctx, MAILING, course_id, first, last)


def remind_now(ctx: Ctx, course_id: str, team_id: str | None = None, following: str = "") -> Reminded:
    """Remind those who still have to finish a course; NotFound if there is none of this id."""
    ctx.require(Permission.WRITE_TRAINING, Permission.READ_ENROLMENTS)
    courses.course(ctx, course_id)
    return reminding.remind_now(ctx, MAILING, course_id, team_id, following)


def remind_chosen(ctx: Ctx, course_id: str, enrolment_ids: Sequence[str]) -> dict[str, DomainError]:
    """Remind the people of these enrolments; return why no mail goes out by the id of the enrolment."""
    ctx.require(Permission.WRITE_TRAINING, Permission.READ_ENROLMENTS)
    return reminding.remind_chosen(ctx, MAILING, course_id, enrolment_ids)


def remind_due(ctx: Ctx, course_id: str = "", following: str = "") -> None:
    """Decide for each enrolment whether a reminder is due, or HR is told; asked every hour.

    Without a course: for each one that can be taken.
    """
    courses = [course_id] if course_id else [course.id for course, _ in enrolments.all_on_show(ctx)]
    for one in courses:
        reminding.remind_due(ctx, MAILING, one, following)
