"""Why somebody is excused, beside what was asked of them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_excused_because"
down_revision = "2026_11_26_witnesses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignment", sa.Column("excused_because", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("assignment", "excused_because")
