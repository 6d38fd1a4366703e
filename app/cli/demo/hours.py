"""Hours of the demo: a meeting of last month that was signed for on paper, and the month closed for payroll."""

from datetime import date, timedelta

from app.cli.demo.story import Staff, Story
from app.training.queries import hours
from app.training.rules.hours import following, month_of
from app.training.rules.payroll import DateForm, HoursForm, Rounding, Separator
from app.training.schemas.hours import CorrectionIn, PayrollMappingIn
from app.training.services import crediting, payroll

_REASON = "Incontro in sala riunioni sui social, dal foglio firme."
_MINUTES = 75
_ALL = 12  # months: the demo is not so old
_CAME = ("PA-0121", "PA-0118", "PA-0119", "PA-0014", "PA-0101", "PA-0130")
_LEFT_EARLY, _LESS = "PA-0119", -15
_MAPPING = PayrollMappingIn(
    company_code="000042",
    cause_code="FORM",
    hours_form=HoursForm.DECIMAL_COMMA,
    separator=Separator.SEMICOLON,
    date_form=DateForm.DAY_FIRST,
    rounding=Rounding.NEAREST,
    step=15,
)


async def close_last_month(story: Story, staff: Staff, hr: str) -> None:
    """Record who came to the meeting and who left early, close months to its own, and say how payroll wants the hours.

    It is the month before yesterday's, so that it is over whenever the demo begins.
    """
    closing = story.moment(1, 9, 20)
    month = month_of(month_of(closing.date()) - timedelta(days=1))
    work = story.person(staff, hr, closing)
    held_on = _third_week(month)
    for number in _CAME:
        await work.write(crediting.correct, _entry(staff, number, _MINUTES, _REASON, held_on))
    early = _entry(staff, _LEFT_EARLY, _LESS, "È uscito un quarto d’ora prima per il turno.", held_on)
    await work.write(crediting.correct, early)
    for booked in await work.read(hours.months, following(month), _ALL):
        await work.write(payroll.close, booked.month)
    await work.write(payroll.map_codes, _MAPPING)


def _entry(staff: Staff, number: str, minutes: int, reason: str, held_on: date) -> CorrectionIn:
    return CorrectionIn(person_id=staff.people[number].person_id, minutes=minutes, reason=reason, on=held_on)


def _third_week(month: date) -> date:
    """Return the Wednesday of the third week: nobody meets on a Sunday."""
    middle = month + timedelta(days=16)
    return middle - timedelta(days=middle.weekday() - 2)
