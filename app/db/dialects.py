"""What SQLite and PostgreSQL both can do in a prepared statement, each in its own words."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class words_together(GenericFunction[str]):  # noqa: N801 - reads like the other functions of SQL
    """All values of a text column, in no order, with a blank between them; NULL where there are none."""

    type = sa.String()
    inherit_cache = True


@compiles(words_together)
def _aggregate(element: words_together, compiler: SQLCompiler, **options: Any) -> str:
    name = "string_agg" if compiler.dialect.name == "postgresql" else "group_concat"
    return f"{name}({compiler.process(element.clauses, **options)}, ' ')"
