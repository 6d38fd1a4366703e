"""Authors carry their kind: a program is not the second pair of eyes."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import on_postgres

revision = "2026_12_01_author_kinds"
down_revision = "2026_12_01_audience"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("version_author", sa.Column("actor_kind", sa.String(32), server_default="person", nullable=False))
    if on_postgres(op):  # the owner, as which migrations run, sees the rows of all companies
        op.execute("ALTER TABLE version_author NO FORCE ROW LEVEL SECURITY")
    for kind, table in (("client", "oauth_client"), ("agency_member", "agency_member")):
        op.execute(f"UPDATE version_author SET actor_kind = '{kind}' WHERE actor_id IN (SELECT id FROM {table})")
    if on_postgres(op):
        op.execute("ALTER TABLE version_author FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.drop_column("version_author", "actor_kind")
