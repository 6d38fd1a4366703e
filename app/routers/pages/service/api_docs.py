"""The API's documentation for people, drawn from the very document that programs read."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web.api_reference import sections
from app.web.render import page, translate
from app.web.scopes import SCOPES

router = APIRouter()


@router.get("/docs")
async def api_docs(request: Request) -> Response:
    document = request.app.openapi()
    scopes = [(scope, translate(request, words)) for scope, words in SCOPES.items()]
    address = request.app.state.settings.public_url
    return page(request, "service/api_docs/docs.html", sections=sections(document), scopes=scopes, address=address)
