"""How a company's payroll program wants hours."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application, tenant_wall
from app.models.types import ID

revision = "2026_12_01_payroll_mapping"
down_revision = "2026_12_01_recognised_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payroll_mapping",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("company_code", sa.String(32), nullable=False),
        sa.Column("cause_code", sa.String(32), nullable=False),
        sa.Column("hours_form", sa.String(32), nullable=False),
        sa.Column("separator", sa.String(32), nullable=False),
        sa.Column("date_form", sa.String(32), nullable=False),
        sa.Column("rounding", sa.String(32), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_payroll_mapping_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_payroll_mapping")),
    )
    tenant_wall(op, "payroll_mapping")
    grant_to_application(op, ["payroll_mapping"])


def downgrade() -> None:
    op.drop_table("payroll_mapping")
