"""How the pages of courses put numbers and standings into words."""

from collections.abc import Sequence
from typing import Any

from app.duties.rules.team_counts import TeamCounts
from app.duties.web.words import in_words, short_day
from app.training.queries.coverage import Counts
from app.training.rules.enrolment import Standing
from app.web.i18n import translations
from app.wording import N_

_PEOPLE_COLUMNS = (N_("Name"), N_("Team"), N_("Status"), N_("Last day"), N_("Reminders"))
_TEAM_COLUMNS = (N_("Team"), N_("Asked"), N_("Have passed"), N_("In time"), N_("Overdue"), N_("Expired"), N_("Exempt"))


def headline(language: str, counts: Counts | None, *, mandatory: bool) -> str:
    """Return the state of things as one sentence; nobody is missing in a course that people are free to take."""
    say = translations(language).gettext
    if counts is None:
        return say(N_("Too few people to show figures"))
    if not mandatory:
        passed = translations(language).ngettext(
            "One person has passed this course", "%(people)s people have passed this course", counts.passed
        )
        return passed % {"people": counts.passed}
    if counts.pending == 1:
        return say(N_("One person still has to finish the course"))
    if counts.pending:
        words = N_("%(people)s people still have to finish the course")
        return say(words) % {"people": in_words(language, counts.pending)}
    return say(N_("Everybody has passed the course") if counts.asked else N_("Nobody is asked to take the course"))


def team_columns(language: str) -> list[str]:
    return [translations(language).gettext(name) for name in _TEAM_COLUMNS]


def team_cells(language: str, team: TeamCounts[Counts]) -> Sequence[str | int]:
    """Return one team of the export; a group too small for the viewer says so instead of its figures."""
    say = translations(language).gettext
    name, counts = team.name or say(N_("Without a team")), team.counts
    if counts is None:
        return [name, *[say(N_("not shown, to protect people"))] * (len(_TEAM_COLUMNS) - 1)]
    return [name, counts.asked, counts.passed, counts.in_time, counts.overdue, counts.expired, counts.exempt]


def standing(language: str, row: Any) -> tuple[str, str]:
    """Return where somebody stands who still has to finish, in words, and the shape that stands beside them."""
    say, day = translations(language).gettext, short_day(language, row.due_on)
    if row.standing == Standing.EXPIRED:
        return say(N_("expired, to take again by %(day)s")) % {"day": day}, "half"
    words, shape = (N_("was due on %(day)s"), "half") if row.overdue else (N_("to finish by %(day)s"), "ring")
    return say(words) % {"day": day}, shape


def people_columns(language: str) -> list[str]:
    return [translations(language).gettext(name) for name in _PEOPLE_COLUMNS]


def people_cells(language: str, row: Any) -> list[str]:
    """Return one person of the export, all as text: nothing of it says whether they have begun, or when they passed."""
    told = translations(language).gettext(row.standing.words)
    return [row.name, row.team or "", told, row.due_on.isoformat(), str(row.reminders_sent)]
