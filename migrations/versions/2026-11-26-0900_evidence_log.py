"""The evidence log: head, leaves, nodes, checkpoints with what others signed of them, and the evidence behind leaves.

What was recorded before has no leaf and gets none: a leaf written later would claim to be as old as the fact.
"""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import append_only, drop_append_only, grant_to_application, tenant_wall
from app.models.types import ID, UtcDateTime

revision = "2026_11_26_evidence_log"
down_revision = "2026_11_26_accepted"
branch_labels = None
depends_on = None

TENANT_TABLES = [
    "log_head",
    "log_leaf",
    "log_node",
    "log_evidence",
    "log_checkpoint",
    "log_cosignature",
    "log_timestamp",
]
APPEND_ONLY = ["log_leaf", "log_node", "log_checkpoint"]


def upgrade() -> None:
    op.create_table(
        "log_key",
        sa.Column("slot", sa.String(length=3), nullable=False),
        sa.Column("public_key", sa.String(length=200), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.CheckConstraint("slot = 'now'", name=op.f("ck_log_key_one_row")),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_log_key")),
    )
    op.create_table(
        "log_head",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        _company("log_head"),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_leaf",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        _company("log_leaf"),
        sa.PrimaryKeyConstraint("company_id", "idx", name=op.f("pk_log_leaf")),
    )
    op.create_table(
        "log_node",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        _company("log_node"),
        sa.PrimaryKeyConstraint("company_id", "level", "idx", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_evidence",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        _company("log_evidence"),
        sa.ForeignKeyConstraint(
            ["company_id", "idx"],
            ["log_leaf.company_id", "log_leaf.idx"],
            name=op.f("fk_log_evidence_company_id_idx_log_leaf"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_log_evidence_company_id_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("company_id", "idx", name=op.f("pk_log_evidence")),
    )
    op.create_index(
        op.f("ix_log_evidence_company_id_person_id_subject_id"),
        "log_evidence",
        ["company_id", "person_id", "subject_id"],
    )
    _checkpoints()
    for table in TENANT_TABLES:
        tenant_wall(op, table)
    for table in APPEND_ONLY:
        append_only(op, table)
    grant_to_application(op, ["log_key", *TENANT_TABLES])


def downgrade() -> None:
    for table in APPEND_ONLY:
        drop_append_only(op, table)
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)
    op.drop_table("log_key")


def _checkpoints() -> None:
    op.create_table(
        "log_checkpoint",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        _company("log_checkpoint"),
        sa.PrimaryKeyConstraint("company_id", "size", name=op.f("pk_log_checkpoint")),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _company("log_cosignature"),
        _of_checkpoint("log_cosignature"),
        sa.PrimaryKeyConstraint("company_id", "size", "witness", name=op.f("pk_log_cosignature")),
    )
    op.create_table(
        "log_timestamp",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(token IS NULL) = (failure <> '')", name=op.f("ck_log_timestamp_token_or_failure")),
        _company("log_timestamp"),
        _of_checkpoint("log_timestamp"),
        sa.PrimaryKeyConstraint("company_id", "size", "day", name=op.f("pk_log_timestamp")),
    )


def _company(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id_company"))


def _of_checkpoint(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "size"],
        ["log_checkpoint.company_id", "log_checkpoint.size"],
        name=op.f(f"fk_{table}_company_id_size_log_checkpoint"),
    )
