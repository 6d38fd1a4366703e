"""Publishing a course version: its bytes are frozen, and the people whom it is for are enrolled."""

from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, FieldError, Invalid
from app.models import CourseVersion, Lesson
from app.platform import audit
from app.platform.audit import Act
from app.platform.transitions import after, move
from app.training.rows import contents, courses
from app.training.rules import course as rules
from app.training.rules.content import Content, content_sha256, lesson_sha256
from app.training.rules.course import LIFECYCLE, Asks, CourseEvent, CourseState, LessonBefore
from app.training.rules.publishable import shortcomings
from app.training.schemas.course import PublishCourseIn, WithdrawCourseIn
from app.training.services import enrolling
from app.wording import N_


def publish(ctx: Ctx, version_id: str, data: PublishCourseIn) -> CourseVersion:
    """Show a draft instead of the version before, and enrol whom the course is for.

    Conflict ``content_changed`` if it does not say any more what the caller looked at; Invalid with everything that is
    missing or wrong.
    """
    ctx.require(Permission.WRITE_TRAINING)
    version = courses.version(ctx, version_id, locked=True)
    after(LIFECYCLE, version.state, CourseEvent.PUBLISH)
    course = courses.course(ctx, version.course_id, locked=True)
    if course.archived_at is not None:
        raise Conflict("course_archived", N_("This course is archived. Nobody can be enrolled in it any more."))
    content = contents.content(ctx, version)
    if content_sha256(content) != data.sha256:
        detail = N_("Somebody changed the course after you looked at it. Look at it again, then publish.")
        raise Conflict("content_changed", detail)
    _refuse_faults(ctx, version, content)
    _freeze(ctx, version, content)
    _take_the_place(ctx, version)
    version.published_at, version.published_by = ctx.now, ctx.actor.id
    move(version, LIFECYCLE, CourseEvent.PUBLISH)
    audit.record(
        ctx,
        Act.COURSE_VERSION_PUBLISHED,
        version_id,
        number=version.number,
        content_sha256=version.content_sha256,
        asks=version.asks.value,
    )
    ctx.session.flush()
    enrolling.ask(ctx, version)
    return version


def withdraw(ctx: Ctx, version_id: str, data: WithdrawCourseIn) -> CourseVersion:
    """Take a published version back: nobody can go on with the course until the next version comes."""
    ctx.require(Permission.WRITE_TRAINING)
    version = courses.version(ctx, version_id, locked=True)
    move(version, LIFECYCLE, CourseEvent.WITHDRAW)
    audit.record(ctx, Act.COURSE_VERSION_WITHDRAWN, version_id, reason=data.reason)
    return version


def _refuse_faults(ctx: Ctx, version: CourseVersion, content: Content) -> None:
    faults = shortcomings(content)
    if version.asks is not Asks.KEEP and version.asks_by is not None and version.asks_by < ctx.today:
        detail = N_("The last day to take the course again is past. Choose a later one.")
        faults.append(FieldError("/asks_by", "in_the_past", detail))
    if faults:
        raise Invalid(faults)


def _freeze(ctx: Ctx, version: CourseVersion, content: Content) -> None:
    """Set the fingerprints, and from which version on each lesson counts."""
    known = _counting(ctx, version)
    hashes = {lesson.key: lesson_sha256(lesson) for lesson in content.lessons}
    for row in ctx.session.scalars(select(Lesson).where(col(Lesson.version_id) == version.id)):
        row.content_sha256 = hashes[row.key]
        row.counts_from = rules.counts_from(version.number, version.asks, hashes[row.key], known.get(row.key))
    version.content_sha256 = content_sha256(content)


def _counting(ctx: Ctx, version: CourseVersion) -> dict[str, LessonBefore]:
    """Return what counted in the version published before this one, by the keys of its lessons."""
    earlier = [one for one in courses.versions(ctx, version.course_id) if one.published_at is not None]
    if not earlier:
        return {}
    rows = ctx.session.scalars(select(Lesson).where(col(Lesson.version_id) == earlier[0].id))
    return {row.key: LessonBefore(row.content_sha256 or "", row.counts_from) for row in rows}


def _take_the_place(ctx: Ctx, version: CourseVersion) -> None:
    for older in courses.versions(ctx, version.course_id):
        if older.state is CourseState.PUBLISHED:
            move(older, LIFECYCLE, CourseEvent.SUPERSEDE)
