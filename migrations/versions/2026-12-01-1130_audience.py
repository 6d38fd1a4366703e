"""A policy may be for sites, roles and languages too: its teams become rows of its audience."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application, on_postgres, tenant_wall
from app.models.types import ID

revision = "2026_12_01_audience"
down_revision = "2026_12_01_people_by_surname"
branch_labels = None
depends_on = None

KINDS = ("team_id", "site_id", "role", "language")
EXACTLY_ONE = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in KINDS) + " = 1"


def upgrade() -> None:
    op.create_table(
        "policy_audience",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("policy_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("role", sa.String(32), nullable=True),
        sa.Column("language", sa.String(2), nullable=True),
        sa.CheckConstraint(EXACTLY_ONE, name=op.f("ck_policy_audience_names_one_thing")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_audience_company_id_company")),
        *(
            reference(name, table)
            for name, table in (("policy_id", "policy"), ("team_id", "team"), ("site_id", "site"))
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_policy_audience")),
    )
    op.create_index(op.f("ix_policy_audience_company_id_policy_id"), "policy_audience", ["company_id", "policy_id"])
    see_all("policy_team")
    op.execute(
        "INSERT INTO policy_audience (company_id, id, policy_id, team_id) "
        "SELECT company_id, id, policy_id, team_id FROM policy_team"
    )
    op.drop_table("policy_team")
    tenant_wall(op, "policy_audience")
    grant_to_application(op, ["policy_audience"])


def downgrade() -> None:
    op.create_table(
        "policy_team",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("policy_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "policy_id"],
            ["policy.company_id", "policy.id"],
            name=op.f("fk_policy_team_company_id_policy_id_policy"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "team_id"],
            ["team.company_id", "team.id"],
            name=op.f("fk_policy_team_company_id_team_id_team"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_team_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_policy_team")),
        sa.UniqueConstraint(
            "company_id", "policy_id", "team_id", name=op.f("uq_policy_team_company_id_policy_id_team_id")
        ),
    )
    see_all("policy_audience")
    op.execute(
        "INSERT INTO policy_team (company_id, id, policy_id, team_id) "
        "SELECT company_id, id, policy_id, team_id FROM policy_audience WHERE team_id IS NOT NULL"
    )
    op.drop_table("policy_audience")
    tenant_wall(op, "policy_team")
    grant_to_application(op, ["policy_team"])


def reference(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", name],
        [f"{table}.company_id", f"{table}.id"],
        name=op.f(f"fk_policy_audience_company_id_{name}_{table}"),
    )


def see_all(table: str) -> None:
    """Let the owner of a table, as which migrations run, read the rows of all companies."""
    if on_postgres(op):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
