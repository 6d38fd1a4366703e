"""The latest employment of a person, and its team, come from an index alone: lists and counts look it up per row."""

from alembic import op

revision = "2026_11_26_latest_employment"
down_revision = "2026_11_23_foundation"
branch_labels = None
depends_on = None

LATEST = "ix_employment_company_id_person_id_starts_on_id_team_id"
BY_END = "ix_employment_company_id_person_id_ends_on"


def upgrade() -> None:
    replace(BY_END, LATEST, ["company_id", "person_id", "starts_on", "id", "team_id"])


def downgrade() -> None:
    replace(LATEST, BY_END, ["company_id", "person_id", "ends_on"])


def replace(old: str, new: str, columns: list[str]) -> None:
    """Build the new index beside who reads and writes; if that was broken off, it can be run again."""
    with op.get_context().autocommit_block():
        op.drop_index(new, "employment", if_exists=True, postgresql_concurrently=True)
        op.create_index(new, "employment", columns, if_not_exists=True, postgresql_concurrently=True)
        op.drop_index(old, "employment", if_exists=True, postgresql_concurrently=True)
