"""Certificates, with the versions of the policies they name."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application, tenant_wall
from app.models.types import ID, UtcDateTime

revision = "2026_12_01_certificates"
down_revision = "2026_12_01_text_changes"
branch_labels = None
depends_on = None

TABLES = ("certificate", "certified_policy")


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("enrolment_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("course_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        *_within_company("certificate", enrolment_id="enrolment", person_id="person"),
        *_within_company("certificate", course_id="course", version_id="course_version"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_certificate_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_certificate")),
        sa.UniqueConstraint(
            "company_id",
            "enrolment_id",
            "version_id",
            "cycle",
            name=op.f("uq_certificate_company_id_enrolment_id_version_id_cycle"),
        ),
    )
    person = ["company_id", "person_id", "course_id"]
    op.create_index(op.f("ix_certificate_company_id_person_id_course_id"), "certificate", person)
    op.create_index(op.f("ix_certificate_company_id_course_id"), "certificate", ["company_id", "course_id"])
    op.create_table(
        "certified_policy",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("certificate_id", ID, nullable=False),
        sa.Column("policy_version_id", ID, nullable=False),
        *_within_company("certified_policy", certificate_id="certificate", policy_version_id="policy_version"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_certified_policy_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_certified_policy")),
        sa.UniqueConstraint(
            "company_id",
            "certificate_id",
            "policy_version_id",
            name=op.f("uq_certified_policy_company_id_certificate_id_policy_version_id"),
        ),
    )
    for table in TABLES:
        tenant_wall(op, table)
    grant_to_application(op, list(TABLES))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _within_company(table: str, **named: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["company_id", column],
            [f"{other}.company_id", f"{other}.id"],
            name=op.f(f"fk_{table}_company_id_{column}_{other}"),
        )
        for column, other in named.items()
    ]
