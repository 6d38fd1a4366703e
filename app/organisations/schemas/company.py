"""Input and output of companies and of the engagements that let an agency in."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from app.authz import EngagementScope
from app.models import Engagement
from app.schemas.base import Day, Email, Id, Input, Language, Name, Output, ShortName
from app.schemas.merge import NotNull

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
CountryCode = Annotated[str, StringConstraints(min_length=2, max_length=2, to_upper=True)]
ZoneName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Scopes = Annotated[list[EngagementScope], Field(min_length=1, max_length=len(EngagementScope))]
_ZONE = "A name of the IANA time zone database."
_COUNTRY = "ISO 3166-1 code of the country whose public holidays are kept: nobody is written to on them."
_CONTACT = "Whom people ask about the policy; the guided texts name it."


class OwnerIn(Input):
    """The first person of the company: gets a mail, and can do everything in it."""

    name: Name
    email: Email


class AgreementIn(Input):
    """The data-processing agreement (GDPR art. 28). Without one the engagement opens nothing."""

    signed_on: date
    reference: Line = ""


class EngagementIn(Input):
    """What the agency may do. Both days are included; without a last day it runs until further notice."""

    scopes: Scopes
    starts_on: Day
    ends_on: Day | None = None
    agreement: AgreementIn | None = None


class EngagementChange(Input):
    """A merge patch. ``agreement: null`` takes the agreement back, and the agency is out at once."""

    scopes: Annotated[Scopes | None, NotNull] = None
    starts_on: Annotated[Day | None, NotNull] = None
    ends_on: Day | None = None
    agreement: AgreementIn | None = None


class EngagementOut(Output):
    id: Id
    agency_id: Id
    agency: str
    scopes: list[EngagementScope]
    starts_on: date
    ends_on: date | None
    agreement: AgreementIn | None
    row_version: int

    @classmethod
    def of(cls, engagement: Engagement, agency: str) -> Self:
        """Return an engagement as a caller sees it, with the name of its agency."""
        signed_on = engagement.agreement_signed_on
        return cls(
            id=engagement.id,
            agency_id=engagement.agency_id,
            agency=agency,
            scopes=[EngagementScope(scope) for scope in engagement.scopes],
            starts_on=engagement.starts_on,
            ends_on=engagement.ends_on,
            agreement=signed_on and AgreementIn(signed_on=signed_on, reference=engagement.agreement_reference),
            row_version=engagement.row_version,
        )


class CompanyIn(Input):
    name: Name = Field(examples=["Pastificio Aurora"])
    time_zone: ZoneName = Field("Europe/Rome", description=_ZONE)
    language: Language = "it"
    country: CountryCode = Field("IT", description=_COUNTRY)
    contact: Line = Field("", description=_CONTACT)
    owner: OwnerIn
    engagement: EngagementIn


class CompanyChange(Input):
    """A merge patch: what is left out stays."""

    name: Annotated[Name | None, NotNull] = None
    time_zone: Annotated[ZoneName | None, NotNull] = Field(None, description=_ZONE)
    language: Annotated[Language | None, NotNull] = None
    country: Annotated[CountryCode | None, NotNull] = Field(None, description=_COUNTRY)
    contact: Annotated[Line | None, NotNull] = Field(None, description=_CONTACT)
    maximum_reminders: Annotated[int | None, Field(ge=0, le=10), NotNull] = Field(
        None, description="Reminders to a person before HR is told."
    )


class CompanyOut(Output):
    id: Id
    name: str
    time_zone: str
    language: Language
    country: str
    contact: str
    maximum_reminders: int
    row_version: int
    created_at: datetime


class ClosingDaysIn(Input):
    """Days on which nobody is written to, beside public holidays. Without a last day it is one day."""

    name: ShortName = Field(examples=["Chiusura estiva"])
    starts_on: Day
    ends_on: Day | None = None


class ClosingDaysOut(Output):
    id: Id
    name: str
    starts_on: date
    ends_on: date


class ClientForm(Input):
    """The page on which an agency takes on a client: the same facts, flat, as forms are."""

    name: Name
    time_zone: ZoneName = "Europe/Rome"
    language: Language = "it"
    owner_name: Name
    owner_email: Email
    scopes: Scopes
    starts_on: Day
    ends_on: Day | None = None
    signed_on: Day | None = None
    reference: Line = ""

    def company(self) -> CompanyIn:
        """Return what the form says in the shape of the API."""
        agreement = AgreementIn(signed_on=self.signed_on, reference=self.reference) if self.signed_on else None
        return CompanyIn(
            name=self.name,
            time_zone=self.time_zone,
            language=self.language,
            owner=OwnerIn(name=self.owner_name, email=self.owner_email),
            engagement=EngagementIn(
                scopes=self.scopes, starts_on=self.starts_on, ends_on=self.ends_on, agreement=agreement
            ),
        )


class CompanyForm(Input):
    """The settings page: every field at once, and the version it was filled in from."""

    name: Name
    time_zone: ZoneName
    language: Language
    country: CountryCode
    contact: Line = ""
    row_version: int

    def change(self) -> CompanyChange:
        """Return the form as a change in which everything is stated."""
        return CompanyChange(**self.model_dump(exclude={"row_version"}))


class EngagementForm(Input):
    """What an owner decides about one engagement on its page."""

    scopes: Scopes
    ends_on: Day | None = None
    signed_on: Day | None = None
    reference: Line = ""
    row_version: int

    def change(self) -> EngagementChange:
        """Return the form as a change in which everything is stated."""
        agreement = AgreementIn(signed_on=self.signed_on, reference=self.reference) if self.signed_on else None
        return EngagementChange(scopes=self.scopes, ends_on=self.ends_on, agreement=agreement)
