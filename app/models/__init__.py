"""All tables, so that importing the package fills the metadata."""

from app.models.account import Account, LinkPurpose, Passkey, SignInLink, SignInMethod, SignInSession
from app.models.acknowledgement import Acknowledgement, AcknowledgementMethod, Assignment
from app.models.organisation import Agency, AgencyMember, AgencyVisit, Company, Engagement
from app.models.people import Employment, Invitation, InvitationCode, Person, RoleGrant, Site, Team
from app.models.policy import (
    Policy,
    PolicyKind,
    PolicyTeam,
    PolicyText,
    PolicyVersion,
    PostingRecord,
    StoredFile,
    VersionAuthor,
)
from app.models.system import (
    AgencyAuditEvent,
    AuditEvent,
    DevelopmentMail,
    IdempotencyKey,
    Job,
    JobState,
    OAuthClient,
    OAuthToken,
)

__all__ = [
    "Account",
    "Acknowledgement",
    "AcknowledgementMethod",
    "Agency",
    "AgencyAuditEvent",
    "AgencyMember",
    "AgencyVisit",
    "Assignment",
    "AuditEvent",
    "Company",
    "DevelopmentMail",
    "Employment",
    "Engagement",
    "IdempotencyKey",
    "Invitation",
    "InvitationCode",
    "Job",
    "JobState",
    "LinkPurpose",
    "OAuthClient",
    "OAuthToken",
    "Passkey",
    "Person",
    "Policy",
    "PolicyKind",
    "PolicyTeam",
    "PolicyText",
    "PolicyVersion",
    "PostingRecord",
    "RoleGrant",
    "SignInLink",
    "SignInMethod",
    "SignInSession",
    "Site",
    "StoredFile",
    "Team",
    "VersionAuthor",
]
