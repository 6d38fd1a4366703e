"""/oauth/*: tokens for machines, as RFC 6749, 7009, 7662 and 8414 have them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.access import api_tokens
from app.access.secrets import token_hash
from app.access.work import Door
from app.api_clients.schemas.api_client import ClientIn, NewSecretIn
from app.api_clients.services import api_clients as clients
from app.authz import Permission, System
from app.db import NO_COMPANY
from app.models import OAuthToken
from app.web.rate_limits import RateLimits
from tests.site import ORIGIN, Site

SCOPES = [Permission.READ_POLICIES, Permission.WRITE_POLICIES]
FORM = {"grant_type": "client_credentials"}


@dataclass
class Machine:
    """A client with its secret, before it has a token."""

    id: str
    secret: str
    browser: httpx.AsyncClient

    @property
    def basic(self) -> httpx.BasicAuth:
        return httpx.BasicAuth(self.id, self.secret)

    async def token(self, **form: str) -> str:
        answer = await self.browser.post("/oauth/token", data=FORM | form, auth=self.basic)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.browser.post(path, data=form, auth=self.basic)


async def made(site: Site, company_id: str | None = None) -> Machine:
    owner = company_id or site.world.company_id
    door = Door(site.world.db, System("operator"), owner, "test-request")
    client, secret = await door.write(clients.create, ClientIn(name="Intranet", scopes=SCOPES))
    return Machine(client.id, secret, site.visitor())


@pytest.fixture
async def machine(site: Site) -> Machine:
    return await made(site)


async def reads(site: Site, token: str) -> int:
    """Return the status that an operation of the API answers this token with."""
    body = {"name": "Social media policy"}
    headers = {"authorization": f"Bearer {token}"}
    return (await site.visitor().post(f"{site.company}/policies", json=body, headers=headers)).status_code


async def test_a_client_gets_a_short_lived_token_that_opens_the_api(site: Site, machine: Machine) -> None:
    answer = await machine.browser.post("/oauth/token", data=FORM, auth=machine.basic)
    given = answer.json()
    assert given["access_token"].startswith("pva_")
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 900)
    assert given["scope"] == "policies:read policies:write"
    assert answer.headers["cache-control"] == "no-store"
    assert await reads(site, given["access_token"]) == 201


async def test_the_secret_may_also_come_in_the_form(site: Site, machine: Machine) -> None:
    form = {**FORM, "client_id": machine.id, "client_secret": machine.secret}
    answer = await site.visitor().post("/oauth/token", data=form)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/introspect"])
async def test_a_client_shows_itself_in_one_way_only(site: Site, machine: Machine, path: str) -> None:
    form = {**FORM, "token": "pva_nothing", "client_id": machine.id, "client_secret": machine.secret}
    for secret in ("wrong", machine.secret):
        answer = await site.visitor().post(path, data=form, auth=(machine.id, secret))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        assert "not in both" in answer.json()["error_description"]


async def test_a_token_can_ask_for_fewer_scopes_than_its_client_has(site: Site, machine: Machine) -> None:
    token = await machine.token(scope="policies:read")
    assert await reads(site, token) == 403


@pytest.mark.parametrize("scope", ["people:read", "policies:read admin", "\x00"])
async def test_a_scope_the_client_does_not_have_is_refused(machine: Machine, scope: str) -> None:
    answer = await machine.post("/oauth/token", **FORM, scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert "can ask for policies:read policies:write" in answer.json()["error_description"]


async def test_a_wrong_secret_and_an_unknown_client_look_the_same(site: Site, machine: Machine) -> None:
    wrong = await site.visitor().post("/oauth/token", data=FORM, auth=(machine.id, "wrong"))
    unknown = await site.visitor().post("/oauth/token", data=FORM, auth=(site.world.company_id, "wrong"))
    nonsense = await site.visitor().post("/oauth/token", data=FORM, auth=("\x00", "wrong"))
    for answer in (wrong, unknown, nonsense):
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert "Send both with HTTP Basic or in the form" in answer.json()["error_description"]
    assert wrong.json() == unknown.json() == nonsense.json()


@pytest.mark.parametrize(
    "header", ["Basic", "Basic ???", "Basic /////w==", "Basic é".encode(), "Bearer x", "Basic Zm9v"]
)
async def test_an_unreadable_authorization_is_no_authorization(site: Site, header: str | bytes) -> None:
    answer = await site.visitor().post("/oauth/token", data=FORM, headers=[("authorization", header)])
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "unsupported_grant_type"),
        ("grant_type=password", "unsupported_grant_type"),
        ("grant_type=%22%C3%A8%00", "unsupported_grant_type"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
    ],
)
async def test_a_request_that_is_not_one_is_refused_in_oauths_own_shape(
    machine: Machine, body: str, error: str
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await machine.browser.post("/oauth/token", content=body, headers=headers, auth=machine.basic)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["cache-control"] == "no-store"


async def test_json_is_no_form(machine: Machine) -> None:
    answer = await machine.browser.post("/oauth/token", json=FORM, auth=machine.basic)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_revoked_client_and_its_tokens_are_dead_at_once(site: Site, machine: Machine) -> None:
    token = await machine.token()
    await site.world.act("owner", datetime.now(UTC)).write(clients.revoke, machine.id)
    assert await reads(site, token) == 401
    answer = await machine.post("/oauth/token", **FORM)
    assert answer.status_code == 401


async def test_a_new_secret_ends_the_old_one_and_its_tokens(site: Site, machine: Machine) -> None:
    token = await machine.token()
    fresh = await site.world.act("owner", datetime.now(UTC)).write(
        clients.rotate_secret, machine.id, NewSecretIn(replaces=token_hash(machine.secret)[:12])
    )
    assert await reads(site, token) == 401
    assert (await machine.post("/oauth/token", **FORM)).status_code == 401
    machine.secret = fresh.secret
    assert await reads(site, await machine.token()) == 201


async def test_an_expired_token_is_dead_and_inactive(site: Site, machine: Machine) -> None:
    token = await machine.token()
    await age(site, token, timedelta(minutes=16))
    assert await reads(site, token) == 401
    assert await introspected(machine, token) == {"active": False}


async def test_a_client_ends_its_own_token(site: Site, machine: Machine) -> None:
    token = await machine.token()
    answer = await machine.post("/oauth/revoke", token=token, token_type_hint="something new")
    assert (answer.status_code, answer.json()) == (200, {})
    assert await reads(site, token) == 401
    again = await machine.post("/oauth/revoke", token=token)
    assert again.status_code == 200


async def test_revoking_what_is_no_token_is_fine(machine: Machine) -> None:
    assert (await machine.post("/oauth/revoke", token="pva_nothing\x00")).status_code == 200


async def test_a_client_cannot_end_the_token_of_another(site: Site, machine: Machine) -> None:
    token = await machine.token()
    answer = await (await made(site)).post("/oauth/revoke", token=token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert await reads(site, token) == 201


@pytest.mark.parametrize("path", ["/oauth/revoke", "/oauth/introspect"])
async def test_a_token_must_be_named(machine: Machine, path: str) -> None:
    answer = await machine.post(path, token_type_hint="access_token")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def introspected(machine: Machine, token: str) -> dict[str, Any]:
    answer = await machine.post("/oauth/introspect", token=token)
    assert answer.status_code == 200
    return dict(answer.json())


async def test_a_client_looks_into_tokens_of_its_organisation(site: Site, machine: Machine) -> None:
    token = await machine.token(scope="policies:read")
    seen = await introspected(await made(site), token)
    assert seen.pop("exp") - seen.pop("iat") == 900
    assert seen == {"active": True, "client_id": machine.id, "token_type": "Bearer", "scope": "policies:read"}


async def test_another_organisations_token_is_simply_not_active(site: Site, machine: Machine) -> None:
    token = await machine.token()
    stranger = await made(site, site.world.other_company_id)
    assert await introspected(stranger, token) == {"active": False}
    assert await introspected(stranger, "pva_nothing") == {"active": False}


async def test_a_revoked_clients_token_is_not_active(site: Site, machine: Machine) -> None:
    token = await machine.token()
    await site.world.act("owner", datetime.now(UTC)).write(clients.revoke, machine.id)
    assert await introspected(await made(site), token) == {"active": False}


async def test_the_server_says_what_it_can_do(site: Site) -> None:
    said = (await site.visitor().get("/.well-known/oauth-authorization-server")).json()
    assert said["token_endpoint"] == f"{ORIGIN}/oauth/token"
    assert said["grant_types_supported"] == ["client_credentials"]
    assert "policies:read" in said["scopes_supported"]
    assert "clients:manage" not in said["scopes_supported"]
    # There is no authorization endpoint, so no response type either; the validator asks for one all the same.
    AuthorizationServerMetadata(said | {"issuer": "https://portavoce.example", "response_types_supported": ["none"]})


async def test_tokens_are_asked_for_at_most_so_often_from_one_address(site: Site, machine: Machine) -> None:
    site.app.state.rate_limits = RateLimits(address=2)
    first = await machine.post("/oauth/token", **FORM)
    assert first.headers["ratelimit-policy"] == '"address";q=2;w=60'
    assert first.headers["ratelimit"].startswith('"address";r=1;t=')
    await machine.post("/oauth/token", **FORM)
    refused = await machine.post("/oauth/token", **FORM)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"address";r=0;t=')
    assert refused.headers["content-type"] == "application/problem+json"


async def test_tokens_are_counted_by_network_too(site: Site) -> None:
    site.app.state.rate_limits = RateLimits(address=1)

    async def ask(address: str) -> int:
        transport = httpx.ASGITransport(app=site.app, client=(address, 1))
        return (
            await httpx.AsyncClient(transport=transport, base_url=ORIGIN).post("/oauth/token", data=FORM)
        ).status_code

    assert [await ask(f"2001:db8:1:2::{number}") for number in (1, 2)] == [401, 429]
    assert await ask("2001:db8:1:3::1") == 401


async def test_a_client_may_call_so_often_in_a_minute(site: Site, machine: Machine) -> None:
    site.app.state.rate_limits = RateLimits(client=1)
    token = await machine.token()
    assert await reads(site, token) == 201
    assert await reads(site, token) == 429
    other = await (await made(site)).token()
    assert await reads(site, other) == 201


async def test_neither_secret_nor_token_is_kept_in_clear(site: Site, machine: Machine) -> None:
    token = await machine.token()

    def kept(session: Session) -> tuple[Any, Any]:
        return api_tokens.find(session, token), api_tokens.active_client(session, machine.id)

    row, client = await site.world.db.read(NO_COMPANY, kept)
    assert row.token_hash == token_hash(token)
    assert client.secret_hash == token_hash(machine.secret)


async def test_tokens_long_expired_are_forgotten(site: Site, machine: Machine) -> None:
    token, living = await machine.token(), await machine.token()
    await age(site, token, timedelta(days=2))

    def sweep(session: Session) -> tuple[bool, bool]:
        api_tokens.forget_expired(session, datetime.now(UTC))
        return api_tokens.find(session, token) is None, api_tokens.find(session, living) is None

    assert await site.world.db.write(NO_COMPANY, sweep) == (True, False)


async def age(site: Site, token: str, by: timedelta) -> None:
    """Let a token have been issued earlier."""

    def act(session: Session) -> None:
        expired = datetime.now(UTC) + api_tokens.LIFETIME - by
        session.execute(
            update(OAuthToken).where(col(OAuthToken.token_hash) == token_hash(token)).values(expires_at=expired)
        )

    await site.world.db.write(NO_COMPANY, act)
