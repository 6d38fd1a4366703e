"""The API's document, turned into what its human pages show."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

Document = dict[str, Any]


class Parameter(NamedTuple):
    name: str
    place: str
    required: bool
    kind: str
    description: str


class Operation(NamedTuple):
    """One operation: ``successes`` and ``refusals`` are (status, description), ``command`` is a line for curl."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    successes: list[tuple[str, str]]
    refusals: list[tuple[str, str]]
    body: str
    answer: str
    command: str


class Section(NamedTuple):
    tag: str
    description: str
    operations: list[Operation]


def sections(document: Document) -> list[Section]:
    """Return the operations by tag, in the order of the document."""
    found = list(_operations(document))
    return [
        Section(tag["name"], tag["description"], [operation for tags, operation in found if tag["name"] in tags])
        for tag in document["tags"]
    ]


def _operations(document: Document) -> Iterator[tuple[list[str], Operation]]:
    for path, methods in document["paths"].items():
        for method, raw in methods.items():
            yield raw["tags"], _operation(document, method.upper(), path, raw)


def _operation(document: Document, method: str, path: str, raw: Document) -> Operation:
    answers = [(status, answer["description"].replace("`", "")) for status, answer in raw["responses"].items()]
    content = raw.get("requestBody", {}).get("content", {})
    body = _example(content)
    good: Document = next((answer for status, answer in raw["responses"].items() if status < "300"), {})
    return Operation(
        id=raw["operationId"],
        method=method,
        path=path,
        summary=raw["summary"],
        description=raw.get("description", "").replace("`", ""),
        parameters=[_parameter(parameter) for parameter in raw.get("parameters", [])],
        successes=[answer for answer in answers if answer[0] < "300"],
        refusals=[answer for answer in answers if answer[0] >= "300"],
        body=body,
        answer=_example(good.get("content", {})),
        command=_command(method, document["servers"][0]["url"] + path, content, body),
    )


def _parameter(raw: Document) -> Parameter:
    schema = raw["schema"]
    kinds = [choice.get("type", "") for choice in schema.get("anyOf", [schema])]
    kind = " / ".join(kind for kind in kinds if kind not in {"", "null"})
    return Parameter(
        raw["name"], raw["in"], raw.get("required", False), kind, raw.get("description", "").replace("`", "")
    )


def _example(content: Document) -> str:
    media = content.get("application/json", {})
    return json.dumps(media["example"], ensure_ascii=False, indent=2) if "example" in media else ""


def _command(method: str, address: str, content: Document, body: str) -> str:
    parts = ["curl", f"-X {method}", '-H "Authorization: Bearer $TOKEN"']
    if body:
        parts += ['-H "Content-Type: application/json"', "-d @body.json"]
    elif content:
        parts.append("-F file=@file")
    return " ".join([*parts, f"'{address}'"])
