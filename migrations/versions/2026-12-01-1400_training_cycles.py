"""Cycles of an enrolment: a course is asked again from its beginning when what was passed ends."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_training_cycles"
down_revision = "2026_12_01_courses"
branch_labels = None
depends_on = None

TABLES = ("enrolment", "training_event", "quiz_attempt")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("cycle", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "cycle")
