"""What FastAPI does not know of the API, added to the document it generates (OpenAPI 3.1)."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from app.web.api_examples import example
from app.web.openapi import Problem, scopes_of
from app.web.scopes import SCOPES

Document = dict[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_TAGS = {
    "policies": "Policies, their versions and texts, from the draft to the day they are withdrawn.",
    "acknowledgements": "Who was asked to read a version, who confirmed it, and who still has to.",
    "people": "People, teams and sites of a company.",
    "companies": "The company's settings, and the companies of an agency.",
    "engagements": "What an agency may do for a company, and from when to when.",
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Carries the request out once, however often it is sent; its answer is replayed for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]{1,255}$"},
    "example": "018f6f6e-3a7c-7d39-9a40-2f1c7a5e0b11",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The `ETag` of what you read. Stale answers 412, missing 428.",
    "schema": {"type": "string", "maxLength": 66, "pattern": '^"([0-9]{1,9}|[0-9a-f]{64})"$'},
    "example": '"1"',
}


def complete(app: FastAPI) -> None:
    """Make ``app.openapi()`` return the whole document: problems, security, keys for every POST, examples."""
    generate = app.openapi

    def openapi() -> Document:
        if app.openapi_schema is None:
            document = generate()
            address = app.state.settings.public_url
            document["servers"] = [{"url": address}]
            _add_components(document, address)
            for method, operation in operations(document):
                _complete(document, method, operation)
            used = {tag for _, operation in operations(document) for tag in operation.get("tags", [])}
            document["tags"] = [{"name": tag, "description": _TAGS.get(tag, tag)} for tag in sorted(used)]
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield every operation of the document with its method in small letters."""
    for path in document["paths"].values():
        yield from ((method, path[method]) for method in _METHODS if method in path)


def _add_components(document: Document, address: str) -> None:
    components = document.setdefault("components", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = components.setdefault("schemas", {})
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    flow = {"tokenUrl": f"{address}/oauth/token", "scopes": SCOPES}
    components["securitySchemes"] = {
        "oauth2": {
            "type": "oauth2",
            "description": "A client of a company or an agency. A scope never widens what its organisation may do.",
            "flows": {"clientCredentials": flow},
        }
    }


def _complete(document: Document, method: str, operation: Document) -> None:
    needed = f"Needs {' and '.join(f'`{scope}`' for scope in scopes_of(operation)) or 'no scope'}."
    operation["description"] = f"{operation.get('description', '')} {needed}".strip()
    parameters = operation.setdefault("parameters", [])
    parameters[:] = [_IF_MATCH if parameter["name"] == "if-match" else parameter for parameter in parameters]
    for parameter in parameters:
        if parameter["name"].endswith("_id"):
            parameter.setdefault("description", f"Id of the {parameter['name'][:-3].replace('_', ' ')}.")
    if method == "post":
        operation["parameters"].append(_IDEMPOTENCY_KEY)
    for media in _media_types(operation):
        media.setdefault("example", example(media["schema"], document["components"]["schemas"]))


def _media_types(operation: Document) -> Iterator[Document]:
    """Yield the JSON media types of an operation: what it takes, and what it gives when all is well."""
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [answer.get("content", {}) for status, answer in operation["responses"].items() if status < "300"]
    yield from (content["application/json"] for content in contents if "application/json" in content)
