"""Whether the service can do its work: storage takes writes, and its tables are those of this program."""

import asyncio
from datetime import UTC, datetime
from time import monotonic

from app.db import NO_COMPANY, Database
from app.db.migrate import is_current
from app.logs import get_logger
from app.platform import readiness

_LOG = get_logger()
_PATIENCE = 5.0
_REMEMBERED = 1.0


class Readiness:
    """Asks storage at most once a second, however often it is asked itself: a probe must not become a load."""

    def __init__(self) -> None:
        self._asked = float("-inf")
        self._ready = False
        self._turn = asyncio.Lock()

    async def ready(self, database: Database) -> bool:
        """Tell whether a write went through, in this second."""
        async with self._turn:
            if monotonic() - self._asked >= _REMEMBERED:
                self._ready = await _writes(database)
                self._asked = monotonic()
            return self._ready


async def _writes(database: Database) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await database.write(NO_COMPANY, readiness.write, datetime.now(UTC))
            return await is_current(database)
    except Exception:  # noqa: BLE001 - whatever it is, the service is not ready
        _LOG.exception("not ready")
        return False
