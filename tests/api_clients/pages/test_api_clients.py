"""/company/clients and /agency/api-clients: programs that act for an organisation."""

import re

import httpx
import pytest
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.access.work import enter_agency
from app.api_clients.schemas.api_client import ClientIn, NewSecretIn
from app.api_clients.services import api_clients as clients
from app.authz import AgencyRole, Permission, System
from app.context import Ctx
from app.db import NO_COMPANY
from app.errors import Invalid, NotFound
from app.models import AgencyMember, AuditEvent
from tests.site import Site

HOME = "/company/clients"
FORM = {"name": "Intranet", "scopes": ["policies:read", "policies:write"]}


async def agency_admin(site: Site) -> httpx.AsyncClient:
    """Return the browser of somebody who looks after the agency itself."""

    def promote(session: Session) -> None:
        account = site.world.account["account_manager"]
        member = session.scalars(select(AgencyMember).where(col(AgencyMember.account_id) == account)).one()
        member.role = AgencyRole.AGENCY_ADMIN

    await site.world.db.write(NO_COMPANY, promote)
    return await site.signed_in("account_manager", site.world.agency_id)


def shown(answer: httpx.Response) -> tuple[str, str]:
    """Return the id and the secret that a page shows."""
    found = re.search(r'id="client-id">([^<]+).*id="client-secret">([^<]+)', answer.text, re.DOTALL)
    assert found, answer.text
    return found[1], found[2]


async def mark(browser: httpx.AsyncClient, client_id: str, home: str = HOME) -> dict[str, str]:
    """Return what the form for a new secret of this client sends."""
    listed = (await browser.get(home)).text
    found = re.search(rf'{client_id}/secret" *>\s*<input type="hidden" name="replaces" value="([^"]+)"', listed)
    assert found, listed
    return {"replaces": found[1]}


async def token(site: Site, client: tuple[str, str]) -> httpx.Response:
    return await site.visitor().post("/oauth/token", data={"grant_type": "client_credentials"}, auth=client)


async def test_an_owner_makes_a_client_and_sees_its_secret_once(site: Site) -> None:
    owner = await site.signed_in("owner")
    made = await owner.post(HOME, data=FORM)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    client = shown(made)
    assert (await token(site, client)).json()["scope"] == "policies:read policies:write"
    listed = await owner.get(HOME)
    assert "Intranet" in listed.text
    assert client[0] in listed.text
    assert client[1] not in listed.text


async def test_an_owner_without_clients_is_told_what_to_do(site: Site) -> None:
    page = await (await site.signed_in("owner")).get(HOME)
    assert "Non c'è ancora nessun client" in page.text
    assert "Leggere le policy, bozze comprese" in page.text
    assert "companies:write" not in page.text


@pytest.mark.parametrize("name", ["hr", "marketing_lead", "employee"])
async def test_nobody_but_an_owner_gets_near_clients(site: Site, name: str) -> None:
    browser = await site.signed_in(name)
    for answer in (await browser.get(HOME), await browser.post(HOME, data=FORM)):
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"name": "", "scopes": ["policies:read"]}, 'value="policies:read" checked'),
        ({"name": "Intranet"}, 'value="Intranet"'),
        ({"name": "Intranet", "scopes": ["policies:read", "everything"]}, 'value="policies:read" checked'),
    ],
)
async def test_a_wrong_form_comes_back_as_it_was(site: Site, form: dict[str, str], kept: str) -> None:
    answer = await (await site.signed_in("owner")).post(HOME, data=form)
    assert answer.status_code == 422
    assert kept in answer.text
    assert 'class="error"' in answer.text


async def test_a_company_cannot_give_what_only_agencies_have(site: Site) -> None:
    data = ClientIn(name="Intranet", scopes=[Permission.CREATE_COMPANIES, Permission.MANAGE_CLIENTS])
    with pytest.raises(Invalid) as refused:
        await site.world.act("owner").write(clients.create, data)
    assert refused.value.errors[0].params == {"scopes": "clients:manage, companies:write"}


async def test_a_new_secret_replaces_the_old_one(site: Site) -> None:
    owner = await site.signed_in("owner")
    old = shown(await owner.post(HOME, data=FORM))
    new = shown(await owner.post(f"{HOME}/{old[0]}/secret", data=await mark(owner, old[0])))
    assert new[0] == old[0]
    assert (await token(site, old)).status_code == 401
    assert (await token(site, new)).status_code == 200


async def test_a_reloaded_page_with_a_secret_leads_back_to_the_list_and_makes_no_other(site: Site) -> None:
    owner = await site.signed_in("owner")
    found = re.search(r'name="id" value="([^"]+)"', (await owner.get(HOME)).text)
    assert found
    form = {**FORM, "id": found[1]}
    first = shown(await owner.post(HOME, data=form))
    again = await owner.post(HOME, data=form, follow_redirects=True)
    assert again.url.path == HOME
    assert "Questo client API esiste già" in again.text
    assert again.text.count('<th scope="row">') == 1
    assert (await token(site, first)).status_code == 200
    replacing = await mark(owner, first[0])
    second = shown(await owner.post(f"{HOME}/{first[0]}/secret", data=replacing))
    again = await owner.post(f"{HOME}/{first[0]}/secret", data=replacing, follow_redirects=True)
    assert "Questo client API ha già il nuovo segreto" in again.text
    assert (await token(site, second)).status_code == 200
    assert (await owner.post(f"{HOME}/{first[0]}/secret")).status_code == 422


async def test_a_revoked_client_is_out_for_good(site: Site) -> None:
    owner = await site.signed_in("owner")
    client = shown(await owner.post(HOME, data=FORM))
    access = (await token(site, client)).json()["access_token"]
    replacing = await mark(owner, client[0])
    answer = await owner.post(f"{HOME}/{client[0]}/revoke", follow_redirects=True)
    assert "Il client API è revocato" in answer.text
    assert "revocato</span>" in answer.text
    assert (await token(site, client)).status_code == 401
    headers = {"authorization": f"Bearer {access}"}
    assert (await site.visitor().get(f"{site.company}/policies", headers=headers)).status_code == 401
    for verb in ("secret", "revoke"):
        assert (await owner.post(f"{HOME}/{client[0]}/{verb}", data=replacing)).status_code == 409


async def test_what_happens_to_clients_is_on_record(site: Site) -> None:
    owner = site.world.act("owner")
    made = await owner.write(clients.create, ClientIn(**FORM))
    await owner.write(clients.rotate_secret, made.client.id, NewSecretIn(replaces=made.client.secret_hash[:12]))
    await owner.write(clients.revoke, made.client.id)

    def acts(ctx: Ctx) -> list[str]:
        statement = select(col(AuditEvent.action)).where(col(AuditEvent.subject_id) == made.client.id)
        return list(ctx.session.scalars(statement.order_by(col(AuditEvent.id))))

    assert await owner.read(acts) == ["oauth_client:created", "oauth_client:secret_rotated", "oauth_client:revoked"]


async def test_clients_of_others_are_not_there(site: Site) -> None:
    client = shown(await (await site.signed_in("owner")).post(HOME, data=FORM))
    stranger = await site.signed_in("outsider")
    agency = await agency_admin(site)
    assert client[0] not in (await stranger.get(HOME)).text
    replacing = {"replaces": "0" * 12}
    for verb in ("secret", "revoke"):
        assert (await stranger.post(f"{HOME}/{client[0]}/{verb}", data=replacing)).status_code == 404
        assert (await agency.post(f"/agency/api-clients/{client[0]}/{verb}", data=replacing)).status_code == 404
    assert (await token(site, client)).status_code == 200


async def test_an_agency_has_clients_of_its_own(site: Site) -> None:
    admin = await agency_admin(site)
    home = "/agency/api-clients"
    page = await admin.get(home)
    assert "companies:write" in page.text
    assert "people:read" not in page.text
    assert f'href="{home}"' in page.text
    assert f'href="{HOME}"' not in page.text
    form = {"name": "Gestionale", "scopes": ["companies:write", "policies:read"]}
    client = shown(await admin.post(home, data=form))
    assert (await token(site, client)).json()["scope"] == "companies:write policies:read"
    fresh = shown(await admin.post(f"{home}/{client[0]}/secret", data=await mark(admin, client[0], home)))
    assert (await token(site, fresh)).status_code == 200
    assert (await admin.post(f"{home}/{client[0]}/revoke")).status_code == 303
    assert (await token(site, fresh)).status_code == 401


async def test_the_agencys_own_clients_are_at_hand_while_the_session_shows_a_company(site: Site) -> None:
    await agency_admin(site)
    inside = await site.signed_in("account_manager", site.world.company_id)
    assert 'href="/agency/api-clients"' in (await inside.get("/agency")).text
    assert "Terza Riga" in (await inside.get("/agency/api-clients")).text
    assert (await (await site.signed_in("owner")).get("/agency/api-clients")).status_code == 404


async def test_a_manager_of_accounts_does_not_manage_the_agencys_clients(site: Site) -> None:
    browser = await site.signed_in("account_manager", site.world.agency_id)
    assert (await browser.get("/agency/api-clients")).status_code == 403


async def test_an_agency_at_a_clients_company_sees_none_of_its_clients(site: Site) -> None:
    browser = await site.signed_in("account_manager", site.world.company_id)
    assert (await browser.get(HOME)).status_code == 403


async def test_an_operator_makes_clients_for_either_kind(site: Site) -> None:
    world, operator = site.world, System("operator")

    def data() -> ClientIn:
        return ClientIn(name="Gestionale", scopes=[Permission.READ_POLICIES])

    for_company = await world.work(operator).write(clients.create, data())
    inside = await enter_agency(world.db, operator, world.agency_id, "test-request")
    for_agency = await inside.write(clients.create, data())
    for made in (for_company, for_agency):
        assert (await token(site, (made.client.id, made.secret))).status_code == 200
    with pytest.raises(NotFound):
        await enter_agency(world.db, operator, world.company_id, "test-request")
