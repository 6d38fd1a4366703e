"""The role the service signs in with: one that row-level security binds."""

from typing import Any

from sqlalchemy import text

from app.db import Database, Scope
from app.settings import ConfigurationError

_POWERS = text(
    "SELECT rolsuper, rolbypassrls, EXISTS ("
    "  SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
    "  WHERE nspname = current_schema() AND relkind = 'r' AND pg_has_role(current_user, relowner, 'MEMBER')"
    ") AS owns FROM pg_roles WHERE rolname = current_user"
)


async def refuse_powerful_role(database: Database) -> None:
    """Raise ConfigurationError if the role may pass row-level security by. SQLite has no roles."""
    if database.name == "postgres" and await database.read(Scope(), _is_powerful):
        raise ConfigurationError(
            "DATABASE_URL names a role that row-level security does not bind: "
            "use one that is no superuser, has no BYPASSRLS and owns no table."
        )


def _is_powerful(session: Any) -> bool:
    return any(session.execute(_POWERS).one())
