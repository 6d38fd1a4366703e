"""People are found and sorted by surname; whoever is there already gets their sort name here."""

import sqlalchemy as sa
from alembic import context, op

from app.db.ddl import beyond_wall
from app.rules.folding import sort_name

revision = "2026_12_01_sort_name"
down_revision = "2026_12_01_mail_html"
branch_labels = None
depends_on = None

CHUNK = 5000


def upgrade() -> None:
    op.add_column("person", sa.Column("sort_name", sa.String(200), server_default="", nullable=False))
    if not context.is_offline_mode():
        with beyond_wall(op, "person"):
            fill(op.get_bind())


def downgrade() -> None:
    op.drop_column("person", "sort_name")


def fill(connection: sa.Connection) -> None:
    person = sa.table("person", *map(sa.column, ("company_id", "id", "name", "sort_name")))
    key = sa.tuple_(person.c.company_id, person.c.id)
    page = sa.select(*key, person.c.name).order_by(*key).limit(CHUNK)
    own = (person.c.company_id == sa.bindparam("of"), person.c.id == sa.bindparam("person"))
    naming = sa.update(person).where(*own).values(sort_name=sa.bindparam("sorted"))
    rows = connection.execute(page).all()
    while rows:
        connection.execute(naming, [{"of": r.company_id, "person": r.id, "sorted": sort_name(r.name)} for r in rows])
        rows = connection.execute(page.where(key > sa.tuple_(rows[-1].company_id, rows[-1].id))).all()
