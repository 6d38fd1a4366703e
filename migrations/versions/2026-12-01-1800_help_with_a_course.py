"""People ask for help with a course."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UtcDateTime

revision = "2026_12_01_help_with_a_course"
down_revision = "2026_12_01_shared_devices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrolment", sa.Column("help_asked_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("enrolment", "help_asked_at")
