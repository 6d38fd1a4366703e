"""In one cycle of an enrolment a lesson of a version is done once."""

from alembic import op

revision = "2026_12_01_lessons_done_once"
down_revision = "2026_12_01_training_cycles"
branch_labels = None
depends_on = None

INDEX = "ix_training_event_once"


def upgrade() -> None:
    """Build the index beside who reads and writes; if that was broken off, it can be run again."""
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "training_event", if_exists=True, postgresql_concurrently=True)
        columns = ["company_id", "enrolment_id", "version_id", "cycle", "kind", "lesson_key"]
        op.create_index(INDEX, "training_event", columns, unique=True, if_not_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index(INDEX, "training_event")
