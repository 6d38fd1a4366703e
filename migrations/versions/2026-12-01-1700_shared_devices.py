"""Sessions on a device that people share."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_shared_devices"
down_revision = "2026_12_01_payroll_mapping"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shared = sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("sign_in_session", shared)


def downgrade() -> None:
    op.drop_column("sign_in_session", "shared")
