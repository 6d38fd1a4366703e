"""Every route, found by itself: nobody reaches through it into a company that is not theirs.

A new route needs no line here, unless everybody may use it: then it says so in PUBLIC, with the reason.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from app.authz import ROLE_PERMISSIONS, Role
from app.db import NO_COMPANY, Scope
from app.db.tenancy import tenant_tables
from app.db.upsert import own_key
from app.models import Agency, Engagement
from app.models.types import new_id
from app.routers.pages.policies import moved
from tests.site import Site, shared_app
from tests.tenancy.canaries import Ids, plant
from tests.tenancy.routes import Route, all_routes
from tests.world import NOW, TODAY, join_another_agency

PUBLIC = {
    "/api/v1/openapi.json": "the description of the API",
    "/oauth/token": "authenticates clients itself",
    "/oauth/revoke": "authenticates clients itself",
    "/oauth/introspect": "authenticates clients itself",
    "/.well-known/oauth-authorization-server": "where the endpoints are (RFC 8414)",
    "/witness/add-checkpoint": "the logs that are watched here sign what they send",
    "/livez": "for whoever watches over the service",
    "/readyz": "for whoever watches over the service",
    "/": "leads on, to the sign-in or to one's own start",
    "/policies/{policy_id}/answer": "leads back to the page of the policy, which asks who it is",
    "/policies/{policy_id}/acknowledge": "leads back to the page of the policy, which asks who it is",
    "/sign-in": "the door",
    "/sign-in/sent": "the door",
    "/sign-in/link": "the door, with a secret",
    "/sign-in/passkey/options": "the door",
    "/sign-in/passkey": "the door, with a secret",
    "/sign-in/password": "the door, with a secret",
    "/password/forgotten": "the door",
    "/password/new": "the door, with a secret",
    "/i": "the door for a printed code",
    "/i/{code}": "the door for a printed code",
    "/sign-out": "whoever is not signed in is signed out already",
    "/language": "a visitor chooses the language of the door",
    "/development/mail": "exists in demo mode only, in place of a mailbox",
    "/development/mail/{mail_id}": "exists in demo mode only, in place of a mailbox",
    "/development/mail/{mail_id}/html": "exists in demo mode only, in place of a mailbox",
    "/p/{company_id}/{policy_id}": "external policies are published for everybody",
    "/certificates/{token}": "a person opened the page of a certificate; it names nobody",
    "/verify": "anybody may check a receipt",
    "/verify/offline.html": "anybody may check a receipt",
    "/docs": "the manual of the API",
    "/problems": "what the problems of the API mean",
    "/problems/{code}": "what the problems of the API mean",
}
# Old addresses lead on, with 308, to a page that asks who it is.
MOVED = {route.path for route in moved.router.routes if isinstance(route, APIRoute)}
OURS, THEIRS = "Eigenkram", "Kanarie"


def hides(route: Route, answer: httpx.Response, *words: str) -> bool:
    """Tell whether an answer gives nothing away; a form read by hand may be found wrong before anything else."""
    read_by_hand = route.method == "POST" and route.form is None and answer.status_code == 422
    return answer.status_code in {403, 404} or (read_by_hand and not any(word in answer.text for word in words))


@dataclass
class Two:
    """A site with two full companies: that of the cast, and the other one that must stay hidden."""

    site: Site
    ours: Ids
    theirs: Ids
    routes: list[Route]
    schemas: dict[str, Any]

    def of(self, *guards: str | None) -> list[Route]:
        found = [route for route in self.routes if route.guard in guards]
        assert found
        return found


@pytest.fixture
async def two(site: Site) -> Two:
    world = site.world
    ours = await plant(world.db, world.company_id, OURS)
    theirs = await plant(world.db, world.other_company_id, THEIRS)
    document = site.app.openapi()
    return Two(site, ours, theirs, all_routes(site.app), document["components"]["schemas"])


async def ask(browser: httpx.AsyncClient, route: Route, address: str, **request: Any) -> httpx.Response:
    return await browser.request(route.method, address, **request)


async def each(routes: Iterable[Route], judge: Callable[[Route], Awaitable[str]]) -> None:
    """Fail with what the judge finds wrong, for each route with which something is."""
    found = [(route, await judge(route)) for route in routes]
    if wrong := [f"{route.name}: {what}" for route, what in found if what]:
        pytest.fail("\n".join(wrong))


async def everything(two: Two, company_id: str) -> dict[str, list[Any]]:
    """Return all rows of a company."""

    def read(session: Any) -> dict[str, list[Any]]:
        models = tenant_tables()
        rows = {m.__tablename__: session.scalars(select(m).order_by(own_key(m))).all() for m in models}
        return {str(name): [row.model_dump() for row in found] for name, found in rows.items()}

    return await two.site.world.db.read(Scope(company_id), read)


async def stranger(two: Two) -> str:
    """Return an agency that has nothing to do with either company."""
    agency = Agency(name="Fremde", created_at=NOW)
    await two.site.world.db.write(NO_COMPANY, lambda session: session.add(agency))
    return agency.id


def test_every_route_has_a_guard_or_a_reason() -> None:
    routes = all_routes(shared_app())
    assert len(routes) > 50
    assert [route.name for route in routes if route.guard is None and route.path not in PUBLIC.keys() | MOVED] == []
    assert set(PUBLIC) - {route.path for route in routes} == set()
    in_api = [route for route in routes if route.path.startswith("/api/") and route.path not in PUBLIC]
    assert [route.name for route in in_api if not (route.guard or "").endswith("client")] == []
    of_companies = [route for route in in_api if "{company_id}" in route.path]
    assert [route.name for route in of_companies if route.guard != "company client"] == []


async def test_the_api_wants_a_token_everywhere(two: Two) -> None:
    visitor = two.site.visitor()
    signed_in = await two.site.signed_in("owner")

    async def judge(route: Route) -> str:
        request = route.request(two.schemas, two.ours)
        answers = [await ask(browser, route, route.address(two.ours), **request) for browser in (visitor, signed_in)]
        return "" if [one.status_code for one in answers] == [401, 401] else f"{answers}"

    await each(two.of("company client", "agency client", "client"), judge)


async def test_a_company_is_not_found_by_any_client_of_others(two: Two) -> None:
    site, before = two.site, await everything(two, two.theirs["company"])
    clients = [
        await site.machine(),
        await site.machine(agency_id=site.world.agency_id),
        await site.machine(agency_id=await stranger(two)),
    ]

    async def judge(route: Route) -> str:
        request = route.request(two.schemas, two.theirs)
        answers = [await ask(client, route, route.address(two.theirs), **request) for client in clients]
        return "" if all(one.status_code == 404 for one in answers) else f"{answers} {answers[0].text}"

    await each(two.of("company client"), judge)
    assert await everything(two, two.theirs["company"]) == before


async def test_rows_of_others_are_not_found_in_ones_own_company(two: Two) -> None:
    client, before = await two.site.machine(), await everything(two, two.theirs["company"])

    async def judge(route: Route) -> str:
        address = route.address(two.theirs, company_id=two.ours["company"])
        answer = await ask(client, route, address, **route.request(two.schemas, two.ours))
        return "" if answer.status_code == 404 else f"{answer} {answer.text}"

    await each([route for route in two.of("company client") if route.inner], judge)
    assert await everything(two, two.theirs["company"]) == before


async def test_rows_of_others_cannot_be_named_in_a_body(two: Two) -> None:
    """Each request that names a row in its body, with a row of the other company: nothing of theirs comes in."""
    client, before = await two.site.machine(), await everything(two, two.theirs["company"])
    foreign = set(two.theirs.values()) - {two.theirs["agency"], two.theirs["account"]}

    async def judge(route: Route) -> str:
        request = route.request(two.schemas, two.theirs)
        named = [one for one in foreign if one in repr(request)]
        answer = await ask(client, route, route.address(two.ours), **request)
        return f"{answer} {answer.text}" if named and THEIRS in answer.text else ""

    await each(two.of("company client"), judge)
    assert await everything(two, two.theirs["company"]) == before
    assert not [one for one in foreign if one in repr(await everything(two, two.ours["company"]))]


async def test_ones_own_rows_are_found(two: Two) -> None:
    """The matrix would be worth nothing if its addresses led nowhere for anybody."""
    client = await two.site.machine()
    reads = [route for route in two.of("company client") if route.method == "GET" and "external_id" not in route.path]

    async def judge(route: Route) -> str:
        answer = await ask(client, route, route.address(two.ours))
        found = answer.status_code == 200 or '"no_receipt"' in answer.text  # planted rows are not in the log
        return "" if found else f"{answer} {answer.text}"

    await each(reads, judge)


@pytest.mark.parametrize("keyed", [{}, {"idempotency-key": "1"}], ids=["", "keyed"])
async def test_no_byte_of_a_body_is_read_before_its_sender_may_send_it(two: Two, keyed: dict[str, str]) -> None:
    site, taken = two.site, 0
    senders = {
        401: [site.visitor()],
        403: [await site.machine(frozenset()), await site.machine(frozenset(), agency_id=site.world.agency_id)],
        404: [await site.machine(company_id=site.world.other_company_id)],
    }

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"[" * 100_000

    async def judge(route: Route) -> str:
        kind = next(iter(route.operation["requestBody"]["content"]))
        headers = {"content-type": f"{kind}; boundary=x", **keyed}
        address = route.address(two.ours)
        answers = {
            status: [await ask(one, route, address, content=endless(), headers=headers) for one in those]
            for status, those in senders.items()
        }
        told = {status: {one.status_code for one in those} for status, those in answers.items()}
        return "" if taken == 0 and all(status in told[status] <= {status, 404} for status in told) else f"{told}"

    await each([route for route in two.routes if "requestBody" in route.operation], judge)


async def test_no_byte_of_a_form_with_files_is_read_before_its_sender_may_send_it(two: Two) -> None:
    employee, visitor, taken = await two.site.signed_in("employee"), two.site.visitor(), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"--x\r\n" * 20_000

    async def judge(route: Route) -> str:
        headers, address = {"content-type": "multipart/form-data; boundary=x"}, route.address(two.ours)
        told = [await ask(one, route, address, content=endless(), headers=headers) for one in (visitor, employee)]
        return "" if taken == 0 and [one.status_code for one in told] == [303, 403] else f"{told}"

    routes = [route for route in two.routes if route.with_file]
    assert routes
    await each(routes, judge)


def test_no_page_leaves_its_body_to_the_framework_which_reads_it_first() -> None:
    pages = [context.route for context in iter_route_contexts(shared_app().routes)]
    parsed = [route.path for route in pages if isinstance(route, APIRoute) and route.body_field]
    assert [path for path in parsed if not path.startswith("/api/v1/")] == []


async def test_whoever_is_not_signed_in_is_asked_to(two: Two) -> None:
    visitor = two.site.visitor()

    async def judge(route: Route) -> str:
        answer = await ask(visitor, route, route.address(two.ours), **route.request(two.schemas, two.ours))
        led = answer.headers.get("location", "").startswith("/sign-in")
        return "" if answer.status_code == 303 and led else f"{answer}"

    await each(two.of("company", "agency", "account"), judge)


async def test_pages_do_not_tell_rows_of_others_from_rows_that_are_not_there(two: Two) -> None:
    owner, before = await two.site.signed_in("owner"), await everything(two, two.theirs["company"])
    nobodys = {table: new_id() for table in SQLModel.metadata.tables}

    async def judge(route: Route) -> str:
        foreign, missing = [
            await ask(owner, route, route.address(ids), **route.request(two.schemas, two.ours))
            for ids in (two.theirs, nobodys)
        ]
        alike = foreign.status_code == missing.status_code
        return "" if alike and hides(route, foreign, THEIRS) else f"{foreign} {missing}"

    inner = [
        route for route in two.of("company", "account", "agency") if route.inner or "company_id" in route.parameters
    ]
    await each(inner, judge)
    assert await everything(two, two.theirs["company"]) == before


@pytest.mark.parametrize("strange", ["none", "%00"])
async def test_a_malformed_id_is_answered_as_a_missing_one(two: Two, strange: str) -> None:
    owner, client = await two.site.signed_in("owner"), await two.site.machine()
    nothing = dict.fromkeys(SQLModel.metadata.tables, strange)

    async def judge(route: Route) -> str:
        browser = client if route.guard == "company client" else owner
        address = route.address(nothing, company_id=two.ours["company"])
        answer = await ask(browser, route, address, **route.request(two.schemas, two.ours))
        return "" if answer.status_code == 404 else f"{answer} {answer.text}"

    await each([route for route in two.of("company", "account", "company client") if route.inner], judge)


async def test_pages_of_the_company_are_closed_to_an_employee(two: Two) -> None:
    employee = await two.site.signed_in("employee")

    async def judge(route: Route) -> str:
        answer = await ask(employee, route, route.address(two.ours), **route.request(two.schemas, two.ours))
        return "" if hides(route, answer, OURS) else f"{answer}"

    closed = [
        route for route in two.of("company", "agency", "account") if route.path.startswith(("/company", "/agency"))
    ]
    before = await everything(two, two.ours["company"])
    await each(closed, judge)
    assert await everything(two, two.ours["company"]) == before


@pytest.mark.parametrize(
    "end",
    [{"ends_on": TODAY - timedelta(days=400), "starts_on": TODAY - timedelta(days=500)}, {"agreement_signed_on": None}],
)
async def test_an_agency_is_out_when_its_engagement_ended(two: Two, end: dict[str, Any]) -> None:
    world = two.site.world
    ended = update(Engagement).where(col(Engagement.company_id) == world.company_id).values(**end)
    await world.db.write(Scope(world.company_id), lambda session: session.execute(ended))
    member = await two.site.signed_in("account_manager", world.company_id)
    client = await two.site.machine(agency_id=world.agency_id)

    async def judge(route: Route) -> str:
        browser = client if route.guard == "company client" else member
        answer = await ask(browser, route, route.address(two.ours), **route.request(two.schemas, two.ours))
        return "" if answer.status_code != 403 and hides(route, answer, OURS) else f"{answer}"

    await each(two.of("company", "company client"), judge)


async def test_no_byte_of_another_company_is_ever_read(two: Two) -> None:
    site, world = two.site, two.site.world
    await world.db.write(NO_COMPANY, join_another_agency, world.account["account_manager"])
    assert all(ROLE_PERMISSIONS[role] <= ROLE_PERMISSIONS[Role.OWNER] for role in Role), "so an owner sees the most"
    browsers = {name: await site.signed_in(name) for name in ("owner", "employee")}
    browsers["agency member inside"] = await site.signed_in("account_manager", world.company_id)
    browsers["agency member"] = await site.signed_in("account_manager", world.agency_id)
    browsers["client"] = await site.machine()
    browsers["agency client"] = await site.machine(agency_id=world.agency_id)
    browsers["visitor"] = site.visitor()
    seen = 0

    async def judge(route: Route) -> str:
        nonlocal seen
        wrong = []
        for name, browser in browsers.items():
            for address in {route.address(two.ours), route.address(two.theirs), mixed(route)}:
                answer = await ask(browser, route, address)
                seen += OURS in answer.text
                if THEIRS.encode() in answer.content or THEIRS in str(answer.headers):
                    wrong.append(f"{name} at {address}")
        return ", ".join(wrong)

    def mixed(route: Route) -> str:
        return route.address(two.theirs, company_id=two.ours["company"])

    await each([route for route in two.routes if route.method == "GET"], judge)
    assert seen > 50, "their own rows must be seen"
