"""Whether somebody works in a team comes from an index: a list of one team asks it for each person."""

from alembic import op

revision = "2026_12_01_team_members"
down_revision = "2026_11_26_excused_because"
branch_labels = None
depends_on = None

MEMBERS = "ix_employment_company_id_team_id_person_id"
TEAM = "ix_employment_company_id_team_id"


def upgrade() -> None:
    replace(TEAM, MEMBERS, ["company_id", "team_id", "person_id"])


def downgrade() -> None:
    replace(MEMBERS, TEAM, ["company_id", "team_id"])


def replace(old: str, new: str, columns: list[str]) -> None:
    """Build the new index beside who reads and writes; if that was broken off, it can be run again."""
    with op.get_context().autocommit_block():
        op.drop_index(new, "employment", if_exists=True, postgresql_concurrently=True)
        op.create_index(new, "employment", columns, if_not_exists=True, postgresql_concurrently=True)
        op.drop_index(old, "employment", if_exists=True, postgresql_concurrently=True)
