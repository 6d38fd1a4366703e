"""What SQLite's planner knows of the rows. PostgreSQL gathers that by itself (autovacuum).

Knowing nothing, SQLite takes the index that gives the order and reads a whole log for one leaf of it.
"""

from datetime import datetime
from typing import Any

_SAMPLED = 400  # rows of each index, as SQLite advises: some 20 ms in all, however many rows there are
_STATEMENTS = (
    f"PRAGMA analysis_limit={_SAMPLED}",
    # Other connections read the statistics together with the schema, which they do again once a table was made anew.
    "DROP TABLE IF EXISTS sqlite_stat1",
    "ANALYZE",
)


def gather(session: Any, _now: datetime) -> None:
    """Look at how the rows are spread over each index; PRAGMA optimize would look for its own connection alone."""
    driver = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "sqlite":
        for statement in _STATEMENTS:
            driver.execute(statement)
