"""For monitoring of the service."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from app.web.door import database
from app.web.readiness import Readiness

router = APIRouter()


@router.get("/livez")
async def livez() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> PlainTextResponse:
    """Say whether requests can be sent here: 200, or 503 without a word on why; that is in the log."""
    readiness: Readiness = request.app.state.readiness
    if await readiness.ready(database(request)):
        return PlainTextResponse("ready")
    return PlainTextResponse("not ready", status_code=503, headers={"retry-after": "5"})
