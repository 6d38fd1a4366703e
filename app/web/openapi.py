"""What the API says of itself: OpenAPI 3.1, with the one error shape on every operation."""

from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from app.authz import Permission

Responses = dict[int | str, dict[str, Any]]

_SCHEME = "oauth2"
DOCUMENT: dict[str, Any] = {
    "version": "1.0.0",
    "summary": "Employee brand advocacy: policy, training, opt-in, campaigns.",
    "description": (
        "One page of rules holds for every resource: keyset lists with `limit` and `cursor`, `ETag` and `If-Match`, "
        "`Idempotency-Key` on every POST, `application/problem+json` errors, and a request id on every answer."
    ),
    "contact": {"name": "Portavoce", "url": "https://portavoce.example"},
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "openapi_url": "/api/v1/openapi.json",
    "docs_url": None,
    "redoc_url": None,
}


class ProblemField(BaseModel):
    pointer: str = Field(description="RFC 6901 pointer into what was sent", max_length=500)
    code: str = Field(max_length=100)
    detail: str = Field(max_length=1000)


class Problem(BaseModel):
    """RFC 9457. ``type`` is a documented address; ``detail`` says what to do next."""

    type: str = Field(max_length=500)
    title: str = Field(max_length=200)
    status: int = Field(ge=400, le=599)
    detail: str = Field(max_length=2000)
    instance: str = Field(max_length=200)
    code: str = Field(max_length=100)
    errors: list[ProblemField] | None = Field(None, max_length=1000)


def op(
    operation_id: str,
    summary: str,
    *permissions: Permission,
    refuses: tuple[int, ...] = (),
    answers: Responses | None = None,
    extra: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Declare an operation of the API: ``@router.get(path, **op("get_policy", "Read a policy", permission))``.

    ``permissions`` are all that its service functions require: the document names them, and a repeated request is
    asked for them before its first answer is replayed. ``refuses`` are the statuses beyond those that every operation
    may answer with, ``answers`` describes its good ones, ``extra`` is more of the operation's OpenAPI object.
    """
    security = [{_SCHEME: [permission.value for permission in permissions]}]
    return {
        "operation_id": operation_id,
        "summary": summary,
        "responses": {**_problems(refuses), **(answers or {})},
        "openapi_extra": {"security": security, **(extra or {})},
    }


def permissions_of(route: APIRoute) -> list[Permission]:
    """Return the permissions that ``op`` declared for a route."""
    assert route.openapi_extra is not None  # noqa: S101 - every operation is declared by ``op``
    return [Permission(scope) for scope in scopes_of(route.openapi_extra)]


def scopes_of(operation: dict[str, Any]) -> list[str]:
    """Return the scopes that an operation of the document needs."""
    scopes: list[str] = operation["security"][0][_SCHEME]
    return scopes


def _problems(beyond: tuple[int, ...]) -> Responses:
    """Return the documented refusals of an operation, each as problem+json."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _REASONS[status], "content": content} for status in sorted({*_EVERYWHERE, *beyond})}


_EVERYWHERE = (400, 401, 403, 404, 422, 429, 500, 503)
_REASONS = {
    400: "The request could not be read.",
    401: "No valid access token.",
    403: "A scope is missing; `detail` names it.",
    404: "No such thing here, or it belongs to another tenant.",
    405: "The address does not take this method.",
    409: "Not possible in the present state.",
    410: "It was erased.",
    412: "Somebody changed it meanwhile: read again.",
    413: "Too large.",
    415: "Media type not supported.",
    422: "Some values are missing or wrong; `errors` says which.",
    428: "If-Match is missing.",
    429: "Too many requests; `Retry-After` says when to try again.",
    500: "Our fault; give us the request id.",
    503: "Storage is not reachable; nothing was stored.",
}
