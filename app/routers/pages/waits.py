"""What the menu of every company page counts."""

from fastapi import Depends, Request

from app.organisations.queries import overview
from app.web.door import PageWork


async def note_waiting(request: Request, work: PageWork) -> None:
    """Read what waits for the actor before a whole page is shown; a part of a page has no menu."""
    whole = request.method == "GET" and request.headers.get("hx-request-type") != "partial"
    request.state.waiting = await work.read_slow(overview.waiting) if whole else []


COMPANY_PAGES = [Depends(note_waiting)]
