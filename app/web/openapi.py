"""What the API says of itself: OpenAPI 3.1, with the one error shape on every operation."""

from typing import Any

from pydantic import BaseModel, Field

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


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documented refusals of an operation, each as problem+json."""
    named = (400, 401, 403, 404, 422, 429, 500, 503, *statuses)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _REASONS[status], "content": content} for status in sorted(set(named))}


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
