"""How the pages of every duty put numbers, days and reminders into words."""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from app.duties.services.reminding import Reminded
from app.web.i18n import translations
from app.wording import N_

_IN_WORDS = (
    N_("Two"),
    N_("Three"),
    N_("Four"),
    N_("Five"),
    N_("Six"),
    N_("Seven"),
    N_("Eight"),
    N_("Nine"),
    N_("Ten"),
    N_("Eleven"),
    N_("Twelve"),
    N_("Thirteen"),
    N_("Fourteen"),
    N_("Fifteen"),
    N_("Sixteen"),
    N_("Seventeen"),
    N_("Eighteen"),
    N_("Nineteen"),
    N_("Twenty"),
)


def in_words(language: str, number: int) -> str:
    """Return a number of people, from two on, as a sentence begins with it: in words as far as twenty."""
    if number < len(_IN_WORDS) + 2:
        return translations(language).gettext(_IN_WORDS[number - 2])
    return format_decimal(number, locale=language)


def short_day(language: str, day: date) -> str:
    """Return a day as on the axis of a chart."""
    return format_date(day, "d MMM", locale=language)


def reminded(language: str, done: Reminded) -> str:
    """Return what became of a wish to remind, with what remains to be done by hand."""
    say = translations(language)
    parts = []
    if done.people:
        sent = say.ngettext(
            "A reminder goes to one person, in their working hours.",
            "A reminder goes to %(n)s people, in their working hours.",
            done.people,
        )
        parts.append(sent % {"n": done.people})
    else:
        parts.append(say.gettext(N_("No reminder was sent.")))
    if done.already_today:
        today = say.ngettext(
            "One person was written to on the same day already.",
            "%(n)s people were written to on the same day already.",
            done.already_today,
        )
        parts.append(today % {"n": done.already_today})
    return " ".join(parts + _by_hand(language, done))


def _by_hand(language: str, done: Reminded) -> list[str]:
    say = translations(language)
    parts = []
    if done.often_enough:
        often = say.ngettext(
            "One person has been reminded as often as your company allows: speak to them.",
            "%(n)s people have been reminded as often as your company allows: speak to them.",
            done.often_enough,
        )
        parts.append(often % {"n": done.often_enough})
    if done.without_email:
        unreached = say.ngettext(
            "No mail reaches one person: print an invitation.",
            "No mail reaches %(n)s people: print invitations.",
            done.without_email,
        )
        parts.append(unreached % {"n": done.without_email})
    if done.more:
        parts.append(say.gettext(N_("These were the first; the others follow by themselves.")))
    return parts
