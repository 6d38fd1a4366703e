"""What every request meets before any route: where it came from, how large it is, and what every answer says."""

import re
from collections.abc import AsyncIterator
from functools import cache

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import col

from app.db import NO_COMPANY
from app.main import create_app
from app.models import SignInSession
from app.settings import Settings
from tests.site import ORIGIN, Site
from tests.world import World

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
SIGN_OUT = "/sign-out"
FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"origin": "https://evil.example"},
    {"origin": ORIGIN + ".evil.example"},
    {"origin": ORIGIN.replace("http:", "https:")},
    {"origin": "null"},
    {"origin": ""},
    {},
]
OWN = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"origin": ORIGIN},
    {"sec-fetch-site": "same-origin", "origin": ORIGIN},
]


async def sessions(world: World) -> int:
    """Return how many browsers are signed in."""
    counted = select(func.count(col(SignInSession.id)))
    return int(await world.db.read(NO_COMPANY, lambda session: session.scalar(counted)))


async def browser_without_origin(site: Site) -> httpx.AsyncClient:
    browser = await site.signed_in("owner")
    del browser.headers["origin"]
    return browser


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_post_that_another_site_caused_has_no_effect(site: Site, headers: dict[str, str]) -> None:
    browser = await browser_without_origin(site)
    answer = await browser.post(SIGN_OUT, headers=headers)
    assert answer.status_code == 403
    assert await sessions(site.world) == 1
    assert (await browser.get("/me/sessions")).status_code == 200


@pytest.mark.parametrize("headers", OWN)
async def test_a_post_from_ones_own_page_is_carried_out(site: Site, headers: dict[str, str]) -> None:
    browser = await browser_without_origin(site)
    assert (await browser.post(SIGN_OUT, headers=headers)).status_code == 303
    assert await sessions(site.world) == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_every_method_that_changes_something_is_looked_at(site: Site, method: str) -> None:
    browser = await browser_without_origin(site)
    for path in (SIGN_OUT, "/nowhere", f"{site.company}/policies"):
        assert (await browser.request(method, path, headers={"origin": "null"})).status_code == 403


@pytest.mark.parametrize("charset", ["undefined", "punycode", "unicode_escape", "latin-1", "none"])
async def test_a_form_with_files_in_another_charset_is_refused_in_words(site: Site, charset: str) -> None:
    form = {"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    body = b'--x\r\nContent-Disposition: form-data; name="receipt"\r\n\r\n\\u\r\n--x--\r\n'
    answer = await site.visitor().post("/verify", content=body, headers=form)
    assert answer.status_code == 415
    assert "Send it in UTF-8." in answer.text
    form = {"content-type": 'multipart/form-data; boundary=x; charset="UTF-8"'}
    assert "No receipt can be read" in (await site.visitor().post("/verify", content=body, headers=form)).text


async def test_reading_from_another_site_is_no_harm(site: Site) -> None:
    browser = await browser_without_origin(site)
    answer = await browser.get("/me/sessions", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


async def test_a_machine_without_cookies_needs_no_origin(site: Site) -> None:
    machine = await site.machine()
    answer = await machine.post(f"{site.company}/policies", json={"name": "Social media policy"})
    assert answer.status_code == 201


async def test_the_refusal_has_the_shape_of_its_surface(site: Site) -> None:
    browser = await browser_without_origin(site)
    page = await browser.post(SIGN_OUT, headers={"origin": "null"})
    assert page.headers["content-type"].startswith("text/html")
    assert "came from another site" in page.text
    problem = await browser.post(f"{site.company}/policies", headers={"origin": "null"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == "cross_site"


@pytest.fixture
async def visitor() -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(ORIGIN) as browser:
        yield browser


def visiting(address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=service(address))
    return httpx.AsyncClient(
        transport=transport, base_url=address, headers={"origin": address, "accept-language": "en"}
    )


@cache
def service(address: str) -> FastAPI:
    return create_app(Settings(demo=True, public_url=address))


@pytest.mark.parametrize("sent", ["abcdefgh", "0192f0c1-0000-7000-8000-000000000000", "A.b_c-9" * 9])
async def test_a_harmless_request_id_is_kept(visitor: httpx.AsyncClient, sent: str) -> None:
    answer = await visitor.get("/livez", headers={"x-request-id": sent})
    assert answer.headers.get_list("x-request-id") == [sent]


@pytest.mark.parametrize("sent", ["", "short", "x" * 65, "a b c d e f", "id\tinjected", "<script>1</script>", "à" * 9])
async def test_any_other_request_id_is_replaced(visitor: httpx.AsyncClient, sent: str) -> None:
    answer = await visitor.get("/livez", headers=[(b"x-request-id", sent.encode())])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["x-request-id"])


async def test_each_request_without_an_id_gets_its_own(visitor: httpx.AsyncClient) -> None:
    ids = {(await visitor.get("/livez")).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


async def test_a_problem_names_the_request_it_is_about(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/nowhere", headers={"x-request-id": "my-request-1"})
    assert answer.json()["instance"] == "urn:request:my-request-1"
    assert answer.headers["x-request-id"] == "my-request-1"


@pytest.mark.parametrize("path", ["/livez", "/sign-in", "/nowhere", "/api/v1/nowhere", "/api/v1/openapi.json"])
async def test_every_answer_carries_the_protective_headers(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.headers.get_list("content-security-policy") == [POLICY]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["permissions-policy"] == "camera=(self), microphone=(), geolocation=(), payment=()"
    assert "server" not in answer.headers


@pytest.mark.parametrize(("public_url", "said"), [(ORIGIN, None), ("https://portavoce.example", "max-age=31536000")])
async def test_only_https_is_asked_to_stay_https(public_url: str, said: str | None) -> None:
    async with visiting(public_url) as browser:
        answer = await browser.get("/livez")
    assert answer.headers.get("strict-transport-security") == said


FORM = {"content-type": "application/x-www-form-urlencoded"}
PIECE = 100_000
FIELD = b"a=" + b"x" * (PIECE - 3) + b"&"


async def in_pieces(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // PIECE):
        yield FIELD


@pytest.mark.parametrize("announced", [True, False], ids=["content-length", "chunked"])
@pytest.mark.parametrize("path", ["/sign-in", "/oauth/token", "policies"])
async def test_a_body_beyond_the_limit_is_refused_in_the_shape_of_its_surface(
    site: Site,
    path: str,
    announced: bool,  # noqa: FBT001
) -> None:
    of_the_api = path == "policies"
    browser = await site.machine() if of_the_api else site.visitor()
    total = site.app.state.settings.max_body_bytes + PIECE
    body = FIELD * (total // PIECE) if announced else in_pieces(total)
    headers = {"content-type": "application/json"} if of_the_api else FORM
    answer = await browser.post(f"{site.company}/policies" if of_the_api else path, content=body, headers=headers)
    assert answer.status_code == 413
    if path == "/sign-in":
        assert answer.headers["content-type"].startswith("text/html")
        assert "larger than allowed" in answer.text
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "too_large"


async def test_a_body_is_read_no_further_than_the_limit(site: Site) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += PIECE
            yield FIELD

    answer = await site.visitor().post("/sign-in", content=endless(), headers=FORM)
    assert answer.status_code == 413
    assert taken <= site.app.state.settings.max_body_bytes + 2 * PIECE


@pytest.mark.parametrize("path", ["/sign-in", "/oauth/token"])
@pytest.mark.parametrize(
    ("piece", "most"),
    [(b"&" * 2000, 2000), (b"x=" + b"%41" * 100_000 + b"&", 2_500_000)],
    ids=["fields without a name", "nothing but escapes"],
)
async def test_a_form_is_parsed_no_further_than_a_form_can_be_long(
    site: Site, path: str, piece: bytes, most: int
) -> None:
    """The parser takes 3 s for 8 MB of separators and 1 s for 8 MB of escapes, and answers nobody meanwhile."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < site.app.state.settings.max_body_bytes:
            taken += len(piece)
            yield piece

    answer = await site.visitor().post(path, content=endless(), headers=FORM)
    assert answer.status_code == 413
    assert "Send less at once" in answer.text
    assert taken <= most


async def test_a_form_with_as_many_fields_as_a_form_may_have_is_read(site: Site) -> None:
    content = b"x=&" * 999 + b"email=nobody@x.example"
    answer = await site.visitor().post("/sign-in", content=content, headers=FORM)
    assert answer.headers["location"] == "/sign-in/sent"
