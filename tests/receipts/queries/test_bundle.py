"""What an auditor takes along is read part by part, and each part asks."""

from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from app.db import Scope
from app.errors import Forbidden
from app.models import RoleGrant
from app.receipts.queries import bundle
from app.receipts.services import exporting
from tests.site import SIGNER
from tests.world import World


async def test_no_part_follows_once_the_role_is_taken_away(world: World) -> None:
    version_id = (await world.published()).version_id
    work = await world.act("hr").enter()
    export = await work.write(exporting.begin, SIGNER)
    parts: list[tuple[Any, ...]] = [
        (bundle.tile_files, [(0, 0, 1)]),
        (bundle.leaf_files, 0, export.size, export.wanted),
        (bundle.policy_files, version_id),
    ]
    for part in parts:
        assert await work.read_anew(*part)
    gone = delete(RoleGrant).where(col(RoleGrant.company_id) == world.company_id)
    await world.db.write(Scope(world.company_id), lambda session: session.execute(gone) and None)
    for part in parts:
        with pytest.raises(Forbidden):
            await work.read_anew(*part)
