"""How the coverage pages put numbers, states and days into words."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from app.duties.rules.team_counts import TeamCounts
from app.duties.web.words import in_words, short_day
from app.models import AcknowledgementMethod
from app.policies.queries.coverage import Counts
from app.policies.rules.assignment import AssignmentState
from app.rules.instants import parse
from app.web.i18n import translations
from app.wording import N_

_READ = (AssignmentState.ACKNOWLEDGED, AssignmentState.RECORDED_ON_PAPER)
_SHAPES = {AssignmentState.QUESTION: "dash", AssignmentState.DECLINED: "pause", AssignmentState.EXCUSED: "dashed"}
_PEOPLE_COLUMNS = (N_("Name"), N_("Team"), N_("Status"), N_("Last day"), N_("Answered on"), N_("Reminders"))
_ACKNOWLEDGED_COLUMNS = (N_("Name"), N_("Team"), N_("Version"), N_("Recorded"), N_("How"))
_METHODS = {
    AcknowledgementMethod.PAGE: N_("on the page"),
    AcknowledgementMethod.API: N_("in another system"),
    AcknowledgementMethod.PAPER: N_("on paper"),
}
_TEAM_COLUMNS = (N_("Team"), N_("Asked"), N_("Have read it"), N_("In time"), N_("Overdue"), N_("Declined"))


def headline(language: str, counts: Counts | None) -> str:
    """Return the state of things as one sentence."""
    say = translations(language).gettext
    if counts is None:
        return say(N_("Too few people to show figures"))
    if counts.pending == 1:
        return say(N_("One person still has to read it"))
    if counts.pending:
        return say(N_("%(people)s people still have to read it")) % {"people": in_words(language, counts.pending)}
    if not counts.asked:
        return say(N_("Nobody is asked to read it"))
    return say(N_("Everybody has answered") if counts.declined else N_("Everybody has read it"))


def state(language: str, row: Any) -> str:
    return translations(language).gettext(row.state.words)


def standing(language: str, zone: ZoneInfo, row: Any) -> tuple[str, str]:
    """Return where a person stands with what is asked, in words, and the shape that stands beside them."""
    say = translations(language).gettext
    if row is None:
        return say(N_("not asked")), "dashed"
    if row.state == AssignmentState.OPEN:
        words, shape = (N_("was due on %(day)s"), "half") if row.overdue else (N_("to read by %(day)s"), "ring")
        return say(words) % {"day": short_day(language, row.due_on)}, shape
    if row.state in _READ:
        on_paper = row.state == AssignmentState.RECORDED_ON_PAPER
        day = short_day(language, row.answered_at.astimezone(zone).date())
        return say(N_("signed on paper, %(day)s") if on_paper else N_("read on %(day)s")) % {"day": day}, "check"
    return say(row.state.words), _SHAPES[row.state]


def people_columns(language: str) -> list[str]:
    return [translations(language).gettext(name) for name in _PEOPLE_COLUMNS]


def people_cells(language: str, zone: ZoneInfo, row: Any) -> list[str]:
    """Return one person of the export, all as text."""
    answered = row.answered_at.astimezone(zone).date().isoformat() if row.answered_at else ""
    reminders = str(row.reminders_sent)
    return [row.name, row.team or "", state(language, row), row.due_on.isoformat(), answered, reminders]


def acknowledged_columns(language: str) -> list[str]:
    return [translations(language).gettext(name) for name in _ACKNOWLEDGED_COLUMNS]


def acknowledged_cells(language: str, zone: ZoneInfo, row: Any) -> list[str]:
    """Return one person of the table of those who have read it; the moment is where the company is."""
    recorded = parse(row.at).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    how = translations(language).gettext(_METHODS[row.method])
    return [row.name, row.team or "", f"{row.major}.{row.minor}", recorded, how]


def team_columns(language: str) -> list[str]:
    return [translations(language).gettext(name) for name in _TEAM_COLUMNS]


def team_cells(language: str, team: TeamCounts[Counts]) -> Sequence[str | int]:
    """Return one team of the export; a group too small for the viewer says so instead of its figures."""
    say = translations(language).gettext
    name = team.name or say(N_("Without a team"))
    counts = team.counts
    if counts is None:
        return [name, *[say(N_("not shown, to protect people"))] * (len(_TEAM_COLUMNS) - 1)]
    return [name, counts.asked, counts.acknowledged, counts.in_time, counts.overdue, counts.declined]
