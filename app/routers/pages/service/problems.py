"""What the address in a problem's ``type`` leads to: what happened, and what to do about it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.errors import NotFound
from app.web.errors import TITLES
from app.web.problems import CATALOGUE, Kind, without_values
from app.web.render import page, translate

router = APIRouter()


@router.get("/problems")
async def every(request: Request) -> Response:
    rows = [(kind, _words(request, kind)) for kind in CATALOGUE.values()]
    return page(request, "service/problems/list.html", rows=rows)


@router.get("/problems/{code}")
async def one(request: Request, code: Annotated[str, Path(max_length=60)]) -> Response:
    kind = CATALOGUE.get(code)
    if kind is None:
        raise NotFound
    title = translate(request, TITLES[kind.status])
    return page(request, "service/problems/problem.html", kind=kind, title=title, words=_words(request, kind))


def _words(request: Request, kind: Kind) -> list[str]:
    return [without_values(translate(request, detail)) for detail in kind.details]
