"""A version that was ``scheduled`` is ``approved`` or ``published``; the job of its day is named after the event."""

from alembic import op

from app.db.ddl import beyond_wall

revision = "2026_12_01_version_states"
down_revision = "2026_12_01_absences"
branch_labels = None
depends_on = None

OLD_JOB, NEW_JOB = "policy:publish_due", "policy:take_effect"


def upgrade() -> None:
    with beyond_wall(op, "policy_version"):
        op.execute(
            "UPDATE policy_version SET state = CASE WHEN published_at IS NULL THEN 'approved' ELSE 'published' END "
            "WHERE state = 'scheduled'"
        )
    rename_job(OLD_JOB, NEW_JOB)


def downgrade() -> None:
    with beyond_wall(op, "policy_version"):
        op.execute("UPDATE policy_version SET state = 'scheduled' WHERE state IN ('approved', 'published')")
    rename_job(NEW_JOB, OLD_JOB)


def rename_job(old: str, new: str) -> None:
    op.execute(f"UPDATE job SET kind = '{new}' WHERE kind = '{old}'")
