"""What everybody may read without an account: the policies for the public, while they are in force."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.access.work import Door
from app.authz import System
from app.policies.queries import public
from app.policies.web.reading import reading
from app.web.door import database
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page

router = APIRouter(prefix="/p")


@router.get("/{company_id}/{policy_id}")
async def public_policy(
    request: Request, company_id: PathId, policy_id: PathId, language: Annotated[str, Query(max_length=8)] = ""
) -> Response:
    """Show a public policy in force. No visitor becomes anybody in the company by reading it."""
    door = Door(database(request), System("public page"), company_id, request.state.request_id)
    shown = await door.read(public.in_force, policy_id)
    chosen = next(one for one in (language, language_of(request), *shown.texts) if one in shown.texts)
    text = shown.texts[chosen]
    return page(
        request,
        "policies/public/policy.html",
        shown=shown,
        text=text,
        language=chosen,
        reading=await reading.get(company_id, text.body, chosen),
        language_names=LANGUAGES,
    )
