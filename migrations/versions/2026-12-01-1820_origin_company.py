"""The client company that a course was copied from, by an id that leads nowhere inside its own company."""

import sqlalchemy as sa
from alembic import op

from app.models.types import ID

revision = "2026_12_01_origin_company"
down_revision = "2026_12_01_certificate_pages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("course", sa.Column("origin_company_id", ID, nullable=True))


def downgrade() -> None:
    op.drop_column("course", "origin_company_id")
