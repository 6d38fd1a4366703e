"""Lists of people come sorted by surname from an index."""

from alembic import op

revision = "2026_12_01_people_by_surname"
down_revision = "2026_12_01_sort_name"
branch_labels = None
depends_on = None

INDEX = "ix_person_company_id_sort_name_id"


def upgrade() -> None:
    """Build the index beside who reads and writes; if that was broken off, it can be run again."""
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "person", if_exists=True, postgresql_concurrently=True)
        columns = ["company_id", "sort_name", "id"]
        op.create_index(INDEX, "person", columns, if_not_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index(INDEX, "person")
