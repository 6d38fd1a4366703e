"""Whether a person accepted to be one of the company; whoever is there already did."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_accepted"
down_revision = "2026_11_26_agency_trace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("accepted", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    op.drop_column("person", "accepted")
