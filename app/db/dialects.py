"""What SQLite and PostgreSQL both can do in a prepared statement, each in its own words."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import NullType, TypeDecorator


class words_together(GenericFunction[str]):  # noqa: N801 - reads like the other functions of SQL
    """All values of a text column, in no order, with a blank between them; NULL where there are none."""

    type = sa.String()
    inherit_cache = True


@compiles(words_together)
def _aggregate(element: words_together, compiler: SQLCompiler, **options: Any) -> str:
    name = "string_agg" if compiler.dialect.name == "postgresql" else "group_concat"
    return f"{name}({compiler.process(element.clauses, **options)}, ' ')"


class moment_text(GenericFunction[str]):  # noqa: N801 - as above
    """A moment (``UtcDateTime``) as ISO text in UTC; of its fractions nothing is promised."""

    type = sa.String()
    inherit_cache = True


@compiles(moment_text)
def _written(element: moment_text, compiler: SQLCompiler, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    if compiler.dialect.name == "postgresql":
        return f"""to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')"""
    return moment


def among(column: Any, parameter: str) -> Any:
    """Return the condition that a text column has one of the values of a parameter, which is a collection of them."""
    return _among(column, sa.bindparam(parameter, type_=_Texts()))


class _Texts(TypeDecorator[Collection[str]]):
    """Texts as one value: JSON on SQLite, an array on PostgreSQL."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = postgresql.ARRAY(sa.Text()) if dialect.name == "postgresql" else sa.JSON()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Collection[str] | None, _dialect: Dialect) -> Any:
        return list(value or ())


class _among(GenericFunction[Any]):  # noqa: N801 - as above
    type = NullType()  # for a Boolean, SQLAlchemy writes "= 1" behind it on SQLite, and no index is used
    inherit_cache = True


@compiles(_among)
def _one_of(element: _among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    if compiler.dialect.name == "postgresql":
        return f"{column} = ANY ({values})"
    return f"{column} IN (SELECT value FROM json_each({values}))"
