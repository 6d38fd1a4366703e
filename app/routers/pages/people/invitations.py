"""Printing invitations for people without e-mail."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.accounts.schemas.sign_in import InvitationsIn
from app.people.services import invitations
from app.people.services.invitations import Printed
from app.people.web.inviting import invitation_form
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Id
from app.web import pdf
from app.web.bounded_pool import PRINTING
from app.web.door import PageWork
from app.web.forms import Posted, Refused, posted, submitted
from app.web.i18n import translations
from app.web.ids import GivenId, ids_among

router = APIRouter(prefix="/company/invitations", dependencies=COMPANY_PAGES)


@router.get("")
async def show(
    request: Request,
    work: PageWork,
    person: Annotated[list[Id] | None, Query(max_length=1200)] = None,
    team: GivenId = None,
    version: GivenId = None,
) -> Response:
    """Offer whom to print for; a link can choose a team, and those who still have to read a version."""
    chosen = {"team_id": team or ""} | ({"pending_version_id": version} if version else {"only_new": "yes"})
    return await invitation_form(request, work, chosen, person or [])


@router.post("")
async def print_sheets(
    request: Request, work: PageWork, form: Annotated[Posted[InvitationsIn], Depends(posted(InvitationsIn))]
) -> Response:
    settings = request.app.state.settings

    async def act(data: InvitationsIn) -> bytes:
        cards = await work.write(invitations.print_for, data, settings.secret_key.get_secret_value())
        return await _sheets(work, cards, data, settings.public_url)

    done = await submitted(form, act, {"nobody_to_invite": "team_id", "too_many": "team_id"})
    if isinstance(done, Refused):
        return await invitation_form(request, work, form.raw, ids_among(form.lists.get("person_ids", [])), done)
    headers = {"content-disposition": 'attachment; filename="invitations.pdf"', "cache-control": "no-store"}
    return Response(done, media_type="application/pdf", headers=headers)


async def _sheets(work: Work, cards: list[Printed], data: InvitationsIn, public_url: str) -> bytes:
    printed = [pdf.Invitation(card.name, card.team, card.code, f"{public_url}/i/{card.code}") for card in cards]
    language = work.company.language
    translate = translations(language).gettext
    texts, company = await work.read(invitations.to_read), work.organisation

    def draw() -> bytes:
        minutes = invitations.reading_minutes(texts)
        return pdf.invitation_sheet(printed, company, language, data.valid_until, minutes, translate)

    return await PRINTING.run(work.company_id, draw)
