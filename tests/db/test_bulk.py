"""Many rows in one statement."""

import pytest
from sqlalchemy.orm import Session

from app.db import NO_COMPANY
from app.db.bulk import insert_all
from app.db.tenancy import TenantError
from app.models import Team
from tests.world import World


async def test_rows_of_no_company_are_written_nowhere(world: World) -> None:
    def write(session: Session) -> None:
        insert_all(session, Team, [{"name": "Vendite"}])

    with pytest.raises(TenantError):
        await world.db.write(NO_COMPANY, write)
