"""The mailbox that stands in for a mail server while Portavoce is tried out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.accounts.queries import sign_in as queries
from app.errors import NotFound
from app.settings import Settings
from app.web.door import VisitorWork
from app.web.render import page


async def only_while_trying_out(request: Request) -> None:
    settings: Settings = request.app.state.settings
    if not settings.demo or settings.smtp_url.get_secret_value():
        raise NotFound


router = APIRouter(prefix="/development/mail", dependencies=[Depends(only_while_trying_out)])


@router.get("")
async def show(request: Request, work: VisitorWork) -> Response:
    return page(request, "service/development/mails.html", mails=await work.read(queries.development_mails))


@router.get("/{mail_id}")
async def read(request: Request, work: VisitorWork, mail_id: Annotated[str, Path(max_length=36)]) -> Response:
    found = await work.read(queries.development_mail, mail_id)
    if found is None:
        raise NotFound
    return page(request, "service/development/mail.html", mail=found, paragraphs=found.text.strip().split("\n\n"))
