"""Sign-in below HTTP: links that race, sessions of others, invitations."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.access.secrets import code_hash
from app.accounts.schemas.sign_in import InvitationsIn
from app.accounts.services import accounts, passwords, sign_in
from app.authz import Role
from app.context import AccountCtx
from app.db import NO_COMPANY, Scope
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import (
    Account,
    Employment,
    Invitation,
    InvitationCode,
    LinkPurpose,
    Person,
    RoleGrant,
    SignInLink,
    SignInMethod,
    SignInSession,
)
from app.models.types import new_id
from app.people.services import invitations
from app.people.services.invitations import Printed
from tests.crowd import read_by
from tests.world import NOW, TODAY, World

KEY = "a key"
BROWSER = sign_in.Browser("Test", sign_in.Lifetimes(timedelta(hours=1), timedelta(days=1)))


async def account(world: World, fn: Any, *args: Any, name: str | None = None, **kwargs: Any) -> Any:
    account_id = world.account[name] if name else None
    scope = Scope(account_id=account_id) if account_id else NO_COMPANY
    now = kwargs.pop("now", NOW)
    return await world.db.write(scope, lambda rows: fn(AccountCtx(rows, account_id, now, "test"), *args, **kwargs))


async def test_of_many_who_use_a_link_at_once_one_succeeds(world: World) -> None:
    token = await account(world, sign_in.make_link, world.account["hr"], LinkPurpose.SIGN_IN)
    tries = [account(world, sign_in.redeem_link, token, LinkPurpose.SIGN_IN) for _ in range(8)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert [one for one in done if not isinstance(one, Conflict)] == [world.account["hr"]]


async def test_a_new_link_clears_the_old_ones_away(world: World) -> None:
    await account(world, sign_in.make_link, world.account["hr"], LinkPurpose.SIGN_IN)
    await account(world, sign_in.make_link, world.account["hr"], LinkPurpose.SIGN_IN, now=NOW + timedelta(minutes=10))
    assert await world.db.read(NO_COMPANY, lambda rows: len(rows.scalars(select(SignInLink.id)).all())) == 1


async def test_nobody_enters_an_organisation_through_the_session_of_another(world: World) -> None:
    await account(world, sign_in.open_for, world.account["hr"], SignInMethod.PASSWORD, BROWSER, organisation_id=None)
    (session_id,) = await world.db.read(NO_COMPANY, lambda rows: rows.scalars(select(SignInSession.id)).all())
    with pytest.raises(NotFound):
        await account(world, sign_in.enter, session_id, world.company_id, name="employee")
    with pytest.raises(NotFound):
        await account(world, sign_in.enter, session_id, world.other_company_id, name="hr")
    await account(world, sign_in.enter, session_id, world.company_id, name="hr")


async def test_a_password_changed_in_between_is_not_overwritten(world: World) -> None:
    with pytest.raises(Conflict):
        await account(world, passwords.change, world.account["hr"], "an older hash", "a new hash")
    await account(world, passwords.store_rehashed, world.account["hr"], "an older hash", "a new hash")
    stored = select(Account.password_hash).where(Account.id == world.account["hr"])
    assert await world.db.read(NO_COMPANY, lambda rows: rows.scalars(stored).one()) is None


def worker(ctx: Any, name: str, team_id: str | None = None, **facts: Any) -> str:
    """Add somebody without e-mail."""
    person = Person(name=name, created_at=NOW, updated_at=NOW, **facts)
    ctx.session.add(person)
    ctx.session.flush()
    ctx.session.add(Employment(person_id=person.id, starts_on=date(2026, 1, 1), team_id=team_id))
    return person.id


async def printed(world: World, name: str = "hr", **choice: Any) -> list[Printed]:
    data = InvitationsIn(**{"valid_until": TODAY + timedelta(days=17), **choice})
    return await world.act(name).write(invitations.print_for, data, KEY)


async def test_a_print_holds_everybody_without_an_address_by_team_and_name(world: World) -> None:
    await world.system().write(worker, "Zeno Bianchi", world.team_id)
    await world.system().write(worker, "Ada Neri", world.team_id)
    await world.system().write(worker, "Bea Rossi")
    cards = await printed(world)
    assert sorted((card.team, card.name) for card in cards) == [
        ("", "Bea R."),
        ("Produzione", "Ada N."),
        ("Produzione", "Zeno B."),
    ]
    of_team = [card.name for card in await printed(world, team_id=world.team_id)]
    assert of_team == ["Ada N.", "Zeno B."]


async def test_two_who_would_look_the_same_on_paper_get_their_whole_names(world: World) -> None:
    for name in ("Giulia Ferri", "Giulia Fontana", "Cher"):
        await world.system().write(worker, name)
    assert [card.name for card in await printed(world)] == ["Cher", "Giulia Ferri", "Giulia Fontana"]


async def test_whoever_came_in_before_can_be_left_out(world: World) -> None:
    await world.system().write(worker, "Ada Neri")
    await world.system().write(worker, "Bea Rossi", account_id=world.account["trainer"])
    assert [card.name for card in await printed(world, only_new=True)] == ["Ada N."]


async def test_a_print_can_be_for_those_who_still_have_to_read_whether_they_came_in_or_not(world: World) -> None:
    came_in = await world.system().write(worker, "Ada Neri", account_id=world.account["trainer"])
    reader = await world.system().write(worker, "Bea Rossi")
    shown = await world.published()
    await read_by(world, shown, reader)
    assert [card.name for card in await printed(world, pending_version_id=shown.version_id)] == ["Ada N."]
    await read_by(world, shown, came_in)
    with pytest.raises(Conflict) as nobody:
        await printed(world, pending_version_id=shown.version_id)
    assert nobody.value.code == "nobody_to_invite"


async def test_people_are_printed_for_by_name_whatever_they_have(world: World) -> None:
    cards = await printed(world, person_ids=[world.person["employee"]])
    assert [card.name for card in cards] == ["Employee"]


async def test_a_code_never_opens_a_role_beside_that_of_an_employee(world: World) -> None:
    with pytest.raises(Conflict):
        await printed(world, person_ids=[world.person["owner"]])
    person_id = await world.system().write(worker, "Ada Neri")
    hashed = code_hash((await printed(world))[0].code, KEY)
    await world.system().write(lambda ctx: ctx.session.add(RoleGrant(person_id=person_id, role=Role.HR)))
    with pytest.raises(Conflict):
        await world.system().write(invitations.redeem, hashed)


async def test_printing_again_revokes_the_unused_code_and_leaves_the_trace_of_the_used_one(world: World) -> None:
    await world.system().write(worker, "Ada Neri")
    codes = [(await printed(world))[0].code for _ in range(2)]
    first, second = (code_hash(code, KEY) for code in codes)
    with pytest.raises(Conflict):
        await world.system().write(invitations.redeem, first)
    await world.system().write(invitations.redeem, second)
    await printed(world)
    used = select(Invitation.code_hash).where(Invitation.used_at.is_not(None))  # type: ignore[union-attr]
    assert await world.system().read(lambda ctx: ctx.session.scalars(used).all()) == [second]
    assert await account(world, invitations.company_of, second) is None


async def test_of_many_who_use_a_code_at_once_one_succeeds(world: World) -> None:
    await world.system().write(worker, "Ada Neri")
    hashed = code_hash((await printed(world))[0].code, KEY)
    tries = [world.system().write(invitations.redeem, hashed) for _ in range(8)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert len([one for one in done if isinstance(one, str)]) == 1


async def test_a_code_kept_with_another_key_leads_nowhere(world: World) -> None:
    await world.system().write(worker, "Ada Neri")
    code = (await printed(world))[0].code
    assert await account(world, invitations.company_of, code_hash(code, KEY)) == world.company_id
    assert await account(world, invitations.company_of, code_hash(code, "another key")) is None


async def test_a_code_works_on_its_last_day_until_midnight_where_the_company_is(world: World) -> None:
    await world.system().write(worker, "Ada Neri")
    hashed = code_hash((await printed(world, valid_until=TODAY))[0].code, KEY)
    midnight = NOW.replace(hour=23, minute=0)  # 24:00 in Rome
    with pytest.raises(Conflict):
        await world.system(midnight).write(invitations.redeem, hashed)
    assert await world.system(midnight - timedelta(seconds=1)).write(invitations.redeem, hashed)


async def test_a_code_of_another_company_is_unknown_in_this_one(world: World) -> None:
    await world.system().write(worker, "Ada Neri")
    hashed = code_hash((await printed(world))[0].code, KEY)
    other = replace(world.system(), company_id=world.other_company_id)
    with pytest.raises(Conflict):
        await other.write(invitations.redeem, hashed)


@pytest.mark.parametrize("days", [-1, 367])
async def test_the_last_day_is_neither_past_nor_far_away(world: World, days: int) -> None:
    with pytest.raises(Invalid):
        await printed(world, valid_until=TODAY + timedelta(days=days))


async def test_nobody_to_invite_is_said(world: World) -> None:
    with pytest.raises(Conflict) as refused:
        await printed(world)
    assert refused.value.code == "nobody_to_invite"


async def test_a_print_has_a_greatest_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "AT_MOST", 1)
    for name in ("Ada Neri", "Bea Rossi"):
        await world.system().write(worker, name)
    with pytest.raises(Conflict) as refused:
        await printed(world)
    assert refused.value.code == "too_many"
    assert await world.db.read(NO_COMPANY, lambda rows: rows.scalars(select(InvitationCode.id)).all()) == []


@pytest.mark.parametrize("name", ["employee", "marketing_lead", "account_manager"])
async def test_whoever_does_not_keep_the_people_prints_nothing(world: World, name: str) -> None:
    with pytest.raises(Forbidden):
        await printed(world, name)


async def test_people_of_another_company_cannot_be_chosen(world: World) -> None:
    with pytest.raises(Conflict):
        await printed(world, person_ids=[world.person["outsider"], new_id()])


async def test_the_sheet_says_how_long_reading_takes(world: World) -> None:
    assert invitations.reading_minutes(await world.system().read(invitations.to_read)) == 8
    await world.published()
    assert 1 <= invitations.reading_minutes(await world.system().read(invitations.to_read)) <= 30


async def test_an_account_given_twice_at_once_is_given_once(world: World) -> None:
    person_id = await world.system().write(worker, "Ada Neri")

    def stale(ctx: Any) -> None:
        person = ctx.session.get_one(Person, (ctx.company_id, person_id))
        accounts.of_person(ctx, person)
        ctx.session.expunge(person)
        person.account_id = None
        accounts.of_person(ctx, person)

    with pytest.raises(Conflict):
        await world.system().write(stale)
