"""The first page: an employee's next thing; everybody else is shown where theirs is."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.access import organisations
from app.authz import Permission, SignedIn
from app.errors import NotFound
from app.organisations.queries import overview
from app.web.door import account_work, page_work
from app.web.flash import redirect
from app.web.login import maybe_signed_in
from app.web.render import language_of, page

router = APIRouter()


@router.get("/")
async def home(request: Request) -> Response:
    """Show the next thing to do for the signed-in person, in the organisation that their session shows."""
    caller = await maybe_signed_in(request)
    if caller is None:
        return redirect("/sign-in")
    if caller.organisation_id is None:
        return redirect("/organisations")
    try:
        work = await page_work(request)
        things = await work.read(overview.next_things, language_of(request))
    except NotFound:
        return redirect(await _elsewhere(request, caller))
    following = min(things, key=lambda thing: thing.rank)
    runs_it = work.actor.may(Permission.READ_COMPANY)
    waiting = await work.read_slow(overview.waiting) if runs_it else []
    return page(request, "home/home.html", work, things=things, next=following, home=following.facts, waiting=waiting)


async def _elsewhere(request: Request, caller: SignedIn) -> str:
    """Return where somebody goes who is no employee of what their session shows."""
    work = await account_work(request)
    agencies = {known.id for known in await work.read(organisations.of_account) if known.is_agency}
    return "/agency" if caller.organisation_id in agencies else "/organisations"
