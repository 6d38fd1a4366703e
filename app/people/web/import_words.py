"""What an import would do to whom, in words, before it is done."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from app.people.services.importing import MOST_TOLD
from app.people.services.matching import Step
from app.people.web.words import ROLES, TITLES
from app.web.dates import day_in_words
from app.web.i18n import LANGUAGES, translations


class Change(NamedTuple):
    """One fact of a person as it is and as it would be."""

    title: str
    before: str
    after: str


class Planned(NamedTuple):
    """What would become of one person; somebody new has no changes."""

    name: str
    changes: list[Change]


def planned(steps: Iterable[Step], language: str) -> list[Planned]:
    """Return the first people whom an import is about: whoever changes, then whoever is new."""
    first = sorted(steps, key=lambda step: step.known is None)[:MOST_TOLD]
    return [Planned(step.row.name, _changes(step, language)) for step in first]


def _changes(step: Step, language: str) -> list[Change]:
    if step.known is None:
        return []
    say = translations(language).gettext
    facts = {**step.person, **step.work}
    if step.rejoins:
        facts["starts_on"] = step.row.starts_on
    if step.roles:
        facts["roles"] = step.known.roles | step.roles
    return [
        Change(say(TITLES[name]), _shown(getattr(step.known, name), language), _shown(value, language))
        for name, value in facts.items()
    ]


def _shown(value: Any, language: str) -> str:
    if isinstance(value, date):
        return day_in_words(value, language)
    if isinstance(value, frozenset):
        return ", ".join(translations(language).gettext(ROLES[role][0]) for role in sorted(value)) or "–"
    return LANGUAGES.get(value, value) if value else "–"
