"""Lists in parts, and reads that find nothing new."""

import base64
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response
from pydantic import BaseModel

from app.settings import Settings
from app.web import errors
from app.web.conditional import NotModified
from app.web.etags import tagged
from app.web.middleware import Envelope
from app.web.paging import Paging

NAMES = [("anna", "1"), ("bruno", "2"), ("bruno", "3"), ("carla", "4"), ("dario", "5")]
LONGEST = [("\U0001f600" * 200, "1" * 36), ("\U0001f600" * 200, "2" * 36)]


class Named(BaseModel):
    name: str


def application() -> FastAPI:
    app = FastAPI()
    app.state.settings = Settings(demo=True)
    errors.install(app)
    app.add_middleware(NotModified)
    app.add_middleware(Envelope, https=False)

    @app.get("/api/people")
    async def people(paging: Paging, *, longest: bool = False) -> Response:
        names = LONGEST if longest else NAMES
        following = [row for row in names if paging.after is None or row > tuple(paging.after)]
        rows, next_key = paging.cut(following[: paging.limit + 1], lambda row: row)
        return paging.listed([{"name": name} for name, _ in rows], next_key)

    @app.get("/api/page")
    async def page(paging: Paging) -> Response:
        _, next_key = paging.cut(NAMES, lambda row: row)
        return Response(paging.next_href(next_key))

    @app.get("/api/teams")
    async def teams(paging: Paging) -> Response:
        return paging.listed(b'[{"name":"Vendite"}]', None)

    @app.get("/api/models")
    async def models(paging: Paging) -> Response:
        return paging.listed([Named(name="Vendite")], None)

    @app.get("/api/unwritable")
    async def unwritable(paging: Paging) -> Response:
        return paging.listed([object()], None)

    @app.get("/api/person")
    async def person(response: Response) -> dict[str, str]:
        tagged(response, 7)
        return {"name": "anna"}

    @app.get("/api/untagged")
    async def untagged() -> dict[str, str]:
        return {}

    return app


@pytest.fixture
def api() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=application()), base_url="http://test")


async def test_a_list_is_read_to_its_end_by_following_the_link(api: httpx.AsyncClient) -> None:
    names, parts, address = [], 0, "/api/people?limit=2&status=open"
    while address:
        answer = await api.get(address)
        names += [item["name"] for item in answer.json()["items"]]
        parts += 1
        address = answer.links.get("next", {}).get("url", "")
        assert ("status=open" in address) == bool(address)
    assert (names, parts) == ([name for name, _ in NAMES], 3)
    assert answer.json()["next_cursor"] is None


async def test_the_cursor_in_the_body_goes_on_from_the_same_place(api: httpx.AsyncClient) -> None:
    first = (await api.get("/api/people", params={"limit": 2})).json()
    second = (await api.get("/api/people", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [item["name"] for item in second["items"]] == ["bruno", "carla"]


async def test_a_cursor_tells_nobody_the_name_of_the_last_row(api: httpx.AsyncClient) -> None:
    cursor = (await api.get("/api/people", params={"limit": 2})).json()["next_cursor"]
    assert b"bruno" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


async def test_a_list_goes_on_behind_the_longest_name_of_any_script(api: httpx.AsyncClient) -> None:
    first = await api.get("/api/people", params={"limit": 1, "longest": True})
    assert len((await api.get(first.links["next"]["url"])).json()["items"]) == 1


async def test_a_list_that_ends_with_its_part_has_no_next(api: httpx.AsyncClient) -> None:
    answer = (await api.get("/api/people", params={"limit": 5})).json()
    assert len(answer["items"]) == 5
    assert answer["next_cursor"] is None


@pytest.mark.parametrize("path", ["/api/teams", "/api/models"])
async def test_items_may_be_written_already_or_be_models(api: httpx.AsyncClient, path: str) -> None:
    assert (await api.get(path)).json() == {"items": [{"name": "Vendite"}], "next_cursor": None}


async def test_what_is_no_json_is_a_defect(api: httpx.AsyncClient) -> None:
    with pytest.raises(TypeError):
        await api.get("/api/unwritable")


async def test_a_page_gets_the_address_of_what_follows_and_nothing_at_the_end(api: httpx.AsyncClient) -> None:
    first = (await api.get("/api/page", params={"limit": 2, "team": "1"})).text
    assert first.startswith("/api/page?limit=2&team=1&cursor=")
    assert (await api.get("/api/page", params={"limit": 9})).text == ""


async def test_every_tampered_cursor_is_refused(api: httpx.AsyncClient) -> None:
    cursor = (await api.get("/api/people", params={"limit": 2})).json()["next_cursor"]
    places = range(len(cursor))
    tampered = [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in places]
    for wrong in [*tampered, cursor[:-1], cursor + "A", cursor + "=", "è", "A", "\x00", "WyJhIiwiMSJd"]:
        answer = await api.get("/api/people", params={"cursor": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor"), wrong


async def test_a_cursor_serves_only_the_list_it_was_made_for(api: httpx.AsyncClient) -> None:
    cursor = (await api.get("/api/people", params={"limit": 2})).json()["next_cursor"]
    assert (await api.get("/api/teams", params={"cursor": cursor})).status_code == 400


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", str(2**63)])
async def test_a_limit_out_of_bounds_is_refused(api: httpx.AsyncClient, limit: str) -> None:
    assert (await api.get("/api/people", params={"limit": limit})).status_code == 422


async def test_an_empty_cursor_is_the_beginning(api: httpx.AsyncClient) -> None:
    assert (await api.get("/api/people", params={"cursor": ""})).json()["items"][0]["name"] == "anna"


@pytest.mark.parametrize("known", ['"7"', 'W/"7"', '"6", "7"', "*"])
async def test_who_has_the_present_version_gets_no_body(api: httpx.AsyncClient, known: str) -> None:
    answer = await api.get("/api/person", headers={"if-none-match": known})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == '"7"'
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("known", ['"6"', "7", ""])
async def test_who_has_another_version_gets_this_one(api: httpx.AsyncClient, known: str) -> None:
    answer = await api.get("/api/person", headers={"if-none-match": known})
    assert (answer.status_code, answer.json()) == (200, {"name": "anna"})


async def test_what_has_no_tag_or_is_not_found_is_sent_whole(api: httpx.AsyncClient) -> None:
    for path, status in (("/api/untagged", 200), ("/api/nothing", 404)):
        answer: Any = await api.get(path, headers={"if-none-match": "*"})
        assert answer.status_code == status
        assert answer.content
