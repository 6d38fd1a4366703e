"""A process that records acknowledgements until it is killed, and says which ones it was told are stored.

Arguments: the database's address and the company's id. Standard input: one `AcknowledgeForIn` as JSON a line.
Standard output: the id of each acknowledgement as soon as the seam has returned it.
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any

from app.access import work
from app.authz import System
from app.db import Database, Scope, open_database
from app.errors import Unavailable
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeForIn
from app.policies.services import acknowledging

_TOGETHER = 16


async def acknowledge_all(url: str, company_id: str) -> None:
    database = open_database(url)
    waiting = given()
    while waiting:
        await asyncio.gather(*(record(database, company_id, data) for data in waiting[:_TOGETHER]))
        del waiting[:_TOGETHER]


def given() -> list[AcknowledgeForIn]:
    """Return what standard input asks to record."""
    return [AcknowledgeForIn.model_validate_json(line) for line in sys.stdin]


async def record(database: Database, company_id: str, data: AcknowledgeForIn) -> None:
    """Try until it is stored: on a slow machine so many writers do not all get a connection in time."""
    while True:
        try:
            done = await database.write(Scope(company_id), acknowledge, company_id, data)
        except Unavailable:
            continue
        sys.stdout.write(f"{done}\n")  # in one piece, for processes that write to one pipe
        sys.stdout.flush()
        return


def acknowledge(session: Any, company_id: str, data: AcknowledgeForIn) -> str:
    """Record one in the transaction that is open, and return its id."""
    ctx = work.context(session, System("drill"), company_id, "drill", datetime.now(UTC))
    return acknowledging.acknowledge_for(ctx, policies.version(ctx, data.version_id).policy_id, data).id


if __name__ == "__main__":
    asyncio.run(acknowledge_all(*sys.argv[1:]))
