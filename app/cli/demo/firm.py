"""The people of the demo, as the files beside say. All of them are invented, and so are their addresses."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel

from app.authz import AgencyRole, EngagementScope
from app.people.rules.people_csv import PersonRow, read

_FOLDER = Path(__file__).resolve().parent


class Member(BaseModel):
    """Somebody of the agency."""

    given_name: str
    family_name: str
    email: str
    language: str
    roles: list[AgencyRole]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Agency(BaseModel):
    name: str
    members: list[Member]


class Engagement(BaseModel):
    scopes: list[EngagementScope]
    started_days_ago: int
    ends_in_days: int


class Roles(BaseModel):
    """Numbers (``external_id``) of who holds which role."""

    owner: str
    marketing_lead: str
    hr: str


class Company(BaseModel):
    key: str
    name: str
    people_file: str
    time_zone: str
    contact: dict[str, str]
    roles: Roles
    engagement: Engagement

    def rows(self) -> tuple[PersonRow, ...]:
        """Return the people of the company's file."""
        return read((_FOLDER / self.people_file).read_bytes()).rows


class SignIn(BaseModel):
    """A way in that the demo prints: an e-mail with the demo's password, or a printed code."""

    email: str | None
    invitation_code: str | None
    employee_number: str | None


class Firm(BaseModel):
    agency: Agency
    companies: list[Company]
    sign_ins: list[SignIn]


class TextChange(BaseModel):
    old: str
    new: str


class TextChanges(BaseModel):
    summary: str
    replacements: list[TextChange]

    def applied_to(self, body: str) -> str:
        """Return the body of the next version."""
        for change in self.replacements:
            body = body.replace(change.old, change.new)
        return body


class Changes(BaseModel):
    """What the second version says otherwise, by language."""

    it: TextChanges
    en: TextChanges


@cache
def firm() -> Firm:
    return Firm.model_validate_json((_FOLDER / "firm.json").read_bytes())


@cache
def changes() -> Changes:
    return Changes.model_validate_json((_FOLDER / "changes-2.0.json").read_bytes())
