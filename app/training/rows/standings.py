"""Where somebody stands with a course, as others learn it: worked out in the statement, so that no more leaves it."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, or_, select, type_coerce
from sqlmodel import col

from app.models import Certificate, Enrolment
from app.models.types import words_of
from app.training.rules.enrolment import DONE, EnrolmentState, Standing

_FOR_EVER = date.max
_TOLD: Any = words_of(Standing)


def standing(today: Any) -> ColumnElement[Standing]:
    """Return what others learn of an enrolment on this day, a date or a parameter."""
    state = col(Enrolment.state)
    told: Any = case(
        (state == EnrolmentState.EXEMPTED, Standing.EXEMPT.value),
        (state == EnrolmentState.CANCELLED, Standing.NOT_ASKED.value),
        (_valid_until() < today, Standing.EXPIRED.value),
        (state == EnrolmentState.PASSED, Standing.PASSED.value),
        else_=Standing.NOT_YET.value,
    )
    return type_coerce(told, _TOLD)


def is_told() -> ColumnElement[bool]:
    """Return the condition that an enrolment is the employer's business: it was asked, or it came to something.

    A course that somebody chose and has not finished is their own.
    """
    return or_(col(Enrolment.voluntary).is_(False), *(col(Enrolment.state) == state for state in DONE))


def counts() -> ColumnElement[bool]:
    """Return the condition that an enrolment is told and still asked, or done."""
    return and_(col(Enrolment.state) != EnrolmentState.CANCELLED, is_told())


def _valid_until() -> Any:
    """Return the last day on which a certificate of an enrolment is valid; NULL where there is none."""
    last = func.max(func.coalesce(col(Certificate.expires_on), literal(_FOR_EVER, Date())))
    of_it = (
        col(Certificate.company_id) == col(Enrolment.company_id),
        col(Certificate.enrolment_id) == col(Enrolment.id),
    )
    return select(last).where(*of_it).correlate(Enrolment).scalar_subquery()
