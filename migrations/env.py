from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.db.migrate import with_connection
from app.settings import Settings


def run(connection: Connection) -> None:
    on_postgres = connection.dialect.name == "postgresql"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=not on_postgres,
        compare_type=True,
        transaction_per_migration=True,
    )
    if on_postgres:  # a migration that cannot get its lock gives up instead of queueing everybody behind it
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        connection.commit()
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


def address() -> str:
    settings = Settings()
    return context.config.attributes.get("url") or settings.database_owner_url or settings.database_url


given = context.config.attributes.get("connection")
if given is None:
    with_connection(address(), run)
else:
    run(given)
