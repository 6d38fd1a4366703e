"""The courses of a company: what each asks of whom, apart from what its versions say."""

from sqlalchemy import delete, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.duties.schemas.audience import AudienceIn
from app.duties.services import audience
from app.errors import Conflict, FieldError, Invalid, PreconditionFailed
from app.models import Course, CourseAudience, CoursePrerequisite
from app.platform import audit
from app.platform.audit import Act
from app.training.rows import courses, prerequisites
from app.training.rules.content import Content, CourseWords
from app.training.rules.course import Asks, leads_back
from app.training.schemas.course import CourseChange, CourseIn, PrerequisitesIn
from app.training.services import authoring, enrolling, starting
from app.wording import N_

_PASSING_SCORE = 80


def create(ctx: Ctx, data: CourseIn) -> Course:
    """Create a course with its first draft: an empty one, or a starter course to be edited."""
    ctx.require(Permission.WRITE_TRAINING)
    _refuse_known(ctx, data.external_id)
    facts = data.model_dump(exclude={"starter", *AudienceIn.model_fields})
    course = Course(created_at=ctx.now, **facts)
    ctx.session.add(course)
    ctx.session.flush()
    audience.add(ctx, CourseAudience, data, course_id=course.id)
    audit.record(ctx, Act.COURSE_CREATED, course.id, name=course.name)
    said = starting.content(data.starter) if data.starter else _empty(ctx, data.name)
    authoring.add_version(ctx, course.id, 1, said)
    return course


def change(ctx: Ctx, course_id: str, row_version: int, data: CourseChange) -> Course:
    """Change what a course asks from now on; PreconditionFailed if somebody else did since ``row_version``."""
    course = _held(ctx, course_id)
    if course.row_version != row_version:
        raise PreconditionFailed
    changes = data.model_dump(exclude_unset=True)
    if changes.get("external_id") not in (None, course.external_id):
        _refuse_known(ctx, data.external_id)
    for name, value in changes.items():
        setattr(course, name, value)
    course.row_version += 1
    audit.record(ctx, Act.COURSE_CHANGED, course_id, **{name: str(value) for name, value in changes.items()})
    return course


def assign(ctx: Ctx, course_id: str, data: AudienceIn) -> Course:
    """Say whom a course is for. People who come to be in it are enrolled; those enrolled before stay."""
    course = _held(ctx, course_id)
    _clear(ctx, CourseAudience, course_id)
    audience.add(ctx, CourseAudience, data, course_id=course_id)
    audit.record(ctx, Act.COURSE_CHANGED, course_id, audience=data.audience())
    ctx.session.flush()
    enrolling.enrol(ctx, course_id)
    return course


def require_first(ctx: Ctx, course_id: str, data: PrerequisitesIn) -> Course:
    """Say which courses have to be passed before this one. Invalid for one that leads back to this course."""
    ctx.require(Permission.WRITE_TRAINING)
    courses.lock_all(ctx)  # two at once could each be right alone, and lead back together
    course = _held(ctx, course_id)
    required, known = list(dict.fromkeys(data.course_ids)), prerequisites.all_of(ctx)
    for place, required_id in enumerate(required):
        courses.course(ctx, required_id)
        if leads_back(course_id, [required_id], known):
            detail = N_("This course has to be passed first itself: each would wait for the other. Take it out.")
            raise Invalid([FieldError(f"/course_ids/{place}", "leads_back", detail)])
    _clear(ctx, CoursePrerequisite, course_id)
    ctx.session.add_all(CoursePrerequisite(course_id=course_id, required_id=one) for one in required)
    audit.record(ctx, Act.COURSE_CHANGED, course_id, prerequisites=required)
    return course


def archive(ctx: Ctx, course_id: str) -> Course:
    """Put a course away: nobody is enrolled or asked any more, and everything that was passed stays. Twice is once."""
    course = _held(ctx, course_id)
    if course.archived_at is None:
        course.archived_at = ctx.now
        audit.record(ctx, Act.COURSE_ARCHIVED, course_id)
    return course


def _held(ctx: Ctx, course_id: str) -> Course:
    ctx.require(Permission.WRITE_TRAINING)
    return courses.course(ctx, course_id, locked=True)


def _refuse_known(ctx: Ctx, external_id: str | None) -> None:
    known = select(col(Course.id)).where(col(Course.external_id) == external_id)
    if external_id is not None and ctx.session.execute(known).first():
        detail = N_("Another course has this number of your own system. Each course has one of its own.")
        raise Conflict("external_id_taken", detail)


def _empty(ctx: Ctx, name: str) -> Content:
    return Content(_PASSING_SCORE, None, Asks.KEEP, {ctx.company.language: CourseWords(name)})


def _clear(ctx: Ctx, model: type[CourseAudience | CoursePrerequisite], course_id: str) -> None:
    own = (col(model.company_id) == ctx.company_id, col(model.course_id) == course_id)
    ctx.session.execute(delete(model).where(*own))
