"""A receipt, checked by anybody: in their browser, from a saved file, or here where scripts do not run."""

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.accounts.web.throttle import count_check
from app.receipts.web.check_words import words_in
from app.receipts.web.offline import panels, whole_file
from app.receipts.web.verification import NOTHING, Asked, View, checked
from app.web.bounded_pool import RECEIPTS
from app.web.browsers import network
from app.web.downloads import attachment
from app.web.render import language_of, page

router = APIRouter(prefix="/verify")


@router.get("")
async def ask(request: Request) -> Response:
    """Show the page; a receipt in the address's fragment stays in the browser that reads it."""
    return _page(request, NOTHING)


@router.post("")
async def answer(request: Request) -> Response:
    """Check the posted receipt, for a browser without scripts; nothing is kept."""
    count_check(request)
    try:
        async with request.form() as form:
            asked = await _asked(form)
    except HTTPException:
        return _page(request, View(problem="too_large"))
    return _page(request, await RECEIPTS.run(network(request), checked, asked, words_in(language_of(request))))


@router.get("/offline.html")
async def saved(request: Request) -> Response:
    """Return the page as one file that works without us, scripts and styles inside."""
    content = whole_file(language_of(request)).encode()
    return attachment(content, "text/html; charset=utf-8", "portavoce-verify.html")


def _page(request: Request, view: View) -> Response:
    status = 422 if view.problem else 200
    return page(request, "receipts/verify/page.html", status=status, panels=panels(language_of(request), view))


async def _asked(form: FormData) -> Asked:
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    return Asked(content.decode(errors="replace") or str(form.get("receipt", "")), str(form.get("vkey", "")))
