"""One verb for many rows: what is refused for one harms no other, but a missing permission ends it all."""

import pytest

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, Forbidden
from app.platform.attempts import attempt
from tests.world import World


def refuse(_ctx: Ctx) -> None:
    raise Conflict


def forbid(ctx: Ctx) -> None:
    ctx.require(Permission.WRITE_PEOPLE)


async def test_a_refusal_is_handed_back_and_a_missing_permission_goes_up(world: World) -> None:
    assert isinstance(await world.act("hr").write(lambda ctx: attempt(ctx, refuse)), Conflict)
    with pytest.raises(Forbidden):
        await world.act("employee").write(lambda ctx: attempt(ctx, forbid))
