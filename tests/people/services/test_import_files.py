"""Files of people between dry run and import: nobody's list stays longer than a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.errors import NotFound
from app.models import Job
from app.people.services import import_files
from app.platform.outbox import JobKind
from app.worker import HANDLERS
from tests.world import NOW, World

DAY = timedelta(days=1)


async def test_a_file_that_nobody_imported_is_deleted_after_a_day(world: World) -> None:
    hr = world.act("hr")
    file_id = await hr.write(import_files.keep, "people.csv", b"name\nAda")
    await world.system(NOW + DAY - timedelta(seconds=1)).write(import_files.forget_old)
    assert (await hr.read(import_files.read, file_id)).name == "people.csv"
    await world.system(NOW + DAY).write(import_files.forget_old)
    with pytest.raises(NotFound):
        await hr.read(import_files.read, file_id)


async def test_keeping_a_file_asks_for_its_deletion_a_day_later(world: World) -> None:
    await world.act("hr").write(import_files.keep, "people.csv", b"name\nAda")

    def due(ctx: Ctx) -> list[object]:
        wanted = select(col(Job.run_at)).where(col(Job.kind) == JobKind.FORGET_IMPORTS.value)
        return list(ctx.session.scalars(wanted))

    assert await world.system().read(due) == [NOW + DAY]
    assert JobKind.FORGET_IMPORTS.value in HANDLERS
