"""Whoever holds a role is out of reach of everybody but an owner: else HR could make itself one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.authz import CLIENT_SCOPES, ApiClient, Role
from app.context import Ctx
from app.errors import Conflict, Forbidden
from app.models import Account, Employment, Passkey, Person
from app.people.schemas.people import PersonChange
from app.people.services import leaving, people, roles
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.roster import people as roster
from tests.site import Site
from tests.world import NOW, TODAY, World


def program(world: World) -> ApiClient:
    """Return a program of the company that may do everything a program may."""
    scopes = frozenset(permission.value for permission in CLIENT_SCOPES)
    return ApiClient("01a20a0a-c400-713f-b220-9608f1f118a3", world.company_id, None, scopes)


def row_version(ctx: Ctx, person_id: str) -> int:
    return roster.person(ctx, person_id).row_version


@pytest.mark.parametrize("name", ["owner", "marketing_lead", "hr"])
async def test_hr_cannot_move_a_role_to_another_address(world: World, name: str) -> None:
    person_id = world.person[name]
    version = await world.system().read(row_version, person_id)
    change = PersonChange(email="attacker@evil.example")
    for work in (world.act("hr"), world.work(program(world))):
        with pytest.raises(Forbidden) as refused:
            await work.write(people.change, person_id, version, change)
        assert refused.value.code == "owner_only"
    changed = await world.act("owner").write(people.change, person_id, version, change)
    assert changed.email == "attacker@evil.example"


async def test_hr_cannot_send_an_owner_away(world: World) -> None:
    with pytest.raises(Forbidden) as refused:
        await world.act("hr").write(leaving.leave, world.person["owner"], TODAY - timedelta(days=1))
    assert refused.value.code == "owner_only"


@pytest.mark.parametrize("name", ["owner", "marketing_lead"])
async def test_hr_cannot_keep_a_role_out_by_a_later_first_day(world: World, name: str) -> None:
    person_id = world.person[name]
    version = await world.system().read(row_version, person_id)
    later = PersonChange(starts_on=TODAY + timedelta(days=1))
    for work in (world.act("hr"), world.work(program(world))):
        with pytest.raises(Forbidden) as refused:
            await work.write(people.change, person_id, version, later)
        assert refused.value.code == "owner_only"
    corrected = await world.act("hr").write(people.change, person_id, version, PersonChange(starts_on=TODAY))
    assert corrected.starts_on == TODAY


async def test_the_only_owner_cannot_put_off_their_first_day(world: World) -> None:
    person_id = world.person["owner"]
    version = await world.system().read(row_version, person_id)
    later = PersonChange(starts_on=TODAY + timedelta(days=1))
    with pytest.raises(Conflict) as refused:
        await world.act("owner").write(people.change, person_id, version, later)
    assert refused.value.code == "last_owner"


async def test_a_file_cannot_move_a_role_to_another_address(site: Site) -> None:
    def number(ctx: Ctx) -> None:
        roster.person(ctx, site.world.person["owner"]).external_id = "O1"

    await site.world.system().write(number)
    api = await site.machine()
    data = b"nome;matricola;email\nOwner;O1;attacker@evil.example\n"
    answer = await api.post(f"{site.company}/people/import", content=data, headers={"content-type": "text/csv"})
    assert answer.status_code == 200
    assert "attacker@evil.example" not in (await api.get(f"{site.company}/people")).text


async def test_an_agency_is_not_told_who_wrote_a_version(site: Site, shown: AcknowledgeIn) -> None:
    agency = await site.signed_in("account_manager", site.world.company_id)
    review = await agency.get(f"/company/policies/versions/{shown.version_id}/review")
    hr = await site.signed_in("hr")
    assert ">Hr<" not in review.text
    assert "Hr" in (await hr.get(f"/company/policies/versions/{shown.version_id}/review")).text
    assert "Scritta da Hr" not in review.text


async def test_a_keyed_import_is_replayed(site: Site) -> None:
    api = await site.machine()
    headers = {"content-type": "text/csv", "idempotency-key": "import-of-today"}
    tries: list[Any] = [
        await api.post(f"{site.company}/people/import", content=b"nome\nAda Rossi\n", headers=headers) for _ in range(2)
    ]
    assert [one.status_code for one in tries] == [200, 200]
    assert tries[1].headers["idempotency-replayed"] == "true"


async def test_answers_with_people_are_kept_by_no_shared_cache(site: Site) -> None:
    api = await site.machine()
    assert (await api.get(f"{site.company}/people")).headers["cache-control"] == "private, no-cache"
    moved = await (await site.signed_in("hr")).get("/company/", headers={"host": "evil.example"})
    assert "evil.example" not in moved.headers.get("location", "")


async def test_a_passkey_kept_from_a_printed_code_opens_nothing_once_there_is_a_role(world: World) -> None:
    def add(ctx: Ctx) -> str:
        account = Account(created_at=NOW)
        ctx.session.add(account)
        ctx.session.flush()
        person = Person(name="Ugo Neri", account_id=account.id, created_at=NOW, updated_at=NOW)
        key = Passkey(account_id=account.id, credential_id="c", public_key="p", created_at=NOW)
        ctx.session.add_all([person, key])
        ctx.session.flush()
        ctx.session.add(Employment(person_id=person.id, starts_on=TODAY))
        return person.id

    person_id = await world.system().write(add)
    await world.act("owner").write(roles.grant, person_id, Role.HR)
    assert await world.system().read(lambda ctx: ctx.session.scalars(select(Passkey)).all()) == []
