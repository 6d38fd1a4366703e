from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.db.migrate import with_connection
from app.settings import Settings

# A migration that cannot get its lock gives up instead of queueing everybody behind it.
LOCK_TIMEOUT = "SET lock_timeout = '5s'"


def run(connection: Connection) -> None:
    on_postgres = connection.dialect.name == "postgresql"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=not on_postgres,
        compare_type=True,
        transaction_per_migration=True,
    )
    if on_postgres:
        connection.exec_driver_sql(LOCK_TIMEOUT)
        connection.commit()
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


def address() -> str:
    settings = Settings()
    return context.config.attributes.get("url") or settings.database_owner_url or settings.database_url


def write_sql() -> None:
    """Print the SQL of the migrations instead of running it (`alembic upgrade head --sql`)."""
    context.configure(
        url=address(),
        target_metadata=SQLModel.metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    if address().startswith("postgresql"):
        context.execute(LOCK_TIMEOUT)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if context.is_offline_mode():
    write_sql()
elif given is None:
    with_connection(address(), run)
else:
    run(given)
