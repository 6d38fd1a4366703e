"""Input and output of policies and their versions, shared by the API and the pages' forms."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.models.policy import PolicyKind
from app.rules.policy_version import VersionState
from app.schemas.base import Id, Input, Language, Markdown, Name, Note, Output, Sha256


class PolicyIn(Input):
    name: Name = Field(examples=["Social media policy"])
    kind: PolicyKind = PolicyKind.INTERNAL
    team_ids: Annotated[list[Id], Field(max_length=500)] = Field(
        default_factory=list, description="The audience; empty means everybody."
    )


class PolicyOut(Output):
    id: Id
    name: str
    kind: PolicyKind
    created_at: datetime


class VersionIn(Input):
    """A new version starts with the texts of the last one, or with the guided template."""

    effective_on: date
    material: bool = Field(True, description="Asks everybody to acknowledge again; a minor version only informs.")
    disciplinary: bool = Field(True, description="It holds disciplinary rules, so it must also be posted.")
    grace_days: int = Field(14, ge=0, le=365)


class VersionChange(Input):
    effective_on: date | None = None
    material: bool | None = None
    disciplinary: bool | None = None
    grace_days: int | None = Field(None, ge=0, le=365)


class VersionOut(Output):
    id: Id
    policy_id: Id
    state: VersionState
    label: str = Field(description="major.minor, empty until approved", examples=["2.0"])
    material: bool
    disciplinary: bool
    effective_on: date
    grace_days: int
    content_sha256: Sha256 | None
    approved_at: datetime | None
    published_at: datetime | None
    row_version: int


class TextIn(Input):
    title: Name
    body: Markdown
    statement: Note
    summary: str = Field("", max_length=4000, description="What changed, for a version after the first.")


class TextOut(Output):
    language: Language
    title: str
    body: str
    statement: str
    summary: str
    statement_sha256: Sha256 | None


class ReturnIn(Input):
    reason: Note
