"""The mailbox that stands in for a mail server while Portavoce is tried out."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from app.accounts.queries import sign_in as queries
from app.errors import NotFound
from app.models import DevelopmentMail
from app.settings import Settings
from app.web.door import VisitorWork
from app.web.ids import PathId
from app.web.middleware import PAGE_POLICY
from app.web.render import page

# Mails have inline styles, as mail programs want them. What a person typed stands in them, so nothing else is let in.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


async def only_while_trying_out(request: Request) -> None:
    settings: Settings = request.app.state.settings
    if not settings.demo or settings.smtp_url.get_secret_value():
        raise NotFound


router = APIRouter(prefix="/development/mail", dependencies=[Depends(only_while_trying_out)])


@router.get("")
async def show(request: Request, work: VisitorWork) -> Response:
    return page(request, "service/development/mails.html", mails=await work.read(queries.development_mails))


@router.get("/{mail_id}")
async def read(request: Request, work: VisitorWork, mail_id: PathId) -> Response:
    """Show a mail as a mail program does, with its text beside it."""
    mail = await _found(work, mail_id)
    shown = page(request, "service/development/mail.html", mail=mail, paragraphs=mail.text.strip().split("\n\n"))
    shown.headers["content-security-policy"] = f"{PAGE_POLICY}; frame-src 'self'"
    return shown


@router.get("/{mail_id}/html")
async def show_html(work: VisitorWork, mail_id: PathId) -> Response:
    """Show the HTML of a mail alone: no scripts, nothing loaded, nothing but links that open elsewhere."""
    mail = await _found(work, mail_id)
    return HTMLResponse(mail.html, headers={"content-security-policy": _MAIL_POLICY, "cache-control": "no-store"})


async def _found(work: VisitorWork, mail_id: str) -> DevelopmentMail:
    mail = await work.read(queries.development_mail, mail_id)
    if mail is None:
        raise NotFound
    return mail
