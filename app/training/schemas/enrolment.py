"""Input and output of enrolments, and of what people did elsewhere.

The employer and the agency see passed, not yet, expired, exempt: never answers, scores, attempts, or when somebody was
at it.
"""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, WithJsonSchema

from app.schemas.base import Id, Input, Language, Moment, Note, Output
from app.schemas.bulk import MAXIMUM_ROWS
from app.training.rules.enrolment import Standing

ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class EnrolmentOut(Output):
    """One course asked of one person, and whether they have passed."""

    id: Id
    course_id: Id
    person_id: Id
    standing: Standing
    due_on: date
    voluntary: bool

    @classmethod
    def of(cls, enrolment: Any, standing: Standing) -> Self:
        """Return what others learn of an enrolment, a row or an object."""
        facts = {name: getattr(enrolment, name) for name in ("id", "course_id", "person_id", "due_on", "voluntary")}
        return cls(standing=standing, **facts)


class EnrolIn(Input):
    """The people to enrol in a course, whether or not it is for them."""

    course_id: Id
    person_ids: Annotated[list[Id], Field(min_length=1, max_length=MAXIMUM_ROWS)]


class ExemptIn(Input):
    reason: Note = Field(examples=["Took the same course with a former employer."])


class RecordIn(Input):
    """What one person did in another system.

    ``external_id`` names the record there: sent again, it changes nothing. ``at`` is when it happened, not later than
    now. A lesson counts for the version that the person follows.
    """

    course_id: Id
    person_id: Id
    kind: Literal["lesson_done", "passed"]
    lesson_key: Id | None = Field(None, description="The lesson that was done; only with `lesson_done`.")
    at: Moment
    language: Language | None = None
    external_id: ExternalId


_Row = Annotated[dict[str, Any], WithJsonSchema(RecordIn.model_json_schema())]


class ProgressIn(Input):
    """Records are checked one by one, so that a bad one harms no other."""

    records: Annotated[list[_Row], Field(min_length=1, max_length=MAXIMUM_ROWS)]
