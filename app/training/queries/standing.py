"""Where a company stands with its courses, for an agency that works with several: counts only, never a name."""

from app.authz import Permission
from app.context import Ctx
from app.roster.standing import Standing
from app.training.queries import coverage
from app.training.queries.coverage import Counts, CourseLine
from app.wording import N_

_TITLE = N_("Have passed the course")


def standing(ctx: Ctx) -> Standing:
    """Return how far the mandatory course is that has come least far; counts only for viewers who may see them.

    One course, not their sum: people are counted, and one person is not several.
    """
    if not ctx.actor.may(Permission.READ_TRAINING):
        return Standing(_TITLE, 0, None, counted=False, waits=(N_("Nothing"), "done"))
    lines = [line for line in coverage.overview(ctx) if line.course.mandatory]
    if not lines:
        return Standing(_TITLE, 0, None, counted=True, waits=(N_("No course is published yet"), "wait"))
    counts = min(lines, key=_share).counts
    if counts is None:
        return Standing(_TITLE, 0, None, counted=True, waits=(N_("A course is published"), "info"))
    return Standing(_TITLE, counts.asked, counts.passed, counted=True, waits=_waits(counts))


def _waits(counts: Counts) -> tuple[str, str]:
    missing = counts.passed < counts.asked
    return (N_("Not everybody has passed the course yet"), "info") if missing else (N_("Nothing"), "done")


def _share(line: CourseLine) -> tuple[bool, float]:
    counts = line.counts
    return (counts is None, counts.passed / counts.asked if counts and counts.asked else 1)
