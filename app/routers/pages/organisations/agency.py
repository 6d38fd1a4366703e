"""The agency's first page: where each client stands; and a new client."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import AccountWork, AgencyWork, Door, Work
from app.authz import Caller, EngagementScope, Permission
from app.errors import NotFound
from app.models.types import new_id
from app.organisations.queries import client_companies
from app.organisations.queries.client_companies import ClientCompany
from app.organisations.schemas.company import ClientForm
from app.organisations.services import companies, entering, time_zones
from app.organisations.web import client_list
from app.organisations.web.client_company_words import waits_for
from app.organisations.web.client_list import Line
from app.organisations.web.engagement_words import scope_choices
from app.rules.folding import is_named_like
from app.schemas.base import Search
from app.web import lists
from app.web.door import OwnWork, PageAgencyWork, SignedInCaller
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.lists import Column, ListAsked
from app.web.paging import Paging
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/agency")
_DOORS = (
    (Permission.SUMMARISE_ACKNOWLEDGEMENTS, "/company/policies/coverage"),
    (Permission.READ_POLICIES, "/company/policies"),
    (Permission.READ_TRAINING, "/company/training"),
)


_COLUMNS = (
    Column(N_("Client company"), (("name", N_("Client company")),)),
    Column(N_("How far it is")),
    Column("", (("waits", N_("What blocks")),)),
)


@router.get("")
async def show(
    request: Request, work: PageAgencyWork, paging: Paging, asked: ListAsked, q: Annotated[Search, Query()] = ""
) -> Response:
    """List the clients with what each of them is waiting for."""
    every = await work.read(client_companies.of_agency)
    lines = [await _line(work, client) for client in every if is_named_like(client.name, q)]
    found = client_list.found(lines, asked.sort)
    return page(
        request,
        "organisations/agency/clients.html",
        work,
        list=lists.view(request, paging, found, _COLUMNS, {"q": q}),
        lines=found.in_order(lines, "client.company_id"),
        q=q,
        may_create=work.actor.may(Permission.CREATE_COMPANIES),
    )


@router.get("/clients/new")
async def new(request: Request, work: PageAgencyWork) -> Response:
    return await _new(request, work)


@router.post("/clients/new")
async def create(
    request: Request, work: PageAgencyWork, form: Annotated[Posted[ClientForm], Depends(posted(ClientForm))]
) -> Response:
    """Take on a client; its owner gets a mail."""
    company_id = new_id()
    done = await submitted(
        form, lambda data: work.write_in_company(company_id, companies.create, company_id, data.company())
    )
    if isinstance(done, Refused):
        return await _new(request, work, done)
    text = N_("%(name)s is a client now. Its owner gets a mail with the way in.")
    return redirect("/agency", Flash("success", translate(request, text, name=done.name)))


@router.post("/clients/{company_id}/enter")
async def enter(own: OwnWork, caller: SignedInCaller, company_id: PathId) -> Response:
    """Show a client's pages in this session, if its door opens."""
    door = _first_page(await _door_of(own, caller, company_id).enter())
    if not door:
        raise NotFound
    await own.write(entering.show, caller.session_id, company_id)
    return redirect(door)


async def _line(work: AgencyWork, client: ClientCompany) -> Line:
    """Look into one client, as the caller and in its own scope: the only way from an agency to many companies."""
    if not client.open:
        return Line(client, None, "", waits_for(client, None))
    try:
        inside = await _door_of(work, work.caller, client.company_id).enter()
        seen = await inside.read_slow(client_companies.inside)
    except NotFound:  # ended since the list was read
        return Line(client, None, "", waits_for(client, None))
    return Line(client, seen, _first_page(inside), waits_for(client, seen))


def _first_page(inside: Work) -> str:
    """Return the first page of a client that the caller may see; empty if there is none."""
    return next((door for needed, door in _DOORS if inside.actor.may(needed)), "")


async def _new(request: Request, work: AgencyWork, refused: Refused | None = None) -> Response:
    work.require(Permission.CREATE_COMPANIES)
    everything = [scope.value for scope in EngagementScope]
    values: dict[str, Any] = {
        "chosen": refused.form.lists.get("scopes", []) if refused else everything,
        "scopes": scope_choices(request),
        "languages": LANGUAGES,
        "zones": time_zones.suggested(),
        "today": work.now.date(),
    }
    return page(request, "organisations/agency/new.html", work, **values, **form_values(request, refused))


def _door_of(work: AgencyWork | AccountWork, caller: Caller, company_id: str) -> Door:
    return Door(work.db, caller, company_id, work.request_id)
