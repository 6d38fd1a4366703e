"""People who still have to finish a course and read none of the languages that it is written in."""

from sqlalchemy import ColumnElement, Date, bindparam, func, or_, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.duties.rows.owing import theirs
from app.models import CourseText, CourseVersion, Enrolment, Person
from app.roster.placement import absent_on
from app.training.rows.enrolments import ENROLMENTS
from app.training.rules.course import CourseState
from app.training.rules.enrolment import PENDING


def by_course(ctx: Ctx) -> dict[str, int]:
    """Return for each course how many of those it is asked of read none of its languages, the absent left out."""
    return {row.course_id: row.people for row in _BY_COURSE(ctx.session, today=ctx.today)}


def reads_none() -> ColumnElement[bool]:
    """Return the condition that the person of an enrolment reads no language of the course as it is published."""
    written = select(col(CourseText.id)).where(
        col(CourseVersion.company_id) == col(Enrolment.company_id),
        col(CourseVersion.course_id) == col(Enrolment.course_id),
        col(CourseVersion.state) == CourseState.PUBLISHED,
        col(CourseText.company_id) == col(CourseVersion.company_id),
        col(CourseText.version_id) == col(CourseVersion.id),
        col(CourseText.language) == col(Person.language),
    )
    return ~written.correlate(Person, Enrolment).exists()


_BY_COURSE = Prepared(
    select(col(Enrolment.course_id), func.count().label("people"))
    .where(
        in_company(Enrolment),
        in_company(Person),
        theirs(ENROLMENTS),
        or_(*(col(Enrolment.state) == state for state in PENDING)),
        col(Enrolment.voluntary).is_(False),
        ~absent_on(bindparam("today", type_=Date()), Enrolment),
        reads_none(),
    )
    .group_by(col(Enrolment.course_id))
)
