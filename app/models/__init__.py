"""All tables, so that importing the package fills the metadata."""

from app.models.account import Account, LinkPurpose, Passkey, SignInLink, SignInMethod, SignInSession
from app.models.acknowledgement import Acknowledgement, AcknowledgementMethod, Assignment
from app.models.evidence import (
    LogCheckpoint,
    LogCosignature,
    LogEvidence,
    LogHead,
    LogKey,
    LogLeaf,
    LogNode,
    LogTimestamp,
)
from app.models.organisation import Agency, AgencyMember, Company, Engagement
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
    AuditEvent,
    DevelopmentMail,
    IdempotencyKey,
    Job,
    JobState,
    OAuthClient,
    OAuthToken,
)
from app.models.witness import LogWitnessState, WitnessedLog

__all__ = [
    "Account",
    "Acknowledgement",
    "AcknowledgementMethod",
    "Agency",
    "AgencyMember",
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
    "LogCheckpoint",
    "LogCosignature",
    "LogEvidence",
    "LogHead",
    "LogKey",
    "LogLeaf",
    "LogNode",
    "LogTimestamp",
    "LogWitnessState",
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
    "WitnessedLog",
]
