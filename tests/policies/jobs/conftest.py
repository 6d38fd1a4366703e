"""A postman and the mail server that they deliver to."""

from collections.abc import AsyncIterator

import pytest

from app.integrations.mail import sender
from app.jobs import handlers
from app.jobs.handlers import JobContext
from app.jobs.loop import Worker
from app.settings import Settings
from app.worker import HANDLERS
from tests.inbox import Inbox, serving
from tests.policies.jobs.postal import PUBLIC_URL, Clock
from tests.site import SIGNER
from tests.world import NOW, World


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """Give the mail jobs a clock of their own, so that working hours do not depend on when the tests run."""
    Clock.at = NOW
    monkeypatch.setattr("app.jobs.hours.datetime", Clock)
    monkeypatch.setattr(handlers, "datetime", Clock)
    return Clock


@pytest.fixture
async def postman(world: World, inbox: Inbox, clock: type[Clock]) -> AsyncIterator[Worker]:
    """Give a worker that delivers to the inbox."""
    async with serving(inbox) as url:
        settings = Settings(demo=True, public_url=PUBLIC_URL, smtp_url=url)
        yield Worker(JobContext(world.db, settings, sender(settings, world.db), SIGNER), HANDLERS)
