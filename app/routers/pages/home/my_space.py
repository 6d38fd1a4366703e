"""My space: what I confirmed, my hours of training, how I sign in, what the company sees of me."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.policies.queries import acknowledgements as queries
from app.rules.instants import parse
from app.training.queries import certificates
from app.training.queries import hours as training_hours
from app.training.rules.hours import hours_and_minutes
from app.web.door import PageWork
from app.web.i18n import LANGUAGES
from app.web.render import language_of, page

router = APIRouter()


@router.get("/me")
async def my_space(request: Request, work: PageWork) -> Response:
    """Show what the person confirmed here, and lead to their settings."""
    acknowledged = await work.read(queries.own)
    hours = await work.read(training_hours.own, language_of(request))
    held = await work.read(certificates.own, language_of(request))
    values: dict[str, Any] = {
        "certificates": held,
        "acknowledged": acknowledged,
        "hours": hours,
        "duration": hours_and_minutes,
    }
    return page(request, "home/me.html", work, instant=parse, language_names=LANGUAGES, **values)
