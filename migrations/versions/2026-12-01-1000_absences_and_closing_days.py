"""Absences of people, closing days and the country of a company: when nobody is written to."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application, tenant_wall
from app.models.types import ID

revision = "2026_12_01_absences"
down_revision = "2026_12_01_team_members"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("company", sa.Column("country", sa.String(2), server_default="IT", nullable=False))
    op.create_table(
        "closing_days",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_closing_days_ends_after_start")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_closing_days_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_closing_days")),
    )
    op.create_table(
        "absence",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_absence_ends_after_start")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_absence_company_id_company")),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_absence_company_id_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_absence")),
    )
    op.create_index(
        op.f("ix_absence_company_id_person_id_starts_on_ends_on"),
        "absence",
        ["company_id", "person_id", "starts_on", "ends_on"],
    )
    for table in ("closing_days", "absence"):
        tenant_wall(op, table)
    grant_to_application(op, ["closing_days", "absence"])


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_table("closing_days")
    op.drop_column("company", "country")
