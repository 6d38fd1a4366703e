"""Two companies at work in one database: each is at every moment what it would be if it were alone."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlmodel import col

from app import db
from app.context import Ctx
from app.db import NO_COMPANY, Scope
from app.errors import Conflict, DomainError, Invalid, NotFound
from app.models import Acknowledgement, Assignment, AuditEvent, Company, Person, Team
from app.people.schemas.people import PersonIn, PlaceIn
from app.people.services import people, teams
from app.policies.schemas.acknowledgement import AcknowledgeIn
from tests import world as cast
from tests.world import NOW, World, acknowledge

NAMES = st.sampled_from(["Vendite", "Magazzino", "Cucina"])
WHO = st.sampled_from(["employee", "colleague", "hr"])
WHICH = st.sampled_from([0, 1])


@dataclass
class Alone:
    """What one company would be if there were no other."""

    teams: dict[str, str] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    acknowledged: set[tuple[str, str]] = field(default_factory=set)


async def two_companies(seam: db.Database) -> list[World]:
    """Return two companies with the same accounts and the same agency: only the company tells them apart."""
    one = await cast.build(seam)
    other = World(seam, agency_id=one.agency_id, account=one.account, person={})
    company = Company(id=other.company_id, name="Officine Adige", created_at=NOW)
    await seam.write(NO_COMPANY, lambda session: session.add(company))
    await seam.write(Scope(other.company_id), cast._company, other)
    return [one, other]


class TwoTenants(RuleBasedStateMachine):
    """Each rule acts in one company, sometimes with a row of the other one in its hand."""

    some_teams = Bundle("some_teams")
    some_texts = Bundle("some_texts")

    def __init__(self, database: Callable[[], str]) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.seam = db.open_database(database(), guard_sql=True)
        self.worlds = self.loop.run_until_complete(two_companies(self.seam))
        self.models = [Alone({"Produzione": world.team_id}, set(world.person.values())) for world in self.worlds]
        for world, model in zip(self.worlds, self.models, strict=True):
            model.people -= {world.person.get("outsider", "")}

    def teardown(self) -> None:
        self.loop.run_until_complete(self.seam.close())
        self.loop.close()

    def write(self, which: int, who: str, verb: Callable[..., Any], *args: Any) -> Any:
        """Act in a company; return what came of it, or the refusal."""
        try:
            return self.loop.run_until_complete(self.worlds[which].act(who).write(verb, *args))
        except DomainError as refused:
            return refused

    @initialize(target=some_teams)
    def first_team(self) -> tuple[int, str]:
        return 0, self.worlds[0].team_id

    @rule(target=some_teams, which=WHICH, name=NAMES)
    def create_team(self, which: int, name: str) -> tuple[int, str]:
        model = self.models[which]
        done = self.write(which, "hr", teams.create, Team, PlaceIn(name=name))
        if name in model.teams:
            assert isinstance(done, Conflict)
        else:
            model.teams[name] = done.id
        return which, model.teams[name]

    @rule(which=WHICH, team=some_teams, name=NAMES)
    def rename_team(self, which: int, team: tuple[int, str], name: str) -> None:
        model, (home, team_id) = self.models[which], team
        done = self.write(which, "hr", teams.rename, Team, team_id, PlaceIn(name=name))
        if home != which:
            assert isinstance(done, NotFound | Conflict)
        elif model.teams.get(name, team_id) != team_id:
            assert isinstance(done, Conflict)
        else:
            model.teams = {known: one for known, one in model.teams.items() if one != team_id} | {name: team_id}

    @rule(which=WHICH, team=some_teams, number=st.integers(1, 4))
    def employ(self, which: int, team: tuple[int, str], number: int) -> None:
        email = f"person{number}@x.example"
        done = self.write(which, "hr", people.create, PersonIn(name="Somebody", email=email, team_id=team[1]))
        if team[0] != which:
            assert isinstance(done, Invalid | NotFound | Conflict)
        elif not isinstance(done, Conflict):
            self.models[which].people.add(done.id)

    @rule(target=some_texts, which=WHICH)
    def publish(self, which: int) -> tuple[int, AcknowledgeIn]:
        shown = self.loop.run_until_complete(self.worlds[which].published())
        self.models[which].versions.add(shown.version_id)
        return which, shown

    @rule(which=WHICH, who=WHO, text=some_texts)
    def acknowledge(self, which: int, who: str, text: tuple[int, AcknowledgeIn]) -> None:
        home, shown = text
        done = self.write(which, who, acknowledge, shown)
        if home != which:
            assert isinstance(done, NotFound)
        else:
            self.models[which].acknowledged.add((shown.version_id, self.worlds[which].person[who]))

    @invariant()
    def each_is_as_if_it_were_alone(self) -> None:
        for world, model in zip(self.worlds, self.models, strict=True):
            found = self.loop.run_until_complete(world.act("hr").read(state))
            assert found["teams"] == model.teams
            assert found["people"] == model.people
            assert found["acknowledged"] == model.acknowledged
            assert found["asked"] == {(version, person) for version in model.versions for person in model.people}
            assert found["companies of the trail"] <= {world.company_id}


def state(ctx: Ctx) -> dict[str, Any]:
    execute, scalars = ctx.session.execute, ctx.session.scalars
    return {
        "teams": {row.name: row.id for row in execute(select(col(Team.name), col(Team.id)))},
        "people": set(scalars(select(col(Person.id)))),
        "acknowledged": pairs(execute(select(col(Acknowledgement.version_id), col(Acknowledgement.person_id)))),
        "asked": pairs(execute(select(col(Assignment.version_id), col(Assignment.person_id)))),
        "companies of the trail": set(scalars(select(col(AuditEvent.company_id)))),
    }


def pairs(rows: Any) -> set[tuple[str, str]]:
    return {(row.version_id, row.person_id) for row in rows}


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Callable[[], str]:
    """Give a way to get an address of a new database, again and again."""
    numbers = count()

    def copy() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(sqlite_template, path)
        return f"sqlite:///{path}"

    return copy


def test_two_companies_do_not_know_of_each_other(fresh: Callable[[], str]) -> None:
    bounds = settings(
        max_examples=8, stateful_step_count=15, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: TwoTenants(fresh), settings=bounds)
