"""The ledger of recognised minutes, and its months, which never change once they are closed."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import append_only, grant_to_application, on_postgres, tenant_wall
from app.models.types import ID, UtcDateTime

revision = "2026_12_01_recognised_minutes"
down_revision = "2026_12_01_certificates"
branch_labels = None
depends_on = None

TABLES = ("payroll_month", "recognised_minutes", "correction_reason")


def upgrade() -> None:
    op.create_table(
        "payroll_month",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_payroll_month_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "month", name=op.f("pk_payroll_month")),
    )
    op.create_table(
        "recognised_minutes",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("minutes <> 0", name=op.f("ck_recognised_minutes_worth_something")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_recognised_minutes_company_id_company")),
        sa.ForeignKeyConstraint(
            ["company_id", "month"],
            ["payroll_month.company_id", "payroll_month.month"],
            name=op.f("fk_recognised_minutes_company_id_month_payroll_month"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_recognised_minutes")),
        sa.UniqueConstraint(
            "company_id",
            "person_id",
            "kind",
            "source_id",
            name=op.f("uq_recognised_minutes_company_id_person_id_kind_source_id"),
        ),
    )
    month = ["company_id", "month", "person_id"]
    op.create_index(op.f("ix_recognised_minutes_company_id_month_person_id"), "recognised_minutes", month)
    op.create_table(
        "correction_reason",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_correction_reason_company_id_company")),
        sa.ForeignKeyConstraint(
            ["company_id", "entry_id"],
            ["recognised_minutes.company_id", "recognised_minutes.id"],
            name=op.f("fk_correction_reason_company_id_entry_id_recognised_minutes"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_correction_reason")),
        sa.UniqueConstraint("company_id", "entry_id", name=op.f("uq_correction_reason_company_id_entry_id")),
    )
    for table in TABLES:
        tenant_wall(op, table)
    append_only(op, "recognised_minutes")
    _close_for_ever()
    grant_to_application(op, list(TABLES))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if on_postgres(op):
        op.execute("DROP FUNCTION refuse_closed_month()")


def _close_for_ever() -> None:
    """Refuse entries of a closed month, and any change of the month itself."""
    closed = (
        "SELECT 1 FROM payroll_month WHERE company_id = NEW.company_id AND month = NEW.month AND closed_at IS NOT NULL"
    )
    if on_postgres(op):
        op.execute(
            "CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF EXISTS ({closed}) THEN RAISE EXCEPTION 'the month is closed'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER recognised_minutes_closed BEFORE INSERT ON recognised_minutes "
            "FOR EACH ROW EXECUTE FUNCTION refuse_closed_month()"
        )
        op.execute(
            "CREATE TRIGGER payroll_month_closed BEFORE UPDATE OR DELETE ON payroll_month "
            "FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        "CREATE TRIGGER recognised_minutes_closed BEFORE INSERT ON recognised_minutes "
        f"WHEN EXISTS ({closed}) BEGIN SELECT RAISE(ABORT, 'the month is closed'); END"
    )
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER payroll_month_closed_{verb} BEFORE {verb} ON payroll_month WHEN OLD.closed_at IS NOT NULL "
            "BEGIN SELECT RAISE(ABORT, 'payroll_month is append-only'); END"
        )
