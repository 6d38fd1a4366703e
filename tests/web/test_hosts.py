"""Where the service answers, and to which host its cookies are bound."""

from functools import cache
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from tests.site import Site

PUBLIC = "https://voce.example"
KEYS = {"secret_key": "0" * 64, "signing_key": "a key"}

service = cache(lambda **settings: create_app(Settings(**settings)))


def over_https(site: Site, **headers: str) -> httpx.AsyncClient:
    """Return a browser of the service as it answers behind a proxy that speaks TLS."""
    site.settings = Settings(demo=True, public_url=PUBLIC)
    transport = httpx.ASGITransport(app=site.take(service(demo=True, public_url=PUBLIC)))
    return httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers={"origin": PUBLIC, **headers})


def asking(**settings: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=service(**settings))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers={"accept-language": "en"})


async def test_on_https_every_cookie_is_bound_to_the_host_and_still_understood(site: Site) -> None:
    token = (await site.signed_in("owner")).cookies["portavoce"]
    browser = over_https(site)
    browser.cookies.set("__Host-portavoce", token, domain="voce.example")
    answers = [
        await browser.post("/sign-in", data={"email": "nobody@aurora.example", "next": "/me/sessions"}),
        await browser.post("/language", data={"language": "en"}),
        await browser.post("/sign-in/passkey/options"),
        await browser.post("/me/sessions/end-others"),
        page := await browser.get("/me/sessions"),
        await browser.post("/sign-out"),
    ]
    sent = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    assert {cookie.split("=")[0] for cookie in sent} == {
        "__Host-next",
        "__Host-language",
        "__Host-passkey",
        "__Host-flash",
        "__Host-portavoce",
    }
    for cookie in sent:
        assert {"secure", "path=/", "httponly"} <= {part.strip().lower() for part in cookie.split(";")}
    assert page.status_code == 200
    assert "All your other sessions have ended." in page.text


async def test_on_https_a_cookie_that_another_host_planted_is_not_read(site: Site) -> None:
    token = (await site.signed_in("owner")).cookies["portavoce"]
    browser = over_https(site, **{"accept-language": "it"})
    planted = await browser.get("/me/sessions", headers={"cookie": f"portavoce={token}; language=en"})
    assert planted.headers["location"].startswith("/sign-in?next=")
    mixed = await browser.get("/me/sessions", headers={"cookie": f"__Host-portavoce={token}; portavoce=other"})
    assert mixed.status_code == 200


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        (PUBLIC, "voce.example"),
        (PUBLIC, "VOCE.example.:8443"),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]"),
        ("https://[2001:db8::1]", "[2001:DB8::1]:8000"),
        ("http://192.0.2.7:8000", "192.0.2.7:80"),
    ],
)
async def test_the_service_answers_at_its_public_host_whatever_port_a_proxy_names(public_url: str, host: str) -> None:
    async with asking(public_url=public_url, **KEYS) as visitor:
        assert (await visitor.get("/api/v1/openapi.json", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "voce.example.evil.example", "127.0.0.1:8000", "[::1", "[", "", "@"])
async def test_it_refuses_requests_for_another_host_and_says_what_to_do(host: str) -> None:
    async with asking(public_url=PUBLIC, **KEYS) as visitor:
        problem = await visitor.get("/api/v1/openapi.json", headers={"host": host})
        page = await visitor.get("/sign-in", headers={"host": host})
    assert (problem.status_code, problem.json()["code"]) == (400, "other_host")
    assert (page.status_code, "This service has another address: use that one." in page.text) == (400, True)
    assert "strict-transport-security" in page.headers


async def test_a_probe_may_name_any_host() -> None:
    async with asking(public_url=PUBLIC, **KEYS) as probe:
        assert (await probe.get("/livez", headers={"host": "10.0.0.7:8000"})).status_code == 200


@pytest.mark.parametrize("settings", [{"demo": True, "public_url": PUBLIC}, KEYS])
async def test_in_the_demo_and_without_a_public_address_any_host_will_do(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    async with asking(**settings) as visitor:
        assert (await visitor.get("/api/v1/openapi.json", headers={"host": "any.example"})).status_code == 200
