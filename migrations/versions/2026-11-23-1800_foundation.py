"""The first tables: organisations, people, sign-in, policies, acknowledgements, jobs, API clients.

Expand, backfill, contract: the previous release must run on the new schema.
"""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import append_only, drop_append_only, grant_to_application, tenant_wall
from app.models.types import HASH, ID, UtcDateTime

revision = "2026_11_23_foundation"
down_revision = None
branch_labels = None
depends_on = None

WORD = sa.String(32)
TENANT_TABLES = [
    "audit_event",
    "engagement",
    "person",
    "policy",
    "site",
    "stored_file",
    "team",
    "employment",
    "invitation",
    "policy_team",
    "policy_version",
    "role_grant",
    "acknowledgement",
    "assignment",
    "policy_text",
    "posting_record",
    "version_author",
]
OTHER_TABLES = [
    "account",
    "agency",
    "company",
    "development_mail",
    "idempotency_key",
    "job",
    "agency_member",
    "invitation_code",
    "oauth_client",
    "passkey",
    "sign_in_link",
    "sign_in_session",
    "oauth_token",
]
APPEND_ONLY = ["audit_event"]


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "agency",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
    )
    op.create_table(
        "company",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("maximum_reminders", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "development_mail",
        sa.Column("id", ID, nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_mail")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("scope", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_sha256", HASH, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("scope", "key", name=op.f("uq_idempotency_key_scope_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_created_at"), ["created_at"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("for_company", ID, nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("token", ID, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_job_dedupe_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state_run_at"), ["state", "run_at"], unique=False)

    op.create_table(
        "agency_member",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_agency_member_account_id_account")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_member_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_member")),
        sa.UniqueConstraint("agency_id", "account_id", name=op.f("uq_agency_member_agency_id_account_id")),
    )
    with op.batch_alter_table("agency_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agency_member_account_id"), ["account_id"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_audit_event_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_event_company_id_subject_id_id"), ["company_id", "subject_id", "id"], unique=False
        )

    op.create_table(
        "engagement",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("agreement_signed_on", sa.Date(), nullable=True),
        sa.Column("agreement_reference", sa.String(length=200), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_engagement_ends_after_start")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_engagement_agency_id_agency")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_engagement_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_engagement")),
    )
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_engagement_agency_id_company_id"), ["agency_id", "company_id"], unique=False
        )

    op.create_table(
        "invitation_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("code_hash", HASH, nullable=False),
        sa.Column("for_company", ID, nullable=False),
        sa.ForeignKeyConstraint(["for_company"], ["company.id"], name=op.f("fk_invitation_code_for_company_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_code_hash")),
    )
    with op.batch_alter_table("invitation_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_code_for_company"), ["for_company"], unique=False)

    op.create_table(
        "oauth_client",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_company", ID, nullable=True),
        sa.Column("owner_agency", ID, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("secret_hash", HASH, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(owner_company IS NULL) <> (owner_agency IS NULL)", name=op.f("ck_oauth_client_one_owner")),
        sa.ForeignKeyConstraint(["owner_agency"], ["agency.id"], name=op.f("fk_oauth_client_owner_agency_agency")),
        sa.ForeignKeyConstraint(["owner_company"], ["company.id"], name=op.f("fk_oauth_client_owner_company_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_client")),
    )
    with op.batch_alter_table("oauth_client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_client_owner_agency"), ["owner_agency"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_client_owner_company"), ["owner_company"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(length=1400), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("external_id", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_person_account_id_account")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_person_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_person")),
        sa.UniqueConstraint("company_id", "email", name=op.f("uq_person_company_id_email")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_person_company_id_external_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_company_id_name_id"), ["company_id", "name", "id"], unique=False)

    op.create_table(
        "policy",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_policy")),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("purpose", WORD, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_link_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("method", WORD, nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("idle_until", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "site",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_site_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_site")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_site_company_id_name")),
    )
    op.create_table(
        "stored_file",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_stored_file_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "team",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_team_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_team")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_team_company_id_name")),
    )
    op.create_table(
        "employment",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("working_window", sa.String(length=60), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_employment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_employment_company_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "site_id"],
            ["site.company_id", "site.id"],
            name=op.f("fk_employment_company_id_site_id_site"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "team_id"],
            ["team.company_id", "team.id"],
            name=op.f("fk_employment_company_id_team_id_team"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_employment_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_employment")),
    )
    with op.batch_alter_table("employment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_employment_company_id_person_id_ends_on"),
            ["company_id", "person_id", "ends_on"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_employment_company_id_team_id"), ["company_id", "team_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("code_hash", HASH, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_invitation_company_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_invitation_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_company_id_person_id"), ["company_id", "person_id"], unique=False
        )

    op.create_table(
        "oauth_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_token_client_id_oauth_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_oauth_token_token_hash")),
    )
    with op.batch_alter_table("oauth_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_token_client_id"), ["client_id"], unique=False)

    op.create_table(
        "policy_team",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("policy_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "policy_id"],
            ["policy.company_id", "policy.id"],
            name=op.f("fk_policy_team_company_id_policy_id_policy"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "team_id"],
            ["team.company_id", "team.id"],
            name=op.f("fk_policy_team_company_id_team_id_team"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_team_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_policy_team")),
        sa.UniqueConstraint(
            "company_id", "policy_id", "team_id", name=op.f("uq_policy_team_company_id_policy_id_team_id")
        ),
    )
    op.create_table(
        "policy_version",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("policy_id", ID, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("major", sa.Integer(), nullable=True),
        sa.Column("minor", sa.Integer(), nullable=True),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("disciplinary", sa.Boolean(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("content_sha256", HASH, nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "policy_id"],
            ["policy.company_id", "policy.id"],
            name=op.f("fk_policy_version_company_id_policy_id_policy"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_version_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint(
            "company_id", "policy_id", "major", "minor", name=op.f("uq_policy_version_company_id_policy_id_major_minor")
        ),
    )
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_policy_version_company_id_policy_id_state"),
            ["company_id", "policy_id", "state"],
            unique=False,
        )

    op.create_table(
        "role_grant",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_role_grant_company_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_role_grant_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("company_id", "person_id", "role", name=op.f("uq_role_grant_company_id_person_id_role")),
    )
    op.create_table(
        "acknowledgement",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("content_sha256", HASH, nullable=False),
        sa.Column("statement_sha256", HASH, nullable=False),
        sa.Column("method", WORD, nullable=False),
        sa.Column("sign_in_method", sa.String(length=32), nullable=False),
        sa.Column("authenticated_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("scan_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_acknowledgement_company_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "scan_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_acknowledgement_company_id_scan_id_stored_file"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["policy_version.company_id", "policy_version.id"],
            name=op.f("fk_acknowledgement_company_id_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_acknowledgement_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint(
            "company_id", "version_id", "person_id", name=op.f("uq_acknowledgement_company_id_version_id_person_id")
        ),
    )
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_acknowledgement_company_id_person_id_version_id"),
            ["company_id", "person_id", "version_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_acknowledgement_company_id_version_id_at"), ["company_id", "version_id", "at"], unique=False
        )

    op.create_table(
        "assignment",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reminders_sent", sa.Integer(), nullable=False),
        sa.Column("last_reminded_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_assignment_company_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["policy_version.company_id", "policy_version.id"],
            name=op.f("fk_assignment_company_id_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_assignment_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "company_id", "version_id", "person_id", name=op.f("uq_assignment_company_id_version_id_person_id")
        ),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignment_company_id_person_id_state"), ["company_id", "person_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assignment_company_id_version_id_state_due_on"),
            ["company_id", "version_id", "state", "due_on"],
            unique=False,
        )

    op.create_table(
        "policy_text",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("statement_sha256", HASH, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["policy_version.company_id", "policy_version.id"],
            name=op.f("fk_policy_text_company_id_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_text_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_policy_text")),
        sa.UniqueConstraint(
            "company_id", "version_id", "language", name=op.f("uq_policy_text_company_id_version_id_language")
        ),
    )
    op.create_table(
        "posting_record",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("proof_id", ID, nullable=True),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "proof_id"],
            ["stored_file.company_id", "stored_file.id"],
            name=op.f("fk_posting_record_company_id_proof_id_stored_file"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "site_id"],
            ["site.company_id", "site.id"],
            name=op.f("fk_posting_record_company_id_site_id_site"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["policy_version.company_id", "policy_version.id"],
            name=op.f("fk_posting_record_company_id_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_posting_record_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_posting_record")),
    )
    with op.batch_alter_table("posting_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_posting_record_company_id_version_id"), ["company_id", "version_id"], unique=False
        )

    op.create_table(
        "version_author",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["policy_version.company_id", "policy_version.id"],
            name=op.f("fk_version_author_company_id_version_id_policy_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_version_author_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_version_author")),
        sa.UniqueConstraint(
            "company_id", "version_id", "actor_id", name=op.f("uq_version_author_company_id_version_id_actor_id")
        ),
    )

    for table in TENANT_TABLES:
        tenant_wall(op, table)
    for table in APPEND_ONLY:
        append_only(op, table)
    grant_to_application(op, TENANT_TABLES + OTHER_TABLES)


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(op, table)
    op.drop_table("version_author")
    with op.batch_alter_table("posting_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_record_company_id_version_id"))

    op.drop_table("posting_record")
    op.drop_table("policy_text")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_company_id_version_id_state_due_on"))
        batch_op.drop_index(batch_op.f("ix_assignment_company_id_person_id_state"))

    op.drop_table("assignment")
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acknowledgement_company_id_version_id_at"))
        batch_op.drop_index(batch_op.f("ix_acknowledgement_company_id_person_id_version_id"))

    op.drop_table("acknowledgement")
    op.drop_table("role_grant")
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_version_company_id_policy_id_state"))

    op.drop_table("policy_version")
    op.drop_table("policy_team")
    with op.batch_alter_table("oauth_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_token_client_id"))

    op.drop_table("oauth_token")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_company_id_person_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("employment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employment_company_id_team_id"))
        batch_op.drop_index(batch_op.f("ix_employment_company_id_person_id_ends_on"))

    op.drop_table("employment")
    op.drop_table("team")
    op.drop_table("stored_file")
    op.drop_table("site")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_account_id"))

    op.drop_table("sign_in_session")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_account_id"))

    op.drop_table("sign_in_link")
    op.drop_table("policy")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_company_id_name_id"))
        batch_op.drop_index(batch_op.f("ix_person_account_id"))

    op.drop_table("person")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_account_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("oauth_client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_client_owner_company"))
        batch_op.drop_index(batch_op.f("ix_oauth_client_owner_agency"))

    op.drop_table("oauth_client")
    with op.batch_alter_table("invitation_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_code_for_company"))

    op.drop_table("invitation_code")
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_agency_id_company_id"))

    op.drop_table("engagement")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_company_id_subject_id_id"))

    op.drop_table("audit_event")
    with op.batch_alter_table("agency_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agency_member_account_id"))

    op.drop_table("agency_member")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_run_at"))

    op.drop_table("job")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_created_at"))

    op.drop_table("idempotency_key")
    op.drop_table("development_mail")
    op.drop_table("company")
    op.drop_table("agency")
    op.drop_table("account")
