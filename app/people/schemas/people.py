"""Input and output of people, teams, sites, and of files with people in them."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from app.authz import Role
from app.schemas.base import (
    Day,
    Email,
    GrantedRole,
    Id,
    Input,
    Language,
    Name,
    Output,
    Search,
    ShortName,
    one_line,
)
from app.schemas.bulk import MAXIMUM_ROWS
from app.schemas.chosen import Chosen
from app.schemas.merge import NotNull

_HOURS = "Hours and days in which this person may be written to, like `08:00-17:00 mon-fri`."

ExternalId = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f/]+$"),
    AfterValidator(partial(one_line, 64)),
]
Hours = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Status = Literal["active", "upcoming", "left"]


def _known_status(text: object) -> object:
    return text if text in get_args(Status) else None


class PlaceIn(Input):
    """A team or a site."""

    name: ShortName


class PlaceOut(Output):
    id: Id
    name: str


class PersonFacts(NamedTuple):
    """A person with their latest employment, as pages and the API show them."""

    id: str
    name: str
    email: str | None
    accepted: bool
    external_id: str | None
    language: str
    team_id: str | None
    team: str | None
    site_id: str | None
    site: str | None
    starts_on: date
    ends_on: date | None
    working_window: str
    status: Status
    roles: list[Role]
    row_version: int
    created_at: datetime
    updated_at: datetime


class PersonIn(Input):
    """A person and where they work. Without a first day it is today."""

    name: Name = Field(examples=["Ada Rossi"])
    email: Email | None = Field(None, description="How they sign in; without one they get a printed code.")
    external_id: ExternalId | None = Field(None, description="Your own number for this person, unique in the company.")
    language: Language | None = None
    team_id: Id | None = None
    site_id: Id | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    working_window: Hours | None = Field(None, description=_HOURS)


class PersonChange(Input):
    """A merge patch. Leaving has its own address, because it settles more than a field."""

    name: Annotated[Name | None, NotNull] = None
    email: Email | None = None
    external_id: ExternalId | None = None
    language: Annotated[Language | None, NotNull] = None
    team_id: Id | None = None
    site_id: Id | None = None
    starts_on: Annotated[Day | None, NotNull] = None
    working_window: Annotated[Hours | None, NotNull] = Field(None, description=_HOURS)


class PersonForm(Input):
    """The page of one person: every field at once, and the version it was filled in from."""

    name: Name
    email: Email | None = None
    external_id: ExternalId | None = None
    language: Language
    team_id: Id | None = None
    site_id: Id | None = None
    starts_on: Day
    working_window: Hours
    row_version: int

    def change(self) -> PersonChange:
        """Return the form as a change in which everything is stated."""
        return PersonChange(**self.model_dump(exclude={"row_version"}))


class PersonOut(Output):
    id: Id
    name: str
    email: str | None
    accepted: bool = Field(description="False while the owner of an account has not said that they belong here.")
    external_id: str | None
    language: Language
    team_id: Id | None
    team: str | None
    site_id: Id | None
    site: str | None
    starts_on: date
    ends_on: date | None
    working_window: str
    status: Status
    roles: list[Role] = Field(max_length=len(Role))
    row_version: int
    created_at: datetime
    updated_at: datetime


class PeopleFilter(Input):
    """Which people a list shows; what is empty does not matter. ``version`` is the one whose standing is shown."""

    q: Search = ""
    team: Id | None = None
    status: Annotated[Status | None, BeforeValidator(_known_status)] = None
    version: Id | None = None


class ChosenPeople(PeopleFilter, Chosen):
    """Who was chosen in the list of people."""


class TeamForm(ChosenPeople):
    """Into which team they go; asked for where it is left out."""

    to: Id | None = None


class LeaveIn(Input):
    last_day: Day = Field(description="The last day of work; it may lie ahead.")


class AbsenceIn(Input):
    """Both days are included. Without a last day the person is away until further notice."""

    starts_on: Day
    ends_on: Day | None = None


class AbsenceChange(Input):
    ends_on: Day | None = Field(description="The last day away; null: until further notice")


class AbsenceForm(Input):
    """What is done about one absence on the person's page."""

    action: Literal["change", "remove"]
    ends_on: Day | None = None


class AbsenceOut(Output):
    id: Id
    starts_on: date
    ends_on: date | None


class RejoinIn(Input):
    """A new employment of a person who left."""

    starts_on: Day
    ends_on: Day | None = None
    team_id: Id | None = None
    site_id: Id | None = None
    working_window: Hours | None = Field(None, description=_HOURS)


class EraseForm(Input):
    """The name of the person, typed to confirm."""

    confirmed_name: Name


class ErasedOut(Output):
    """What is gone for good."""

    leaves: list[int] = Field(description="Places in the evidence log whose evidence was erased.", max_length=100_000)


class RoleForm(Input):
    role: GrantedRole
    action: Literal["grant", "revoke"]


_Row = Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/PersonIn"})]


class BulkIn(Input):
    """Rows are checked one by one, so that a bad one harms no other. Known ``external_id`` means change."""

    people: Annotated[list[_Row], Field(min_length=1, max_length=MAXIMUM_ROWS)]


class FileFault(Output):
    """What is wrong in one row of a file, and how to fix it. Lines count from 1, the header included."""

    line: int
    column: str = Field(max_length=500)
    code: str = Field(max_length=100)
    value: str = Field(max_length=300)
    detail: str = Field(max_length=1000)


class ImportOut(Output):
    """What an import did, or would do. ``error_count`` counts all errors, ``errors`` shows the first 1,000."""

    dry_run: bool
    created: int
    changed: int
    unchanged: int
    left: int = Field(description="Of those created or changed: whose last day is in the file.")
    new_teams: list[str] = Field(max_length=1000)
    new_sites: list[str] = Field(max_length=1000)
    ignored_columns: list[str] = Field(max_length=500)
    error_count: int
    errors: list[FileFault] = Field(max_length=1000)
