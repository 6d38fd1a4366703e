"""People who still have to finish a course and read none of the languages that it is written in."""

from collections import Counter

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
    """Return for each course how many of those it is asked of read none of its languages, the absent left out.

    People are counted by their language first: to ask of each whether the course has it takes ten times as long.
    """
    written = {(row.course_id, row.language) for row in _WRITTEN(ctx.session)}
    found: Counter[str] = Counter()
    for row in _BY_LANGUAGE(ctx.session, today=ctx.today):
        if (row.course_id, row.language) not in written:
            found[row.course_id] += row.people
    return dict(found)


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


_WRITTEN = Prepared(
    select(col(CourseVersion.course_id), col(CourseText.language)).where(
        in_company(CourseVersion),
        in_company(CourseText),
        col(CourseVersion.state) == CourseState.PUBLISHED,
        col(CourseText.version_id) == col(CourseVersion.id),
    )
)
_BY_LANGUAGE = Prepared(
    select(col(Enrolment.course_id), col(Person.language), func.count().label("people"))
    .where(
        in_company(Enrolment),
        in_company(Person),
        theirs(ENROLMENTS),
        or_(*(col(Enrolment.state) == state for state in PENDING)),
        col(Enrolment.voluntary).is_(False),
        ~absent_on(bindparam("today", type_=Date()), Enrolment),
    )
    .group_by(col(Enrolment.course_id), col(Person.language))
)
