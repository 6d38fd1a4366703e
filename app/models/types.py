"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from uuid_utils import uuid7

# Ids travel as text everywhere (hash, JSON, path, setting of row-level security); byte order is time order.
ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
HASH = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def new_id() -> str:
    """Return a new UUIDv7 (RFC 9562) as text: unguessable enough to name things, ordered by creation."""
    return str(uuid7())


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. On SQLite it is text with six decimals, so that text order is time order."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        kind = sa.DateTime(timezone=True) if dialect.name == "postgresql" else sa.String(27)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return datetime.fromisoformat(value)


def words_of(enum: type[StrEnum]) -> sa.Enum:
    """Return a column type that stores the values of ``enum`` as text, so that a new word needs no migration."""
    return sa.Enum(
        enum, native_enum=False, create_constraint=False, length=32, values_callable=lambda e: [m.value for m in e]
    )
