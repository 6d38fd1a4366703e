"""The short way to a route answers as the framework's own way does."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from app.web.routes import Routes


async def _file(scope: object, receive: object, send: object) -> None:
    await PlainTextResponse("file")(scope, receive, send)  # type: ignore[arg-type]


def application() -> FastAPI:
    people = APIRouter(prefix="/people")

    @people.get("/first")
    async def first() -> str:
        return "first"

    @people.get("/{person_id}")
    async def one(person_id: str) -> str:
        return f"one {person_id}"

    @people.get("/last")
    async def shadowed() -> str:
        return "never"

    @people.post("/last")
    async def post_last() -> str:
        return "posted"

    @people.get("/{person_id}.csv")
    async def table(person_id: str) -> str:
        return f"table {person_id}"

    inner, app = APIRouter(prefix="/api"), FastAPI(openapi_url=None)
    inner.include_router(people)
    app.include_router(inner)
    app.router.routes.append(Mount("/files", _file))
    return app


@pytest.fixture
async def both() -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    long_way, short_way = application(), application()
    short_way.router.middleware_stack = Routes(short_way.router)
    clients = [
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") for app in (long_way, short_way)
    ]
    yield clients[0], clients[1]
    for client in clients:
        await client.aclose()


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/people/first",
        "/api/people/last",
        "/api/people/a%20b",
        "/api/people/a.csv",
        "/api/people/{}",
        "/api/people/",
        "/api/people",
        "/api/people/a/b",
        "/files/a.txt",
        "/nowhere",
        "/",
    ],
)
async def test_both_ways_lead_to_the_same_answer(
    both: tuple[httpx.AsyncClient, httpx.AsyncClient], method: str, path: str
) -> None:
    long_way, short_way = [await client.request(method, path) for client in both]
    assert (short_way.status_code, short_way.content) == (long_way.status_code, long_way.content)
    assert short_way.headers == long_way.headers


async def test_the_route_declared_first_wins(both: tuple[httpx.AsyncClient, httpx.AsyncClient]) -> None:
    assert (await both[1].get("/api/people/first")).json() == "first"
    assert (await both[1].get("/api/people/last")).json() == "one last"
    assert (await both[1].post("/api/people/last")).json() == "posted"


async def test_what_is_no_request_takes_the_router_s_own_way() -> None:
    app, said = application(), []
    app.router.middleware_stack = Routes(app.router)
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, str]:
        return next(messages)

    async def send(message: dict[str, str]) -> None:
        said.append(message["type"])

    await app.router({"type": "lifespan", "app": app, "state": {}}, receive, send)  # type: ignore[arg-type]
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
