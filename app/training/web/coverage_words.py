"""How the pages of courses put numbers and standings into words."""

from collections.abc import Sequence

from app.duties.rules.team_counts import TeamCounts
from app.duties.web.words import in_words
from app.training.queries.coverage import Counts
from app.web.i18n import translations
from app.wording import N_

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
