"""Processes that each record a share of the acknowledgements, one after the other, all at the same time.

They are forked from one, so that Python and the service are loaded once. Arguments: the database's address, the
company's id, the number of processes. Standard input and output: as of `acknowledging_for_ever`.
"""

import asyncio
import multiprocessing
import sys
from collections.abc import Sequence

from app.db import open_database
from app.schemas.acknowledgement import AcknowledgeForIn
from tests.db.acknowledging_for_ever import given, record

_FORK = multiprocessing.get_context("fork")


def acknowledge_at_once(url: str, company_id: str, processes: int) -> int:
    """Return how many processes failed."""
    bodies = given()
    shares = [bodies[number::processes] for number in range(processes)]
    started = [_FORK.Process(target=_acknowledge, args=(url, company_id, share)) for share in shares]
    for process in started:
        process.start()
    for process in started:
        process.join()
    return sum(process.exitcode != 0 for process in started)


def _acknowledge(url: str, company_id: str, share: Sequence[AcknowledgeForIn]) -> None:
    asyncio.run(_acknowledge_each(url, company_id, share))


async def _acknowledge_each(url: str, company_id: str, share: Sequence[AcknowledgeForIn]) -> None:
    database = open_database(url)
    for data in share:
        await record(database, company_id, data)
    await database.close()


if __name__ == "__main__":
    sys.exit(acknowledge_at_once(sys.argv[1], sys.argv[2], int(sys.argv[3])))
