"""More people around the fixed cast: teams of any size, and ways to let them answer."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import col, select

from app.context import Ctx
from app.models import Assignment, Employment, Person, Team
from app.policies.rows import acknowledgements, policies
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn
from app.policies.services import acknowledging
from tests.world import NOW, World


class Crew(NamedTuple):
    """A team and its people, in the order of their names."""

    team_id: str
    people: list[str]


async def crew(world: World, name: str, size: int, **facts: Any) -> Crew:
    """Add a team of this size with people named "<team> 01", "<team> 02", …"""

    def add(ctx: Ctx) -> Crew:
        team = Team(name=name)
        ctx.session.add(team)
        ctx.session.flush()
        return Crew(team.id, [join(ctx, f"{name} {number:02}", team.id, **facts) for number in range(1, size + 1)])

    return await world.system().write(add)


def join(
    ctx: Ctx,
    name: str,
    team_id: str | None = None,
    *,
    email: bool = True,
    window: str = "09:00-18:00 mon-fri",
    language: str = "it",
) -> str:
    """Add somebody who works here and return their id."""
    address = f"{name.lower().replace(' ', '.')}@aurora.example" if email else None
    made = Person(name=name, email=address, language=language, created_at=NOW, updated_at=NOW)
    ctx.session.add(made)
    ctx.session.flush()
    ctx.session.add(Employment(person_id=made.id, team_id=team_id, starts_on=date(2020, 1, 1), working_window=window))
    ctx.session.flush()
    return made.id


async def read_by(world: World, shown: AcknowledgeIn, *people: str, now: datetime = NOW) -> None:
    """Let these people acknowledge what was shown."""
    for person_id in people:
        data = AcknowledgeForIn(**shown.model_dump(), person_id=person_id)
        policy_id = await world.system().read(_policy_of, shown.version_id)
        await world.system(now).write(acknowledging.acknowledge_for, policy_id, data)


async def assignment_of(world: World, version_id: str, person_id: str) -> Assignment:
    """Return what was asked of a person."""

    def read(ctx: Ctx) -> Assignment:
        return acknowledgements.assignment(ctx, acknowledgements.asked(ctx, version_id, person_id).id)

    return await world.system().read(read)


async def set_assignment(world: World, version_id: str, person_id: str | None = None, **values: Any) -> None:
    """Change a person's assignment, or everybody's, as if time had passed."""

    def change(ctx: Ctx) -> None:
        wanted = select(Assignment).where(col(Assignment.version_id) == version_id)
        if person_id is not None:
            wanted = wanted.where(col(Assignment.person_id) == person_id)
        for row in ctx.session.scalars(wanted):
            for name, value in values.items():
                setattr(row, name, value)

    await world.system().write(change)


def _policy_of(ctx: Ctx, version_id: str) -> str:
    return policies.version(ctx, version_id).policy_id
