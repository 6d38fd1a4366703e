"""The development mailbox keeps the HTML of a mail beside its text."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_mail_html"
down_revision = "2026_12_01_version_states"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("development_mail", sa.Column("html", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("development_mail", "html")
