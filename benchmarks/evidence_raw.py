"""The limit of appending: the rows of one leaf inserted by the raw driver, one commit each, without tree or checks."""

import asyncio
import os
import secrets
import sqlite3
from collections.abc import Iterator
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

Statement = tuple[str, tuple[Any, ...]]

# As long as those of an acknowledgement.
_ENTRY, _TEXT, _DIGEST = os.urandom(485), "x" * 448, os.urandom(32)
_SERVICE_DRIVER = "+asyncpg"


def inserts(url: str, company_id: str, times: int) -> None:
    """Insert leaf, nodes and evidence into the service's own tables, and advance the head, so many times."""
    if url.startswith("sqlite"):
        _sqlite(make_url(url).database or "", company_id, times)
    else:
        asyncio.run(_postgres(url.replace(_SERVICE_DRIVER, ""), company_id, times))


def _appends(company_id: str, times: int) -> Iterator[list[Statement]]:
    """Yield the statements of each append; numbers are drawn far apart, so that processes do not meet."""
    first = secrets.randbits(40) << 20
    for idx in range(first, first + times):
        nodes = [(company_id, level, idx >> level, _DIGEST) for level in range(1 + idx % 2)]
        yield [
            ("SELECT size, edge FROM log_head WHERE company_id = $1", (company_id,)),
            ("INSERT INTO log_leaf (company_id, idx, entry) VALUES ($1, $2, $3)", (company_id, idx, _ENTRY)),
            *(("INSERT INTO log_node (company_id, level, idx, hash) VALUES ($1, $2, $3, $4)", node) for node in nodes),
            (
                "INSERT INTO log_evidence (company_id, idx, salt, private, subject_id) VALUES ($1, $2, $3, $4, $5)",
                (company_id, idx, _DIGEST, _TEXT, company_id),
            ),
            ("UPDATE log_head SET edge = $1, root = $1 WHERE company_id = $2", (_DIGEST, company_id)),
        ]


def _sqlite(path: str, company_id: str, times: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    for pragma in ("synchronous=full", "foreign_keys=on"):
        connection.execute(f"PRAGMA {pragma}")
    for statements in _appends(company_id, times):
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in statements:
            connection.execute(sql.replace("$", "?"), values)
        connection.execute("COMMIT")
    connection.close()


async def _postgres(address: str, company_id: str, times: int) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute("SELECT set_config('portavoce.company', $1, false)", company_id)
    for statements in _appends(company_id, times):
        async with connection.transaction():
            for sql, values in statements:
                await connection.fetch(sql + (" FOR UPDATE" if sql.startswith("SELECT") else ""), *values)
    await connection.close()
