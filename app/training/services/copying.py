"""Copying a course into another client company, and taking over what its original says by now.

The agency acts in one company at a time: what it read in the first it writes in the second, each in a transaction and
with the permissions of its own.
"""

from dataclasses import replace

from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict
from app.models import Course, CourseVersion
from app.platform import audit
from app.platform.audit import Act
from app.training.queries.originals import Original
from app.training.rows import courses
from app.training.rules.course import Asks
from app.training.services import authoring, writing
from app.wording import N_


def copy(ctx: Ctx, original: Original) -> Course:
    """Create a course here that says what the original says, as a draft, and remember where it comes from.

    Conflict ``copied_already`` if this company has a copy of it: that one takes over what is new.
    """
    ctx.require(Permission.WRITE_TRAINING)
    known = select(col(Course.id)).where(
        col(Course.origin_course_id) == original.course_id, col(Course.archived_at).is_(None)
    )
    if ctx.session.execute(known).first():
        detail = N_("This client has a copy already. Open it there, and take over what is new.")
        raise Conflict("copied_already", detail)
    course = Course(created_at=ctx.now, origin_company_id=original.company_id, **original.facts)
    course.origin_course_id, course.origin_version_id = original.course_id, original.version_id
    ctx.session.add(course)
    ctx.session.flush()
    audit.record(ctx, Act.COURSE_CREATED, course.id, name=course.name)
    authoring.add_version(ctx, course.id, 1, replace(original.content, asks=Asks.KEEP))
    return course


def take_over(ctx: Ctx, course_id: str, original: Original) -> CourseVersion:
    """Start the next draft of a copy with what its original says now. Conflict ``draft_exists`` if there is a draft."""
    ctx.require(Permission.WRITE_TRAINING)
    version = authoring.start_version(ctx, course_id)
    authoring.clear(ctx, version.id)
    writing.put_content(ctx, version, original.content)
    version.passing_score, version.max_attempts = original.content.passing_score, original.content.max_attempts
    courses.course(ctx, course_id).origin_version_id = original.version_id
    return version
