"""What people type to come in, and what is chosen when invitations are printed."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.schemas.base import Day, Email, Id, Ids, Input, Language, ShortName

LONGEST_PASSWORD = 200

# Generous bounds that only keep nonsense out; what is too short or too common is said in words elsewhere.
Password = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Credential = Annotated[str, StringConstraints(min_length=2, max_length=20_000)]


class CodeIn(Input):
    """``device`` says whose it is: people who share one are signed out soon after the last touch."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    device: Literal["shared", "own"] = "shared"


class EmailIn(Input):
    email: Email


class TokenIn(Input):
    token: Token


class PasswordSignIn(Input):
    email: Email
    password: Password


class NewPasswordIn(Input):
    token: Token
    password: Password


class ChangePasswordIn(Input):
    current: Password
    password: Password


class PasskeyIn(Input):
    """``credential`` is the JSON that the browser made."""

    credential: Credential


class NewPasskeyIn(PasskeyIn):
    name: Annotated[ShortName, StringConstraints(max_length=80)]


class LanguageIn(Input):
    language: Language


class OrganisationIn(Input):
    organisation_id: Id


class InvitationsIn(Input):
    """For everybody without e-mail, of one team or of all, or for the people listed, whoever they are.

    With ``pending_version_id`` only for those who still have to answer this version.
    """

    valid_until: Day
    team_id: Id | None = None
    person_ids: Annotated[Ids, Field(max_length=1200)] = Field(default_factory=list)
    only_new: bool = False
    pending_version_id: Id | None = None
