"""API clients of a company and of an agency: the list, a new one, a new secret, the end of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import AgencyWork, Work
from app.api_clients.schemas.api_client import ClientIn, NewSecretIn
from app.api_clients.services import api_clients
from app.api_clients.services.api_clients import NewSecret
from app.authz import Permission
from app.errors import Conflict, FieldError, Invalid
from app.models.types import new_id
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageAgencyWork, PageWork
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted, posted
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.web.scopes import SCOPES
from app.wording import N_

router = APIRouter()
ClientForm = Annotated[Posted[ClientIn], Depends(posted(ClientIn))]
SecretForm = Annotated[Posted[NewSecretIn], Depends(posted(NewSecretIn))]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages of one kind of owner are, and which scopes its clients can have."""

    home: str
    scopes: frozenset[Permission]


_COMPANY = Place("/company/clients", api_clients.COMPANY_SCOPES)
_AGENCY = Place("/agency/api-clients", api_clients.AGENCY_SCOPES)


@router.get(_COMPANY.home, dependencies=COMPANY_PAGES)
async def of_company(request: Request, work: PageWork) -> Response:
    return await _list(request, work, _COMPANY)


@router.post(_COMPANY.home)
async def create_in_company(request: Request, work: PageWork, form: ClientForm) -> Response:
    return await _create(request, work, _COMPANY, form)


@router.post(f"{_COMPANY.home}/{{client_id}}/secret")
async def new_secret_in_company(request: Request, work: PageWork, client_id: PathId, form: SecretForm) -> Response:
    return await _new_secret(request, work, _COMPANY, client_id, form)


@router.post(f"{_COMPANY.home}/{{client_id}}/revoke")
async def revoke_in_company(request: Request, work: PageWork, client_id: PathId) -> Response:
    return await _revoke(request, work, _COMPANY, client_id)


@router.get(_AGENCY.home)
async def of_agency(request: Request, work: PageAgencyWork) -> Response:
    return await _list(request, work, _AGENCY)


@router.post(_AGENCY.home)
async def create_in_agency(request: Request, work: PageAgencyWork, form: ClientForm) -> Response:
    return await _create(request, work, _AGENCY, form)


@router.post(f"{_AGENCY.home}/{{client_id}}/secret")
async def new_secret_in_agency(request: Request, work: PageAgencyWork, client_id: PathId, form: SecretForm) -> Response:
    return await _new_secret(request, work, _AGENCY, client_id, form)


@router.post(f"{_AGENCY.home}/{{client_id}}/revoke")
async def revoke_in_agency(request: Request, work: PageAgencyWork, client_id: PathId) -> Response:
    return await _revoke(request, work, _AGENCY, client_id)


async def _list(
    request: Request, work: Work | AgencyWork, place: Place, refused: Posted[ClientIn] | None = None
) -> Response:
    rows = await work.read(api_clients.of_owner)
    values: dict[str, Any] = {
        "clients": rows,
        "new_id": new_id(),
        "place": place,
        "scopes": [(scope.value, translate(request, SCOPES[scope.value])) for scope in _in_order(place)],
        "chosen": (await request.form()).getlist("scopes") if refused else [],
        "raw": refused.raw if refused else {},
        "errors": _worded(request, refused.errors) if refused else {},
    }
    return page(request, "api_clients/list.html", work, status=422 if refused else 200, **values)


async def _create(request: Request, work: Work | AgencyWork, place: Place, form: Posted[ClientIn]) -> Response:
    if form.value is None:
        return await _list(request, work, place, form)
    return await _shown_once(request, work, place, api_clients.create, form.value)


async def _new_secret(
    request: Request, work: Work | AgencyWork, place: Place, client_id: str, form: Posted[NewSecretIn]
) -> Response:
    if form.value is None:
        raise Invalid(list(form.errors.values()))
    return await _shown_once(request, work, place, api_clients.rotate_secret, client_id, form.value)


async def _shown_once(
    request: Request, work: Work | AgencyWork, place: Place, verb: Callable[..., NewSecret], *args: Any
) -> Response:
    """Show the secret that the verb makes; whoever loads the page again is led back to the list."""
    try:
        made = await work.write(verb, *args)
    except Conflict as refused:
        if refused.code != "secret_shown":
            raise
        return redirect(place.home, Flash("info", translate(request, refused.detail)))
    address = request.app.state.settings.public_url
    return page(request, "api_clients/secret.html", work, status=201, made=made, place=place, address=address)


async def _revoke(request: Request, work: Work | AgencyWork, place: Place, client_id: str) -> Response:
    await work.write(api_clients.revoke, client_id)
    said = translate(request, N_("The client is revoked. Its tokens are refused from now on."))
    return redirect(place.home, Flash("success", said))


def _in_order(place: Place) -> list[Permission]:
    return [scope for scope in Permission if scope in place.scopes]


def _worded(request: Request, errors: dict[str, FieldError]) -> dict[str, str]:
    return {name: worded(language_of(request), error) for name, error in errors.items()}
