"""Idempotency-Key: a keyed POST takes effect once, however often and however closely together it is sent."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, UploadFile
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.context import AgencyCtx, Ctx
from app.db import NO_COMPANY
from app.errors import Unavailable
from app.models import Engagement, IdempotencyKey, OAuthToken, Policy, PolicyKind
from app.platform import idempotency
from app.web.door import ClientAgencyWork, CompanyWork, Operation
from app.web.openapi import op
from app.web.rate_limits import RateLimits
from tests.site import Site

KEY = {"idempotency-key": "2f1c7a5e-one"}
POLICY = {"name": "Social media policy"}
IN_COMPANY = "/api/v1/companies/{company_id}"


async def policies(site: Site) -> int:
    def count(ctx: Ctx) -> int:
        return ctx.session.scalar(select(func.count(col(Policy.id)))) or 0

    return await site.world.system().read(count)


async def post(api: httpx.AsyncClient, site: Site, body: Any = None, **headers: str) -> httpx.Response:
    return await api.post(f"{site.company}/policies", json=body or POLICY, headers={**KEY, **headers})


async def test_a_repeated_request_gets_the_first_answer_and_has_no_second_effect(site: Site) -> None:
    api = await site.machine()
    first, second = await post(api, site), await post(api, site)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert await policies(site) == 1


async def test_sixteen_at_once_have_one_effect(site: Site) -> None:
    api = await site.machine()
    answers = await asyncio.gather(*(post(api, site) for _ in range(16)))
    assert await policies(site) == 1
    seen = Counter(answer.status_code for answer in answers)
    assert set(seen) <= {201, 409}
    created = {answer.content for answer in answers if answer.status_code == 201}
    assert len(created) == 1
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert set(refused) <= {"idempotency_key_in_use"}
    assert (await post(api, site)).content in created


async def test_without_a_key_each_request_has_its_effect(site: Site) -> None:
    api = await site.machine()
    for _ in range(2):
        assert (await api.post(f"{site.company}/policies", json=POLICY)).status_code == 201
    assert await policies(site) == 2


async def test_a_key_with_another_body_or_query_is_refused(site: Site) -> None:
    api = await site.machine()
    await post(api, site)
    other = await post(api, site, {"name": "Another"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    query = await api.post(f"{site.company}/policies?x=1", json=POLICY, headers=KEY)
    assert query.status_code == 422
    assert (await post(api, site)).status_code == 201
    assert await policies(site) == 1


async def test_a_form_with_a_file_is_the_same_however_it_is_wrapped(site: Site) -> None:
    router = APIRouter(prefix=IN_COMPANY, route_class=Operation)

    @router.post("/scans", status_code=201, **op("scans", "Try"))
    async def scans(work: CompanyWork, scan: UploadFile) -> str:
        return f"{await work.write(_change)} {scan.size}"

    site.own_app().include_router(router)
    api = await site.machine()
    first, second, other = [
        await api.post(f"{site.company}/scans", files={"scan": ("scan.pdf", data)}, headers=KEY)
        for data in (b"%PDF-1", b"%PDF-1", b"%PDF-2")
    ]
    assert first.request.headers["content-type"] != second.request.headers["content-type"]
    assert (first.status_code, first.content) == (201, second.content)
    assert other.status_code == 422


async def test_keys_of_another_client_are_not_in_the_way(site: Site) -> None:
    one, other = await site.machine(), await site.machine()
    assert (await post(one, site)).json()["id"] != (await post(other, site)).json()["id"]


async def test_a_key_counts_for_one_address(site: Site) -> None:
    api = await site.machine()
    await post(api, site)
    answer = await api.post(f"{site.company}/policies/{site.world.team_id}/acknowledgements", json=POLICY, headers=KEY)
    assert answer.json()["code"] != "idempotency_key_reused"


async def test_a_refusal_is_repeated_as_it_was(site: Site) -> None:
    api = await site.machine()
    body = {"name": "Policy", "team_ids": [site.world.company_id]}
    first, second = await post(api, site, body), await post(api, site, body)
    assert first.status_code == second.status_code >= 400
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["content-type"] == "application/problem+json"
    assert second.content == first.content


async def test_who_is_not_let_in_leaves_no_trace(site: Site) -> None:
    for _ in range(2):
        answer = await post(site.visitor(), site)
        assert answer.status_code == 401
        assert "idempotency-replayed" not in answer.headers
    assert await kept(site) == []


async def test_a_first_answer_is_given_only_to_who_has_the_scope_now(site: Site) -> None:
    api = await site.machine()
    await post(api, site)
    await grant(site, {"company:read"})
    refused = await post(api, site)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    await grant(site, {"policies:write"})
    assert (await post(api, site)).headers["idempotency-replayed"] == "true"


async def test_a_refusal_for_want_of_a_scope_does_not_outlast_the_want(site: Site) -> None:
    api = await site.machine(frozenset({"company:read"}))
    assert (await post(api, site)).status_code == 403
    await grant(site, {"policies:write"})
    assert (await post(api, site)).status_code == 201


async def test_an_agency_whose_engagement_ended_gets_no_first_answer(site: Site) -> None:
    api = await site.machine(agency_id=site.world.agency_id)
    assert (await post(api, site)).status_code == 201

    def end(ctx: Ctx) -> None:
        ended = update(Engagement).where(col(Engagement.company_id) == ctx.company_id)
        ctx.session.execute(ended.values(ends_on=date(2026, 1, 2)))

    await site.world.system().write(end)
    keyed, unkeyed = await post(api, site), await api.post(f"{site.company}/policies", json=POLICY)
    assert keyed.status_code == unkeyed.status_code == 404


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "chiave-è"])
async def test_a_key_that_is_none_is_refused(site: Site, key: str) -> None:
    api = await site.machine()
    answer = await api.post(f"{site.company}/policies", json=POLICY, headers=[("idempotency-key", key.encode())])
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert await policies(site) == 0


async def test_too_many_requests_are_not_remembered(site: Site) -> None:
    site.app.state.rate_limits = RateLimits(client=1)
    api = await site.machine()
    await api.get(f"{site.company}/policies")
    await api.post(f"{site.company}/policies", json=POLICY)
    assert (await post(api, site)).status_code == 429
    site.app.state.rate_limits = RateLimits()
    assert (await post(api, site)).status_code == 201


async def test_a_failure_on_our_side_is_not_remembered(site: Site) -> None:
    router, reachable = APIRouter(prefix=IN_COMPANY, route_class=Operation), iter([False, True])

    @router.post("/fickle", status_code=201, **op("fickle", "Try"))
    async def fickle(work: CompanyWork) -> dict[str, str]:
        await work.write(_change if next(reachable) else _fail)
        return {}

    site.own_app().include_router(router)
    api = await site.machine()
    assert (await api.post(f"{site.company}/fickle", headers=KEY)).status_code == 503
    assert (await api.post(f"{site.company}/fickle", headers=KEY)).status_code == 201
    assert (await api.post(f"{site.company}/fickle", headers=KEY)).headers["idempotency-replayed"] == "true"


async def test_only_the_first_of_several_writes_takes_the_key(site: Site) -> None:
    router = APIRouter(prefix=IN_COMPANY, route_class=Operation)

    @router.post("/twofold", status_code=201, **op("twofold", "Try"))
    async def twofold(work: CompanyWork) -> list[str]:
        return [await work.write(_change), await work.write(_change)]

    site.own_app().include_router(router)
    api = await site.machine()
    first = await api.post(f"{site.company}/twofold", headers=KEY)
    second = await api.post(f"{site.company}/twofold", headers=KEY)
    assert first.json() == second.json()
    assert await policies(site) == 2


async def test_an_answer_that_got_lost_is_not_made_up(site: Site) -> None:
    """The process died after the commit: the effect stands, and nobody repeats it."""
    api = await site.machine()
    await post(api, site)
    await forget_answers(site)
    answer = await post(api, site)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_use")
    assert await policies(site) == 1


async def test_storage_that_fails_after_the_commit_does_not_hide_the_success(site: Site) -> None:
    router = APIRouter(prefix=IN_COMPANY, route_class=Operation)

    @router.post("/last", status_code=201, **op("last", "Try"))
    async def last(work: CompanyWork) -> str:
        made = await work.write(_change)
        site.app.state.database = Unreachable()
        return made

    site.own_app().include_router(router)
    api = await site.machine()
    assert (await api.post(f"{site.company}/last", headers=KEY)).status_code == 201
    site.app.state.database = site.world.db
    assert (await api.post(f"{site.company}/last", headers=KEY)).status_code == 409
    assert await policies(site) == 1


async def test_an_agencys_requests_are_keyed_as_well(site: Site) -> None:
    router = APIRouter(route_class=Operation)

    @router.post("/api/v1/inside", status_code=201, **op("inside", "Try"))
    async def inside(work: ClientAgencyWork) -> str:
        return await work.write(_nothing)

    @router.post("/api/v1/founding", status_code=201, **op("founding", "Try"))
    async def founding(work: ClientAgencyWork) -> str:
        return await work.write_in_company(site.world.company_id, _policy)

    site.own_app().include_router(router)
    api = await site.machine(agency_id=site.world.agency_id)
    for path in ("/api/v1/inside", "/api/v1/founding"):
        first, second = [await api.post(path, headers=KEY) for _ in range(2)]
        assert first.content == second.content
        assert second.headers["idempotency-replayed"] == "true"
    assert await policies(site) == 1


async def test_answers_are_kept_for_a_day(site: Site) -> None:
    api = await site.machine()
    await post(api, site)
    await post(api, site, {"name": "Second"}, **{"idempotency-key": "second"})
    await age(site, KEY["idempotency-key"], timedelta(hours=24, minutes=1))
    await site.world.db.write(NO_COMPANY, idempotency.forget_expired, datetime.now(UTC))
    assert await kept(site) == ["second"]


async def test_a_key_is_taken_once_in_whatever_order_its_holders_come(site: Site) -> None:
    attempt = idempotency.Attempt("client POST path", "key", "0" * 64)

    def twice(session: Session) -> None:
        idempotency.claim(session, attempt, datetime.now(UTC))
        idempotency.claim(session, attempt, datetime.now(UTC))

    with pytest.raises(idempotency.StillRunning):
        await site.world.db.write(NO_COMPANY, twice)


class Unreachable:
    """Storage that cannot be reached."""

    async def write(self, *_: Any) -> None:
        raise Unavailable


def _change(ctx: Ctx) -> str:
    return _insert(ctx)


def _policy(ctx: AgencyCtx) -> str:
    return _insert(ctx)


def _nothing(_ctx: AgencyCtx) -> str:
    return "done"


def _fail(ctx: Ctx) -> str:
    _insert(ctx)
    raise Unavailable


def _insert(ctx: Ctx | AgencyCtx) -> str:
    policy = Policy(name="Policy", kind=PolicyKind.INTERNAL, created_at=ctx.now)
    ctx.session.add(policy)
    return policy.id


async def kept(site: Site) -> list[str]:
    def read(session: Session) -> list[str]:
        return list(session.scalars(select(col(IdempotencyKey.key))))

    return await site.world.db.read(NO_COMPANY, read)


async def grant(site: Site, scopes: set[str]) -> None:
    """Let every token there is have these scopes."""

    def act(session: Session) -> None:
        session.execute(update(OAuthToken).values(scopes=sorted(scopes)))

    await site.world.db.write(NO_COMPANY, act)


async def forget_answers(site: Site) -> None:
    def act(session: Session) -> None:
        session.execute(update(IdempotencyKey).values(status=None, body=b""))

    await site.world.db.write(NO_COMPANY, act)


async def age(site: Site, key: str, by: timedelta) -> None:
    def act(session: Session) -> None:
        earlier = datetime.now(UTC) - by
        session.execute(update(IdempotencyKey).where(col(IdempotencyKey.key) == key).values(created_at=earlier))

    await site.world.db.write(NO_COMPANY, act)
