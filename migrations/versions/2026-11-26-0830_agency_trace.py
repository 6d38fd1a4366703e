"""Traces of agencies: their acts on themselves, and the days on which they looked into a company."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import append_only, drop_append_only, grant_to_application, tenant_wall
from app.models.types import ID, UtcDateTime

revision = "2026_11_26_agency_trace"
down_revision = "2026_11_26_latest_employment"
branch_labels = None
depends_on = None

TABLES = ["agency_audit_event", "agency_visit"]


def upgrade() -> None:
    op.create_table(
        "agency_audit_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_audit_event_agency_id_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_audit_event")),
    )
    op.create_index(op.f("ix_agency_audit_event_agency_id"), "agency_audit_event", ["agency_id"])
    op.create_table(
        "agency_visit",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_visit_agency_id_agency")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_agency_visit_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agency_visit")),
        sa.UniqueConstraint("company_id", "day", "actor_id", name=op.f("uq_agency_visit_company_id_day_actor_id")),
    )
    tenant_wall(op, "agency_visit")
    for table in TABLES:
        append_only(op, table)
    grant_to_application(op, TABLES)


def downgrade() -> None:
    for table in TABLES:
        drop_append_only(op, table)
        op.drop_table(table)
