"""API clients of a company and of an agency: the list, a new one, a new secret, the end of one."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import AgencyWork, Work
from app.api_clients.schemas.api_client import ClientIn, NewSecretIn
from app.api_clients.services import api_clients
from app.api_clients.services.api_clients import NewSecret
from app.authz import Permission
from app.models.types import new_id
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageAgencyWork, PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import PathId
from app.web.render import page, translate
from app.web.scopes import SCOPES
from app.wording import N_

router = APIRouter()
ClientForm = Annotated[Posted[ClientIn], Depends(posted(ClientIn, hidden=("id",)))]
SecretForm = Annotated[Posted[NewSecretIn], Depends(posted(NewSecretIn, hidden=NewSecretIn.model_fields))]


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


async def _list(request: Request, work: Work | AgencyWork, place: Place, refused: Refused | None = None) -> Response:
    rows = await work.read(api_clients.of_owner)
    values: dict[str, Any] = {
        "clients": rows,
        "new_id": new_id(),
        "place": place,
        "scopes": [(scope.value, translate(request, SCOPES[scope.value])) for scope in _in_order(place)],
    }
    return page(request, "api_clients/list.html", work, **values, **form_values(request, refused))


async def _create(request: Request, work: Work | AgencyWork, place: Place, form: Posted[ClientIn]) -> Response:
    done = await submitted(form, lambda data: work.write(api_clients.create, data))
    return await _shown_once(request, work, place, done)


async def _new_secret(
    request: Request, work: Work | AgencyWork, place: Place, client_id: str, form: Posted[NewSecretIn]
) -> Response:
    done = await submitted(form, lambda data: work.write(api_clients.rotate_secret, client_id, data))
    return await _shown_once(request, work, place, done)


async def _shown_once(request: Request, work: Work | AgencyWork, place: Place, made: NewSecret | Refused) -> Response:
    """Show the secret that was made; a reload leads back to the list."""
    if isinstance(made, Refused):
        if any(error.code == "secret_shown" for error in made.errors):
            return redirect(place.home, Flash("info", made.said(request)))
        return await _list(request, work, place, made)
    address = request.app.state.settings.public_url
    return page(request, "api_clients/secret.html", work, status=201, made=made, place=place, address=address)


async def _revoke(request: Request, work: Work | AgencyWork, place: Place, client_id: str) -> Response:
    await work.write(api_clients.revoke, client_id)
    said = translate(request, N_("The API client is revoked. Its tokens are refused from now on."))
    return redirect(place.home, Flash("success", said))


def _in_order(place: Place) -> list[Permission]:
    return [scope for scope in Permission if scope in place.scopes]
