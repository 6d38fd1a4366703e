"""Input of the list of those who still have to finish a course."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from app.duties.schemas.owing import OwingFilter
from app.schemas.base import Id, Input
from app.schemas.chosen import Chosen

Which = Literal["overdue", "expired", "language", "no_email"]
MOST_FOUND = 20
"""People that are offered at a time to be enrolled by hand."""


def _known(text: object) -> object:
    return text if text in get_args(Which) else None


class CourseOwingFilter(OwingFilter):
    """Which of those who still have to finish a course a list shows; ``language``: they read none of its languages."""

    standing: Annotated[Which | None, BeforeValidator(_known)] = None


class ChosenOwing(CourseOwingFilter, Chosen):
    """Whose enrolments were chosen in the list of those who still have to finish."""


class EnrolChosenIn(Input):
    """The people who were ticked to be enrolled by hand."""

    person_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_FOUND)]
