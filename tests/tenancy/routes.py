"""Every route of the application, who may use it, and a request to it that is well formed."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlmodel import SQLModel

from app.models.types import new_id
from app.web import door, uploads
from app.web.login import signed_in

GUARDS: dict[Callable[..., Any], str] = {
    door.company_work: "company client",
    door.client_agency_work: "agency client",
    door.page_work: "company",
    door.page_agency_work: "agency",
    door.account_work: "account",
    signed_in: "account",
}
# What a path parameter names, where its own name does not say it.
_TABLES = {
    "place": "team",
    "client": "oauth_client",
    "posting": "posting_record",
    "file": "stored_file",
    "organisation": "company",
    "version": "policy_version",
    "lesson_key": "lesson_key",
    "pending_version": "policy_version",
}
_VALUES = {
    "language": "it",
    "question_place": "0",
    "kind": "teams",
    "code": "not_found",
    "external_id": "X-1",
    "month": "2020-01",
}


@dataclass(frozen=True)
class Route:
    """A method of a path, and the strongest guard among its dependencies, if it has any."""

    method: str
    path: str
    guard: str | None
    form: Any
    with_file: bool
    operation: dict[str, Any]
    required: list[str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def inner(self) -> list[str]:
        """Return the parameters that name a row inside a company or of an account."""
        return [name for name in self.parameters if name not in _VALUES and name != "company_id"]

    def address(self, ids: dict[str, str], **given: str) -> str:
        """Return the path with these rows in it, and filters by rows of the same owner."""
        path = re.sub(r"{(\w+)}", lambda found: given.get(found[1]) or _named(found[1], ids), self.path)
        filters = [one["name"] for one in self.operation.get("parameters", []) if one["in"] == "query"]
        query = {name: _named(name, ids) for name in filters if name.endswith("_id")}
        query |= {name: _VALUES.get(name, "1") for name in self.required}
        return str(httpx.URL(path, params=query)) if query else path

    def request(self, schemas: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
        """Return the keywords of a well-formed request: body and headers. Ids in it are of these rows."""
        headers = {"if-match": '"1"'} if self.method in {"PUT", "PATCH", "DELETE"} else {}
        if self.form is not None:
            schema = self.form.model_json_schema()
            return {"headers": headers, "data": sample(schema, schema.get("$defs", {}), ids)}
        content = self.operation.get("requestBody", {}).get("content", {})
        for media_type, described in content.items():
            body = described.get("example") if media_type == "text/csv" else sample(described["schema"], schemas, ids)
            if media_type == "application/json":
                return {"headers": headers, "json": body}
            if media_type == "multipart/form-data":
                return {"headers": headers, "files": {name: _part(str(value)) for name, value in body.items()}}
            return {"headers": {**headers, "content-type": media_type}, "content": str(body)}
        return {"headers": headers}


@cache
def all_routes(app: FastAPI) -> list[Route]:
    """Return every route that is one; files below /static are none."""
    return [route for context in iter_route_contexts(app.routes) for route in _of(context, app.openapi()["paths"])]


def _of(context: Any, paths: dict[str, Any]) -> Iterator[Route]:
    for method in sorted((context.methods or set()) - {"HEAD"}):
        dependants = list(_dependants(context.dependant)) if hasattr(context.route, "dependant") else []
        calls = [dependant.call for dependant in dependants[1:]]
        guard = next((name for call, name in GUARDS.items() if call in calls), None)
        form = next(filter(None, map(_form, calls)), None)
        with_file = any(inspect.isfunction(call) and call.__module__ == uploads.__name__ for call in calls)
        operation = paths.get(context.path, {}).get(method.lower(), {})
        query = [field for dependant in dependants for field in dependant.query_params]
        required = [field.alias for field in query if field.field_info.is_required()]
        yield Route(method, context.path, guard, form, with_file, operation, required)


def _dependants(dependant: Any) -> Iterator[Any]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _dependants(inner)


def _form(call: Any) -> Any:
    return inspect.getclosurevars(call).nonlocals.get("schema") if inspect.isfunction(call) else None


def _named(parameter: str, ids: dict[str, str]) -> str:
    """Return the id that a parameter names; ValueError for a new kind of name, which then belongs in _TABLES."""
    if parameter in _VALUES:
        return _VALUES[parameter]
    stem = parameter.removesuffix("_id")
    tables = [name for name in SQLModel.metadata.tables if name == stem or name.endswith(f"_{stem}")]
    return ids.get(_TABLES.get(stem) or min(tables, key=len)) or new_id()


def sample(schema: dict[str, Any], schemas: dict[str, Any], ids: dict[str, str], name: str = "") -> Any:
    """Return a value that the schema accepts; what is called an id is one of ``ids`` if there is such a table."""
    for choice in ("anyOf", "oneOf", "allOf"):
        schema = schema[choice][0] if choice in schema else schema
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].split("/")[-1]], schemas, ids, name)
    known = [schema[word] for word in ("const", "default", "example") if schema.get(word) is not None]
    if known or "enum" in schema:
        return [*known, *schema.get("enum", [])][0]
    if schema.get("type") == "object":
        keyed = dict.fromkeys(schema.get("propertyNames", {}).get("enum", [])[:1], schema.get("additionalProperties"))
        return {key: sample(part, schemas, ids, key) for key, part in schema.get("properties", keyed).items()}
    if schema.get("type") == "array":
        return [sample(schema["items"], schemas, ids, name.removesuffix("s"))]
    number = max(schema.get("minimum", 1), 1)
    return {"integer": number, "number": number, "boolean": True}.get(schema.get("type", "")) or _text(
        schema, ids, name
    )


def _part(value: str) -> tuple[str | None, str]:
    return ("file.pdf" if value.startswith("%PDF") else None, value)


def _text(schema: dict[str, Any], ids: dict[str, str], name: str) -> str:
    formats = {"date": "2026-12-01", "date-time": "2026-12-01T08:00:00Z", "binary": "%PDF-1.4"}
    if found := formats.get(schema.get("format", "binary" if "contentMediaType" in schema else "")):
        return found
    if name.endswith("_id") and name != "external_id":
        return _named(name, ids)
    candidates = [
        "Some words",
        "someone@x.example",
        "a" * 64,
        ids["person"],
        "it",
        "1",
        "08:00-17:00 mon-fri",
        "Europe/Rome",
    ]
    pattern = re.compile(schema.get("pattern", ""))
    fitting = [text for text in candidates if pattern.search(text) and len(text) >= schema.get("minLength", 0)]
    return fitting[0][: schema.get("maxLength", 200)]
