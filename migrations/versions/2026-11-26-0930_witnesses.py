"""Witnesses: logs of others that are watched here, and what the witnesses of the own logs said."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application, tenant_wall
from app.models.types import ID, UtcDateTime

revision = "2026_11_26_witnesses"
down_revision = "2026_11_26_evidence_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "witnessed_log",
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("vkey", sa.String(length=400), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed_log")),
    )
    op.create_table(
        "log_witness_state",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("failure", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_log_witness_state_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "witness", name=op.f("pk_log_witness_state")),
    )
    tenant_wall(op, "log_witness_state")
    grant_to_application(op, ["witnessed_log", "log_witness_state"])


def downgrade() -> None:
    op.drop_table("log_witness_state")
    op.drop_table("witnessed_log")
