"""Who may do what: one vocabulary of permissions, one table of roles, one table of engagement scopes."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.wording import N_, Worded


class Permission(Worded):
    """Words for what can be done; an OAuth scope of the same name grants it to a client of the organisation."""

    ACKNOWLEDGE = "policy:acknowledge", N_("Confirm policies as a person of the company")
    READ_ACKNOWLEDGEMENTS = "acknowledgements:read", N_("Read who acknowledged what")
    SUMMARISE_ACKNOWLEDGEMENTS = "acknowledgements:summary", N_("Read how many acknowledged, without names")
    RECORD_ACKNOWLEDGEMENTS = "acknowledgements:write", N_("Record what people confirmed elsewhere")
    MANAGE_CLIENTS = "clients:manage", N_("Manage the programs that may use the API")
    READ_COMPANY = "company:read", N_("Read the company's settings")
    WRITE_COMPANY = "company:write", N_("Change the company's settings")
    CREATE_COMPANIES = "companies:write", N_("Found companies for clients")
    MANAGE_ENGAGEMENTS = "engagements:manage", N_("Manage what agencies may do")
    READ_PEOPLE = "people:read", N_("Read people, teams and sites")
    WRITE_PEOPLE = "people:write", N_("Add and change people, teams and sites")
    READ_POLICIES = "policies:read", N_("Read policies, drafts included")
    WRITE_POLICIES = "policies:write", N_("Write policies")
    APPROVE_POLICIES = "policies:approve", N_("Approve policies")
    PUBLISH_POLICIES = "policies:publish", N_("Publish and withdraw policies")
    TAKE_COURSES = "courses:take", N_("Take courses as a person of the company")
    READ_TRAINING = "training:read", N_("Read courses, drafts included, and how many finished them")
    WRITE_TRAINING = "training:write", N_("Write, publish and assign courses")
    READ_ENROLMENTS = "enrolments:read", N_("Read who finished which course")
    RECORD_TRAINING = "training:progress", N_("Record progress that people made elsewhere")
    READ_HOURS = "hours:read", N_("Read the recognised working time of each person")
    WRITE_HOURS = "hours:write", N_("Correct recognised working time, close months, set up the payroll file")


class Role(Worded):
    """Roles in a company. Everyone employed is an employee; the others are granted."""

    OWNER = "owner", N_("Owner")
    MARKETING_LEAD = "marketing_lead", N_("Marketing lead")
    HR = "hr", N_("HR")
    EMPLOYEE = "employee", N_("Employee")


GRANTED = tuple(role for role in Role if role is not Role.EMPLOYEE)
"""The roles that an owner can give."""


class AgencyRole(StrEnum):
    AGENCY_ADMIN = "agency_admin"
    ACCOUNT_MANAGER = "account_manager"
    CONTENT_EDITOR = "content_editor"
    TRAINER = "trainer"


class EngagementScope(StrEnum):
    TRAIN = "train"
    PLAN = "plan"
    PRODUCE = "produce"
    REPORT = "report"


P = Permission

_EMPLOYEE = frozenset({P.ACKNOWLEDGE, P.TAKE_COURSES})
_HR = _EMPLOYEE | {
    P.READ_COMPANY,
    P.READ_PEOPLE,
    P.WRITE_PEOPLE,
    P.READ_POLICIES,
    P.WRITE_POLICIES,
    P.PUBLISH_POLICIES,
    P.READ_ACKNOWLEDGEMENTS,
    P.SUMMARISE_ACKNOWLEDGEMENTS,
    P.RECORD_ACKNOWLEDGEMENTS,
    P.READ_TRAINING,
    P.WRITE_TRAINING,
    P.READ_ENROLMENTS,
    P.RECORD_TRAINING,
    P.READ_HOURS,
    P.WRITE_HOURS,
}
_MARKETING = _EMPLOYEE | {
    P.READ_COMPANY,
    P.READ_POLICIES,
    P.WRITE_POLICIES,
    P.SUMMARISE_ACKNOWLEDGEMENTS,
    P.READ_TRAINING,
    P.WRITE_TRAINING,
}
_OWNER = _HR | {P.APPROVE_POLICIES, P.WRITE_COMPANY, P.MANAGE_ENGAGEMENTS, P.MANAGE_CLIENTS}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: _EMPLOYEE,
    Role.HR: _HR | {P.APPROVE_POLICIES},
    Role.MARKETING_LEAD: _MARKETING,
    Role.OWNER: _OWNER,
}

# What an engagement opens to the agency; names of people and HR data are not among it (product.md, "Roles").
SCOPE_PERMISSIONS: dict[EngagementScope, frozenset[Permission]] = {
    EngagementScope.TRAIN: frozenset({P.READ_COMPANY, P.READ_TRAINING, P.WRITE_TRAINING}),
    EngagementScope.PLAN: frozenset({P.READ_COMPANY}),
    EngagementScope.PRODUCE: frozenset({P.READ_COMPANY, P.READ_POLICIES, P.WRITE_POLICIES}),
    EngagementScope.REPORT: frozenset({P.READ_COMPANY, P.SUMMARISE_ACKNOWLEDGEMENTS, P.READ_TRAINING}),
}

AGENCY_ROLE_SCOPES: dict[AgencyRole, frozenset[EngagementScope]] = {
    AgencyRole.AGENCY_ADMIN: frozenset(EngagementScope),
    AgencyRole.ACCOUNT_MANAGER: frozenset(EngagementScope),
    AgencyRole.CONTENT_EDITOR: frozenset({EngagementScope.PLAN, EngagementScope.PRODUCE}),
    AgencyRole.TRAINER: frozenset({EngagementScope.TRAIN}),
}

AGENCY_ROLE_PERMISSIONS: dict[AgencyRole, frozenset[Permission]] = {
    AgencyRole.AGENCY_ADMIN: frozenset({P.CREATE_COMPANIES, P.MANAGE_CLIENTS}),
    AgencyRole.ACCOUNT_MANAGER: frozenset({P.CREATE_COMPANIES}),
    AgencyRole.CONTENT_EDITOR: frozenset(),
    AgencyRole.TRAINER: frozenset(),
}

# Scopes a client of a company, or of an agency, can be given.
CLIENT_SCOPES: frozenset[Permission] = frozenset(Permission) - {P.ACKNOWLEDGE, P.TAKE_COURSES, P.MANAGE_CLIENTS}


class ActorKind(StrEnum):
    PERSON = "person"
    AGENCY_MEMBER = "agency_member"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a session, before any company is entered.

    ``locked`` sessions stay in one company. ``borrowed`` ones are locked on an account that reaches further, for it
    has an e-mail: they must not show or change anything of the account itself.
    """

    account_id: str
    session_id: str
    method: str
    authenticated_at: datetime
    language: str
    organisation_id: str | None
    locked: bool
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A machine with an access token. It belongs to exactly one company or one agency."""

    client_id: str
    company_id: str | None
    agency_id: str | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class System:
    """The service itself: a job, or an operator at the command line."""

    name: str


Caller = SignedIn | ApiClient | System


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts inside one company, and what they may do there.

    ``person_id`` is set only for people of the company itself, ``agency_id`` only for an agency that is let in.
    ``sees_names`` is false for the agency, which gets counts with a minimum group size instead.
    """

    kind: ActorKind
    id: str
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    name: str = ""
    person_id: str | None = None
    agency_id: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    sees_names: bool = True
    method: str = "system"
    authenticated_at: datetime | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def may_see_names(self, permission: Permission) -> bool:
        """Tell whether they may do this, and see who it is about: all others get counts of groups large enough."""
        return self.sees_names and self.may(permission)
