"""What is no proper request is refused in the one shape, and never with a stack trace."""

from collections.abc import AsyncIterator

import pytest

from app.main import create_app
from app.settings import Settings
from tests.site import ORIGIN, Site

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"name": "\\ud800"}',
        b'{"name": "a\\u0000b"}',
        b'{"name": NaN}',
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"name": ' + b"9" * 5_000 + b"}",
        b'{"name": "x", "name2": 1e400}',
        b"null",
        b'"text"',
    ],
)
async def test_a_body_that_cannot_be_used_is_refused(site: Site, body: bytes) -> None:
    api = await site.machine()
    answer = await api.post(f"{site.company}/policies", content=body, headers=JSON)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text


async def _drops(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 50_000):
        yield b" " * 50_000


async def test_a_body_beyond_the_limit_is_refused_announced_or_not(site: Site) -> None:
    small = create_app(
        Settings(database_url="sqlite:///unused.db", demo=True, public_url=ORIGIN, max_body_bytes=100_000)
    )
    small.state.database = site.world.db
    site.app = small
    api = await site.machine()
    for content in (b" " * 150_000, _drops(150_000)):
        answer = await api.post(f"{site.company}/policies", content=content, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert answer.headers["content-type"] == "application/problem+json"
        assert "x-request-id" in answer.headers
    lying = {**JSON, "content-length": "abc"}
    assert (await api.post(f"{site.company}/policies", content=_drops(50_000), headers=lying)).status_code == 400


async def test_a_method_that_an_address_does_not_take_is_told_all_that_it_does(site: Site) -> None:
    answer = await (await site.machine()).put(f"{site.company}/policies", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"


async def test_calls_are_counted_in_every_answer(site: Site) -> None:
    api = await site.machine()
    answer = await api.get(f"{site.company}/policies")
    assert answer.headers["ratelimit-policy"] == '"client";q=600;w=60'
    assert answer.headers["ratelimit"].startswith('"client";r=599;t=')
    assert (await api.get(f"{site.company}/nothing")).headers.get("ratelimit") is None


async def test_a_stale_or_unreadable_if_match_is_never_taken_for_the_present(site: Site) -> None:
    api = await site.machine()
    made = (await api.post(f"{site.company}/policies", json={"name": "Policy"})).json()
    address = f"{site.company}/policies/{made['id']}/versions"
    version = (await api.post(address, json={"effective_on": "2030-01-01"})).json()
    for tag in ("", "x", '"99999999999999999999"', "-1", "١", '"7"'):
        headers = [("if-match", tag.encode())]
        answer = await api.patch(f"{address}/{version['id']}", json={"grace_days": 3}, headers=headers)
        assert answer.status_code == 412, tag
    assert (await api.patch(f"{address}/{version['id']}", json={"grace_days": 3})).status_code == 428
