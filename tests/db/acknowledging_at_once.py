"""Processes that each record a share of the acknowledgements, one after the other, all at the same time.

The first of them is killed within its last transaction, when its leaf has been written and not yet committed. They are
forked from one that has recorded, so that Python, the service and its statements are made ready once.

Arguments: the database's address, the company's id, the number of processes. Standard input and output: as of
`acknowledging_for_ever`.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from app.db import Scope, open_database
from app.errors import Unavailable
from app.policies.schemas.acknowledgement import AcknowledgeForIn
from tests.db.acknowledging_for_ever import acknowledge, given, record

_FORK = multiprocessing.get_context("fork")


def acknowledge_at_once(url: str, company_id: str, processes: int) -> int:
    """Return how many processes ended otherwise than they should: one killed, the others in good order."""
    first, *bodies = given()
    _acknowledge(url, company_id, [first], False)
    shares = [bodies[number::processes] for number in range(processes)]
    started = [
        _FORK.Process(target=_acknowledge, args=(url, company_id, share, share is shares[0])) for share in shares
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    expected = [-signal.SIGKILL, *[0] * (processes - 1)]
    return sum(process.exitcode != code for process, code in zip(started, expected, strict=True))


def _acknowledge(url: str, company_id: str, share: Sequence[AcknowledgeForIn], killed: bool) -> None:  # noqa: FBT001
    asyncio.run(_acknowledge_each(url, company_id, share, killed=killed))


async def _acknowledge_each(url: str, company_id: str, share: Sequence[AcknowledgeForIn], *, killed: bool) -> None:
    database = open_database(url)
    for data in share[:-1]:
        await record(database, company_id, data)
    while killed:
        with contextlib.suppress(Unavailable):
            await database.write(Scope(company_id), _die_half_way, company_id, share[-1])
    await record(database, company_id, share[-1])
    await database.close()


def _die_half_way(session: Any, company_id: str, data: AcknowledgeForIn) -> None:
    acknowledge(session, company_id, data)
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(acknowledge_at_once(sys.argv[1], sys.argv[2], int(sys.argv[3])))
