"""Input and output of who has read a version, and of reminding those who have not."""

from datetime import date, datetime
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from app.duties.schemas.owing import OwingFilter
from app.duties.schemas.reminding import RemindIn
from app.policies.rules.assignment import AssignmentState
from app.schemas.base import Id, Input, Note, Output
from app.schemas.chosen import Chosen

Standing = Literal["overdue", "question", "no_email"]


def _known_standing(text: object) -> object:
    return text if text in get_args(Standing) else None


class CountsOut(Output):
    """People by where they stand. Every figure is null where the group is too small for the caller to be told."""

    asked: int | None = Field(description="Everybody asked, but for those excused", examples=[148])
    acknowledged: int | None = Field(examples=[135])
    in_time: int | None = Field(description="Still to answer, within the time", examples=[9])
    overdue: int | None = Field(description="Still to answer, their last day has passed", examples=[4])
    questions: int | None = Field(description="Of those still to answer: they asked a question", examples=[2])
    declined: int | None = Field(examples=[0])
    excused: int | None = Field(examples=[0])
    away: int | None = Field(
        description="Still to answer, absent today and so counted nowhere else; 0 for callers who see no names",
        examples=[0],
    )
    fewer_than_5: bool = Field(
        description="The figures are hidden: this group, or one that could be told from it, has fewer than 5 people",
        examples=[False],
    )


class TeamCountsOut(CountsOut):
    team_id: Id | None = Field(description="Null for people without a team")
    name: str = Field(max_length=120, examples=["Produzione"])


class CoverageOut(CountsOut):
    """How far a version has come. Teams that have not been asked are left out."""

    version_id: Id
    label: str = Field(max_length=20, examples=["2.0"])
    effective_on: date
    published_at: datetime
    teams: list[TeamCountsOut] = Field(max_length=10_000)


class PendingOut(Output):
    """A person who still has to answer."""

    assignment_id: Id
    person_id: Id
    name: str = Field(max_length=200)
    team: str | None = Field(max_length=120)
    has_email: bool = Field(description="False: no mail reaches them, they need a printed invitation")
    state: AssignmentState
    due_on: date
    overdue: bool
    reminders_sent: int
    last_reminded_at: datetime | None


class RemindVersionIn(RemindIn):
    """The same from a page, where the version is a hidden field."""

    version_id: Id


class RemindedOut(Output):
    people: int = Field(description="A mail goes to these, in their working hours", examples=[9])
    already_today: int = Field(description="Written to on the same day already", examples=[0])
    often_enough: int = Field(description="Reminded as often as the company allows: speak to them", examples=[1])
    without_email: int = Field(description="No mail can reach them: print invitations", examples=[3])
    more: bool = Field(description="These are the first thousand; the others follow by themselves", examples=[False])


class ExcuseIn(Input):
    reason: Note


class AcknowledgedFilter(OwingFilter):
    """Which of those who read a version a list shows; what is empty does not matter. Without one it is the present."""

    version: Id | None = None


class PendingFilter(AcknowledgedFilter):
    """Which of those who still have to answer a list shows."""

    standing: Annotated[Standing | None, BeforeValidator(_known_standing)] = None


class ChosenPending(PendingFilter, Chosen):
    """Whose assignments were chosen in the list of those who still have to answer."""
