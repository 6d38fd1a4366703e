"""Printing invitations for people without e-mail."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.accounts.schemas.sign_in import InvitationsIn
from app.errors import Conflict, FieldError, Invalid
from app.people.services import invitations
from app.people.services.invitations import Printed
from app.policies.queries import coverage
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Id
from app.web import pdf
from app.web.bounded_work import PRINTING
from app.web.door import PageWork
from app.web.forms import Posted, posted
from app.web.i18n import translations
from app.web.ids import GivenId
from app.web.render import page

router = APIRouter(prefix="/company/invitations", dependencies=COMPANY_PAGES)
_VALID_DAYS = 30


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
    return await _form(request, work, chosen, {}, person or [], 200)


@router.post("")
async def print_sheets(
    request: Request, work: PageWork, form: Annotated[Posted[InvitationsIn], Depends(posted(InvitationsIn))]
) -> Response:
    people = [value for value in (await request.form()).getlist("person_ids") if isinstance(value, str)]
    if form.value is None:
        return await _form(request, work, form.raw, form.errors, people, 422)
    settings = request.app.state.settings
    try:
        cards = await work.write(invitations.print_for, form.value, settings.secret_key.get_secret_value())
    except Invalid as refused:
        errors = {error.pointer.split("/")[1]: error for error in refused.errors}
        return await _form(request, work, form.raw, errors, people, 422)
    except Conflict as refused:
        errors = {"team_id": FieldError("/team_id", refused.code, refused.detail)}
        return await _form(request, work, form.raw, errors, people, 422)
    return await _sheets(work, cards, form.value, settings.public_url)


async def _sheets(work: Work, cards: list[Printed], data: InvitationsIn, public_url: str) -> Response:
    printed = [pdf.Invitation(card.name, card.team, card.code, f"{public_url}/i/{card.code}") for card in cards]
    language = work.company.language
    translate = translations(language).gettext
    texts, company = await work.read(invitations.to_read), work.organisation

    def draw() -> bytes:
        minutes = invitations.reading_minutes(texts)
        return pdf.invitation_sheet(printed, company, language, data.valid_until, minutes, translate)

    sheets = await PRINTING.run(draw)
    headers = {"content-disposition": 'attachment; filename="invitations.pdf"', "cache-control": "no-store"}
    return Response(sheets, media_type="application/pdf", headers=headers)


async def _form(
    request: Request, work: Work, raw: dict[str, str], errors: dict[str, FieldError], people: list[str], status: int
) -> Response:
    teams = await work.read(invitations.teams)
    versions = [version for version in await work.read(coverage.published) if version.current]
    day = work.now.date() + timedelta(days=_VALID_DAYS)
    return page(
        request,
        "people/invitations/print.html",
        work,
        status=status,
        teams=teams,
        versions=versions,
        people=people,
        raw=raw,
        errors=errors,
        today=work.now.date().isoformat(),
        valid_until=raw.get("valid_until", day.isoformat()),
    )
