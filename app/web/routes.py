"""The short way from an address to its route.

Matching one route after the other, as the framework does, costs more than many an answer with some 180 routes. This
tree of path segments names the few routes an address can mean; they are still matched by the framework's own rules,
in the order in which they were declared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi.routing import APIRoute, APIRouter, RouteContext, iter_route_contexts
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

_ANY = "{}"


@dataclass(slots=True)
class _Place:
    """Where a path can go on, and the routes (with their rank) that end here."""

    following: dict[str, "_Place"] = field(default_factory=dict)
    routes: list[tuple[int, RouteContext]] = field(default_factory=list)


class Routes:
    """Answers through a router's routes; what it does not find outright takes the router's own, longer way."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._root = _Place()
        for rank, route in enumerate(iter_route_contexts(router.routes)):
            if isinstance(route.original_route, APIRoute):
                self._enter(rank, route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for _, route in sorted(_ending(self._root, scope["path"].split("/")), key=_rank):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found, router=self._router, route=route.original_route)
                    await route.app(scope, receive, send)
                    return
        await self._router.app(scope, receive, send)

    def _enter(self, rank: int, route: RouteContext) -> None:
        place = self._root
        for segment in (route.path or "").split("/"):
            place = place.following.setdefault(_ANY if "{" in segment else segment, _Place())
        place.routes.append((rank, route))


def _ending(place: _Place, segments: list[str]) -> Iterator[tuple[int, RouteContext]]:
    """Yield the routes of every place that these segments lead to."""
    if not segments:
        yield from place.routes
        return
    for following in (segments[0], _ANY):
        if following in place.following:
            yield from _ending(place.following[following], segments[1:])


def _rank(found: tuple[int, RouteContext]) -> int:
    return found[0]
