"""My space: what I confirmed, how I sign in, what the company sees of me."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.policies.queries import acknowledgements as queries
from app.rules.instants import parse
from app.web.door import PageWork
from app.web.i18n import LANGUAGES
from app.web.render import page

router = APIRouter()


@router.get("/me")
async def my_space(request: Request, work: PageWork) -> Response:
    """Show what the person confirmed here, and lead to their settings."""
    acknowledged = await work.read(queries.own)
    return page(request, "home/me.html", work, acknowledged=acknowledged, instant=parse, language_names=LANGUAGES)
