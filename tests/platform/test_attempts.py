"""One verb for many rows: what is refused for one harms no other, but a missing permission ends it all."""

import pytest
from sqlmodel import select

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, Forbidden
from app.models import Team
from app.platform.attempts import attempt
from tests.world import World


def refuse(_ctx: Ctx) -> None:
    raise Conflict


def forbid(ctx: Ctx) -> None:
    ctx.require(Permission.WRITE_PEOPLE)


def collide(ctx: Ctx) -> None:
    """Store a second team of one name without looking, as if another transaction had stored it after the look."""
    ctx.session.add(Team(name="Uffici"))


async def test_a_collision_is_handed_back_and_the_rows_around_it_stay(world: World) -> None:
    def batch(ctx: Ctx) -> list[object]:
        return [attempt(ctx, collide), attempt(ctx, collide), attempt(ctx, refuse)]

    done = await world.act("hr").write(batch)
    assert [getattr(one, "code", one) for one in done] == [None, "stored_meanwhile", "conflict"]
    names = await world.system().read(
        lambda ctx: list(ctx.session.scalars(select(Team.name).where(Team.name == "Uffici")))
    )
    assert names == ["Uffici"]


async def test_a_refusal_is_handed_back_and_a_missing_permission_goes_up(world: World) -> None:
    assert isinstance(await world.act("hr").write(lambda ctx: attempt(ctx, refuse)), Conflict)
    with pytest.raises(Forbidden):
        await world.act("employee").write(lambda ctx: attempt(ctx, forbid))
