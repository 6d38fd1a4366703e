"""For whoever watches over the service."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

router = APIRouter()


@router.get("/livez")
async def livez() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")
