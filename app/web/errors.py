"""Refusals as answers: problem+json (RFC 9457) for the API, a page or a toast for people."""

import re
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.errors import (
    DomainError,
    FieldError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from app.web.dates import day_in_words
from app.web.flash import Flash
from app.web.i18n import language_of_program, translations
from app.web.render import language_of, page, translate
from app.web.validation import field_errors
from app.wording import N_, Worded

TITLES = {
    400: N_("The request could not be read"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    409: N_("Not possible now"),
    410: N_("Erased"),
    412: N_("Changed meanwhile"),
    413: N_("Too large"),
    415: N_("Media type not supported"),
    422: N_("Values to correct"),
    428: N_("If-Match is missing"),
    429: N_("Too many requests"),
    500: N_("Something went wrong"),
    503: N_("Not reachable right now"),
}
_PLACE = re.compile(r"\{\w+\}")
_API = ("/api/", "/oauth/", "/witness/", "/.well-known/")


class MethodNotAllowed(DomainError):
    status = 405
    code = "method_not_allowed"
    detail = N_("This address does not take that method. Look at the Allow header.")


class OtherHost(Malformed):
    code = "other_host"
    detail = N_("This service has another address: use that one. Its operator sets it as PUBLIC_URL.")


class OtherCharset(DomainError):
    status = 415
    code = "other_charset"
    detail = N_("This form is written in another character set. Send it in UTF-8.")


class CrossSite(Forbidden):
    code = "cross_site"
    detail = N_("This request came from another site and was not carried out. Do it again from here.")


def install(app: FastAPI) -> None:
    """Make every refusal and failure of the application come out in one of the two shapes."""
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def answer(request: Request, error: DomainError) -> Response:
    """Return the refusal in the shape of the surface it was asked on."""
    if request.url.path.startswith(_API):
        return problem(request, error)
    if isinstance(error, Unauthenticated):
        return _to_sign_in(request)
    return _for_people(request, error)


def other_host(request: Request) -> Response:
    return answer(request, OtherHost())


def other_charset(request: Request) -> Response:
    return answer(request, OtherCharset())


def cross_site(request: Request) -> Response:
    return answer(request, CrossSite())


def problem(request: Request, error: DomainError) -> Response:
    """Return problem+json in the language of ``Accept-Language``, English if it names none of ours."""
    language = language_of_program(request)
    title = translations(language).gettext(TITLES[error.status])
    body: dict[str, Any] = {
        "type": f"{request.app.state.settings.public_url}/problems/{error.code}",
        "title": title,
        "status": error.status,
        "detail": worded(language, error),
        "instance": f"urn:request:{request.state.request_id}",
        "code": error.code,
    }
    if isinstance(error, Invalid):
        body["errors"] = [
            {"pointer": one.pointer, "code": one.code, "detail": worded(language, one)} for one in error.errors
        ]
    return Response(orjson.dumps(body), error.status, media_type="application/problem+json", headers=_headers(error))


class _Values(dict[str, object]):
    """The values of a message. One that is missing is left out of it: the refusal itself must not fail."""

    def __missing__(self, name: str) -> str:
        return "…"


def worded(language: str, error: DomainError | FieldError) -> str:
    """Return what a refusal says in one language, its values as people read them.

    States and permissions come in their words, days as a sentence has them: on 20 November 2026.
    """
    text, params = translations(language).gettext(error.detail), error.params or {}
    return text % _Values({name: _read(language, value) for name, value in params.items()}) if params else text


def _read(language: str, value: object) -> object:
    if isinstance(value, Worded):
        return translations(language).gettext(value.words)
    return day_in_words(value, language, "the") if isinstance(value, date) else value


def _headers(error: DomainError) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"www-authenticate": "Bearer"}
    if isinstance(error, TooMany):
        return {"retry-after": str(error.retry_after)}
    return {"retry-after": "5"} if isinstance(error, Unavailable) else {}


def _for_people(request: Request, error: DomainError) -> Response:
    partial = request.headers.get("hx-request-type") == "partial"
    happened = worded(language_of(request), error)
    if partial:
        toast = Flash("error", happened)
        response = page(request, "layout/_toast.html", status=error.status, toast=toast)
    else:
        again = N_("If it happens again, tell us this number: %(request_id)s")
        response = page(
            request,
            "layout/error.html",
            status=error.status,
            title=translate(request, TITLES[error.status]),
            happened=happened,
            next_step=translate(request, again, request_id=request.state.request_id),
            reasons=[],
            href="/",
            link=translate(request, N_("Go to the start")),
        )
    response.headers.update(_headers(error))
    return response


def _to_sign_in(request: Request) -> Response:
    address = f"/sign-in?next={quote(_way_back(request), safe='/')}"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": address})
    return RedirectResponse(address, status_code=303)


def _way_back(request: Request) -> str:
    """Return the page asked for, or the one whose form was sent: what was typed there waits in the browser."""
    shown = urlsplit(str(request.url) if request.method == "GET" else request.headers.get("referer", ""))
    ours = urlsplit(request.app.state.settings.public_url)
    if request.method != "GET" and (shown.scheme, shown.netloc) != (ours.scheme, ours.netloc):
        return "/"
    return (shown.path or "/") + (f"?{shown.query}" if shown.query else "")


async def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101 - registered for it
    return answer(request, error)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return answer(request, Malformed())
    if any(one["loc"][0] == "path" for one in found):
        return answer(request, NotFound())
    return answer(request, Invalid(field_errors(found, skip=1)))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    known = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge}
    response = answer(request, known.get(error.status_code, Malformed)())
    response.headers.update(error.headers or {})
    if error.status_code == MethodNotAllowed.status and (methods := _allowed(request)):
        response.headers["allow"] = methods
    return response


def _allowed(request: Request) -> str:
    """Return the methods that an address of the API takes (RFC 9110, 10.2.1); a route knows only its own."""
    fitting = [
        (path.count("{"), methods)
        for path, methods in request.app.openapi()["paths"].items()
        if re.fullmatch(_PLACE.sub("[^/]+", path), request.url.path)
    ]
    _, methods = min(fitting, key=lambda known: known[0], default=(0, {}))
    return ", ".join(method.upper() for method in methods)


async def _unexpected(request: Request, _error: Exception) -> Response:
    return answer(request, DomainError())
