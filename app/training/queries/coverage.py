"""How many have passed a course: counts for everybody who may see counts, names only where duty needs them.

People count where a course was asked of them, or where they passed one of their own choice. What somebody chose and
has not finished is nobody's business. Leavers keep what they passed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.authz import Permission
from app.context import Ctx
from app.duties.rows import counting
from app.duties.rows.coverage_cache import kept, mark
from app.duties.rules.progress import cumulated
from app.duties.rules.tally import Tally
from app.duties.rules.team_counts import Counted, TeamCounts, asked_in_all, by_team, shown_counts, shown_teams
from app.errors import NotFound
from app.models import Course, CourseVersion
from app.rules.small_groups import MINIMUM_GROUP
from app.training.rows import coverage_statements, enrolments, unread
from app.training.rules.enrolment import Standing

_KEPT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Counts(Counted):
    """People by where they stand with a course: asked are the passed, those in time, the overdue and the expired.

    Expired means that they had passed, and their certificate ended. The exempt and the absent are not asked now.
    """

    passed: int = 0
    in_time: int = 0
    overdue: int = 0
    expired: int = 0
    exempt: int = 0

    @property
    def pending(self) -> int:
        """Return how many have no valid pass."""
        return self.in_time + self.overdue + self.expired


class CourseLine(NamedTuple):
    """A course on show with how far it has come.

    ``counts`` is None, and ``next_due`` with it, where too few are asked for this viewer to be told. ``unread`` are
    those who still have to finish it and read none of its languages, 0 for viewers who see no names.
    """

    course: Course
    counts: Counts | None
    next_due: date | None
    unread: int


class CourseFigures(NamedTuple):
    """The numbers of one course for this viewer.

    ``progress`` is how many had passed it by the end of each working day; no number is told where few are asked, for
    else the line would say who passed when. ``unread`` are those who still have to finish it and read none of its
    languages, as above.
    """

    course: Course
    version: CourseVersion
    counts: Counts | None
    teams: list[TeamCounts[Counts]]
    progress: list[tuple[date, int | None]]
    unread: int
    named: bool
    may_remind: bool
    may_write: bool


class ToSeeTo(NamedTuple):
    """How many people are late with a course, or read none of its languages, by its id; only where there are any."""

    late: dict[str, int]
    unread: dict[str, int]


def overview(ctx: Ctx) -> list[CourseLine]:
    """Return the courses that can be taken, by name, with how far each has come."""
    ctx.require(Permission.READ_TRAINING)
    all_counts, named = _all_counts(ctx), _sees_names(ctx)
    next_due = _next_due(ctx)
    lines = []
    for course, _ in enrolments.all_on_show(ctx):
        counts = shown_counts(all_counts.get(course.id, Counts()), sees_names=named)
        due_on = next_due.get(course.id) if counts and course.mandatory else None
        lines.append(CourseLine(course, counts, due_on, _cannot_read(ctx, course)))
    return sorted(lines, key=lambda line: (line.course.name, line.course.id))


def figures(ctx: Ctx, course_id: str) -> CourseFigures:
    """Return how far a course has come; NotFound if it cannot be taken."""
    ctx.require(Permission.READ_TRAINING)
    course, version = on_show(ctx, course_id)
    counts = _all_counts(ctx).get(course_id, Counts())
    named, may_write = _sees_names(ctx), ctx.actor.may(Permission.WRITE_TRAINING)
    return CourseFigures(
        course=course,
        version=version,
        counts=shown_counts(counts, sees_names=named),
        teams=teams(ctx, course_id),
        progress=_progress(ctx, course_id, counts),
        unread=_cannot_read(ctx, course),
        named=named,
        may_remind=named and course.mandatory and may_write,
        may_write=may_write,
    )


def teams(ctx: Ctx, course_id: str) -> list[TeamCounts[Counts]]:
    """Return where people stand by team, by name, those in no team last; small groups are hidden as in policies."""
    ctx.require(Permission.READ_TRAINING)
    key = (ctx.company_id, course_id, "course teams", ctx.today)
    found = kept(key, mark(ctx), ctx.now, _KEPT, lambda: _count_by_team(ctx, course_id), asked_in_all)
    return shown_teams(found, sees_names=_sees_names(ctx))


def to_see_to(ctx: Ctx) -> ToSeeTo:
    """Return for each mandatory course who is late, and who cannot read it, as numbers, for actors who see names."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    counts, cannot_read = _all_counts(ctx), _unread(ctx)
    courses = [course.id for course, _ in enrolments.all_on_show(ctx) if course.mandatory]
    late = {one: counts[one].overdue for one in courses if one in counts and counts[one].overdue}
    return ToSeeTo(late, {one: cannot_read[one] for one in courses if one in cannot_read})


def on_show(ctx: Ctx, course_id: str) -> tuple[Course, CourseVersion]:
    """Return a course that can be taken, with its published version, or raise NotFound."""
    ctx.require(Permission.READ_TRAINING)
    found = enrolments.on_show(ctx, course_id)
    if found is None:
        raise NotFound
    return found


def _sees_names(ctx: Ctx) -> bool:
    return ctx.actor.may_see_names(Permission.READ_ENROLMENTS)


def _all_counts(ctx: Ctx) -> dict[str, Counts]:
    """Return where people stand with each course, by its id."""
    key = (ctx.company_id, "courses", ctx.today)
    return kept(
        key, mark(ctx), ctx.now, _KEPT, lambda: _count(ctx), lambda made: sum(one.asked for one in made.values())
    )


def _count(ctx: Ctx) -> dict[str, Counts]:
    of_courses: dict[str, list[Any]] = defaultdict(list)
    for row in coverage_statements.by_course(ctx):
        of_courses[row.course_id].append(row)
    return {course_id: _summed(rows) for course_id, rows in of_courses.items()}


def _cannot_read(ctx: Ctx, course: Course) -> int:
    return _unread(ctx).get(course.id, 0) if course.mandatory and _sees_names(ctx) else 0


def _unread(ctx: Ctx) -> dict[str, int]:
    key = (ctx.company_id, "courses unread", ctx.today)
    return kept(key, mark(ctx), ctx.now, _KEPT, lambda: unread.by_course(ctx), lambda _: _asked(_all_counts(ctx)))


def _next_due(ctx: Ctx) -> dict[str, date]:
    def make() -> dict[str, date]:
        return {row.course_id: row.due_on for row in coverage_statements.next_due(ctx)}

    key = (ctx.company_id, "courses due", ctx.today)
    return kept(key, mark(ctx), ctx.now, _KEPT, make, lambda _: _asked(_all_counts(ctx)))


def _asked(found: dict[str, Counts]) -> int:
    return sum(counts.asked for counts in found.values())


def _count_by_team(ctx: Ctx, course_id: str) -> list[TeamCounts[Counts]]:
    return by_team(coverage_statements.by_team(ctx, course_id), counting.team_names(ctx), _summed)


def _summed(rows: Iterable[Any]) -> Counts:
    tally = Tally.of(rows)
    overdue = tally.late[Standing.NOT_YET]
    return Counts(
        asked=tally.among((Standing.PASSED, Standing.NOT_YET, Standing.EXPIRED)),
        passed=tally.states[Standing.PASSED],
        in_time=tally.states[Standing.NOT_YET] - overdue,
        overdue=overdue,
        expired=tally.states[Standing.EXPIRED],
        exempt=tally.states[Standing.EXEMPT],
        away=tally.away,
    )


def _progress(ctx: Ctx, course_id: str, counts: Counts) -> list[tuple[date, int | None]]:
    key = (ctx.company_id, course_id, "course progress", ctx.today)
    points = kept(key, mark(ctx), ctx.now, _KEPT, lambda: _cumulate(ctx, course_id), lambda made: made[-1][1])
    return [(day, None if counts.asked < MINIMUM_GROUP else number) for day, number in points]


def _cumulate(ctx: Ctx, course_id: str) -> list[tuple[date, int]]:
    first = enrolments.published_versions(ctx, course_id)[0].published_at or ctx.now
    return cumulated(coverage_statements.per_minute(ctx, course_id), ctx.company.zone, first, ctx.today)
