"""/livez and /readyz: whether the process answers, and whether it can do its work."""

from datetime import UTC, datetime
from typing import Any

from app.db import NO_COMPANY
from app.errors import Unavailable
from app.platform import readiness
from tests.site import Site


class Broken:
    """Storage that takes no write."""

    def __init__(self) -> None:
        self.asked = 0

    async def write(self, *_: Any) -> None:
        self.asked += 1
        raise Unavailable


async def test_a_process_that_answers_is_alive(site: Site) -> None:
    assert (await site.visitor().get("/livez")).text == "ok"


async def test_a_service_whose_storage_takes_a_write_is_ready(site: Site) -> None:
    await site.world.db.write(NO_COMPANY, readiness.write, datetime.now(UTC))
    answer = await site.visitor().get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready")


async def test_a_service_without_storage_is_not_ready_and_does_not_say_why(site: Site) -> None:
    broken = Broken()
    site.app.state.database = broken
    for _ in range(3):
        answer = await site.visitor().get("/readyz")
        assert (answer.status_code, answer.text) == (503, "not ready")
        assert answer.headers["retry-after"] == "5"
    assert broken.asked == 1
