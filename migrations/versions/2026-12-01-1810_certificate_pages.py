"""Public pages of certificates, open while their person keeps them so."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application
from app.models.types import HASH, ID

revision = "2026_12_01_certificate_pages"
down_revision = "2026_12_01_help_with_a_course"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificate", sa.Column("page_token", sa.String(64), nullable=True))
    op.create_table(
        "certificate_page",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("for_company", ID, nullable=False),
        sa.Column("certificate_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["for_company"], ["company.id"], name=op.f("fk_certificate_page_for_company_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_page")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_certificate_page_token_hash")),
    )
    op.create_index(op.f("ix_certificate_page_for_company"), "certificate_page", ["for_company"])
    grant_to_application(op, ["certificate_page"])


def downgrade() -> None:
    op.drop_table("certificate_page")
    op.drop_column("certificate", "page_token")
