"""Input and output of policies and their versions, shared by the API and the pages' forms."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.duties.schemas.audience import AudienceIn
from app.models.policy import PolicyKind
from app.policies.rules.version import VersionState
from app.schemas.base import Id, Input, Language, Markdown, Name, Output, Sha256, UnixLines

_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)

Effective = Annotated[date, Field(ge=_FIRST, le=_LAST, description="The first day in force, where the company is.")]
GraceDays = Annotated[int, Field(ge=0, le=365, description="Days to acknowledge after it is in force.")]
RowVersion = Annotated[int, Field(ge=1, le=2_000_000_000)]


# Blanks around it do not count: a reason of blanks is none.
Reason = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
    ),
]
Body = Annotated[Markdown, UnixLines]
Statement = Annotated[Reason, UnixLines]
Summary = Annotated[str, Field(max_length=4000), UnixLines]


class PolicyIn(AudienceIn):
    name: Name = Field(examples=["Social media policy"])
    kind: PolicyKind = PolicyKind.INTERNAL


class PolicyOut(Output):
    id: Id
    name: str = Field(max_length=200)
    kind: PolicyKind
    created_at: datetime


class VersionIn(Input):
    """A new version starts with the texts of the last one, or with the guided template."""

    effective_on: Effective
    material: bool = Field(True, description="Asks everybody to acknowledge again; a minor version only informs.")
    disciplinary: bool = Field(True, description="It holds disciplinary rules, so it must also be posted.")
    grace_days: GraceDays = 14


class VersionChange(Input):
    """What is left out stays. Only a draft can be changed."""

    effective_on: Effective | None = None
    material: bool | None = None
    disciplinary: bool | None = None
    grace_days: GraceDays | None = None


class VersionOut(Output):
    id: Id
    policy_id: Id
    state: VersionState
    label: str = Field(description="major.minor, empty until approved", examples=["2.0"], max_length=24)
    material: bool
    disciplinary: bool
    effective_on: date
    grace_days: int
    content_sha256: Sha256 | None
    submitted_at: datetime | None
    approved_at: datetime | None
    published_at: datetime | None
    row_version: int


class TextIn(Input):
    title: Name
    body: Body
    statement: Statement = Field(description="What is confirmed; {version} becomes the label at approval.")
    summary: Summary = Field("", description="What changed, for a version after the first.")


class TextOut(Output):
    language: Language
    title: str = Field(max_length=200)
    body: str = Field(max_length=200_000)
    statement: str = Field(max_length=4000)
    summary: str = Field(max_length=4000)
    statement_sha256: Sha256 | None


class DraftIn(TextIn):
    """The whole page of the editor: one language and the facts of the version.

    ``seen`` is the fingerprint of what the page showed, so that two editors of the same text notice each other, and
    two of different languages do not get in each other's way.
    """

    effective_on: Effective
    material: bool = False
    disciplinary: bool = False
    grace_days: GraceDays
    seen: Sha256


class ReturnIn(Input):
    reason: Reason


class WithdrawIn(Input):
    reason: Reason = Field(examples=["It names a channel that we closed."])


class ApproveIn(Input):
    """``row_version`` is that of the version as it was looked at: nobody approves what they did not see."""

    row_version: RowVersion


class RescheduleIn(Input):
    effective_on: Effective


class PublishIn(Input):
    """A later day than the one written in the draft, if approval took longer than planned."""

    effective_on: Effective | None = None
