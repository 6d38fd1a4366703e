"""From an account that proved itself to a browser that is signed in: every way in ends here."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from app.access import organisations
from app.access.organisations import Organisation
from app.access.work import AccountWork, Door
from app.accounts.queries import sign_in as queries
from app.accounts.services import sign_in
from app.authz import SignedIn, System
from app.errors import NotFound
from app.models import SignInMethod
from app.settings import Settings
from app.web import browsers
from app.web.door import database
from app.web.flash import Flash, redirect
from app.web.i18n import LANGUAGES
from app.web.login import SESSION, idle_time, set_session

_NEXT = "next"
_LANGUAGE = "chosen"
_AT_THE_DOOR_SECONDS = 900
_LONGEST = 500
CHOOSE = "/organisations"


@dataclass(frozen=True, slots=True)
class _WayIn:
    """How somebody came in, and what their session is: see ``models.SignInSession``."""

    method: SignInMethod
    organisation_id: str | None
    locked: bool = False
    shared: bool = False


def local_path(address: str) -> str:
    """Return an address of our own to go on to, ``/`` for anything else.

    Browsers read a backslash as a slash and skip control characters, so both would lead to another site.
    """
    odd = len(address) > _LONGEST or "\\" in address or any(sign <= " " or sign == "\x7f" for sign in address)
    return "/" if odd or not address.startswith("/") or address.startswith("//") else address


def next_path(address: str) -> str:
    """Return where to go after signing in: an address of our own that is not about signing in."""
    path = local_path(address)
    return "/" if path.startswith("/sign-in") else path


async def welcome(
    request: Request, account_id: str, method: SignInMethod, to: str = "/", flash: Flash | None = None
) -> Response:
    """Sign the browser in with the first organisation that is open to the account, and send it on."""
    work = own_work(request, account_id)
    organisation = await first_open(request, work)
    response = _go_on(organisation, to, flash)
    await _begin(request, response, work, _WayIn(method, organisation and organisation.id))
    email = (await work.read(queries.own_credentials)).email
    if email is not None:
        browsers.remember(request, response, email)
    return response


async def welcome_invited(request: Request, account_id: str, company_id: str, *, shared: bool) -> Response:
    """Sign the browser in with a printed code: in its company alone, and for minutes if people ``shared`` it."""
    work = own_work(request, account_id)
    response = redirect("/")
    way = _WayIn(SignInMethod.INVITATION, company_id, locked=True, shared=shared)
    await _begin(request, response, work, way)
    return response


async def _begin(request: Request, response: Response, work: AccountWork, way: _WayIn) -> None:
    settings: Settings = request.app.state.settings
    token = await work.write(
        sign_in.begin,
        str(work.account_id),
        way.method,
        _browser(request, settings, shared=way.shared),
        organisation_id=way.organisation_id,
        locked=way.locked,
        replaces=request.cookies.get(SESSION, ""),
        language=_kept_language(request),
    )
    set_session(response, settings, token, shared=way.shared)
    for name in (_NEXT, _LANGUAGE):
        response.delete_cookie(name, path="/", httponly=True, samesite="lax")


def _browser(request: Request, settings: Settings, *, shared: bool) -> sign_in.Browser:
    lifetimes = sign_in.Lifetimes(idle_time(settings, shared=shared), timedelta(days=settings.session_days))
    return sign_in.Browser(browsers.family(request.headers.get("user-agent", "")), lifetimes, shared)


def _go_on(organisation: Organisation | None, to: str, flash: Flash | None) -> Response:
    if organisation is None:
        return redirect(CHOOSE, flash)
    return redirect(home_of(organisation) if to == "/" else to, flash)


def home_of(organisation: Organisation) -> str:
    """Return the first page of a company or an agency."""
    return "/agency" if organisation.is_agency else "/"


async def first_open(request: Request, work: AccountWork) -> Organisation | None:
    """Return where the account was last, or its only organisation; None if it has to choose.

    Any company can add anybody's e-mail to its people: being added must not decide where somebody lands.
    """
    known, last = await work.read(organisations.of_account), await work.read(queries.last_organisation)
    shown = await _open(request, work, [one for one in known if one.id == last])
    rest = shown or await _open(request, work, known)
    return rest[0] if len(rest) == 1 else None


async def open_organisations(request: Request, work: AccountWork) -> list[Organisation]:
    """Return the account's organisations without those it left."""
    return await _open(request, work, await work.read(organisations.of_account))


async def _open(request: Request, work: AccountWork, known: list[Organisation]) -> list[Organisation]:
    """Return which of these open. Each company is asked at its own door: no scope sees into two of them (ADR 0021)."""
    return [one for one in known if one.is_agency or await _is_open(request, work, one.id)]


async def _is_open(request: Request, work: AccountWork, company_id: str) -> bool:
    """Tell whether the door of this company opens to the account today."""
    caller = SignedIn(str(work.account_id), "", "", work.now, "", company_id, locked=False)
    try:
        await Door(database(request), caller, company_id, work.request_id).enter()
    except NotFound:
        return False
    return True


def keep_next(response: Response, to: str) -> None:
    """Remember where somebody wanted to go while they fetch the link from their mail."""
    response.set_cookie(_NEXT, to, max_age=_AT_THE_DOOR_SECONDS, path="/", httponly=True, samesite="lax")


def kept_next(request: Request) -> str:
    return next_path(request.cookies.get(_NEXT, ""))


def keep_language(response: Response, language: str) -> None:
    """Remember what somebody chose at the door, for whoever comes in next and soon.

    Only that: on a machine that people share, a choice of long ago must not change what somebody else's account speaks.
    """
    response.set_cookie(_LANGUAGE, language, max_age=_AT_THE_DOOR_SECONDS, path="/", httponly=True, samesite="lax")


def _kept_language(request: Request) -> str:
    language = request.cookies.get(_LANGUAGE, "")
    return language if language in LANGUAGES else ""


def own_work(request: Request, account_id: str) -> AccountWork:
    """Return work of an account."""
    return AccountWork(database(request), account_id, request.state.request_id)


def as_system(request: Request, name: str, company_id: str) -> Door:
    """Let the service itself act in a company, for whoever is not inside yet."""
    return Door(database(request), System(name), company_id, request.state.request_id)
