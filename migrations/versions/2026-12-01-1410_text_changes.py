"""What changed between two frozen texts is stored, not worked out for each reader."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application, tenant_wall
from app.models.types import ID

revision = "2026_12_01_text_changes"
down_revision = "2026_12_01_lessons_done_once"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_changes",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("since_id", ID, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_text_changes_company_id_company")),
        *(
            sa.ForeignKeyConstraint(
                ["company_id", name],
                ["policy_version.company_id", "policy_version.id"],
                name=op.f(f"fk_text_changes_company_id_{name}_policy_version"),
            )
            for name in ("version_id", "since_id")
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_text_changes")),
        sa.UniqueConstraint(
            "company_id",
            "version_id",
            "since_id",
            "language",
            name=op.f("uq_text_changes_company_id_version_id_since_id_language"),
        ),
    )
    tenant_wall(op, "text_changes")
    grant_to_application(op, ["text_changes"])


def downgrade() -> None:
    op.drop_table("text_changes")
