"""The API's document: complete, clean, and the one that is committed."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.authz import CLIENT_SCOPES, Permission
from app.web import api_document
from app.web.api_examples import example
from app.web.openapi import scopes_of
from app.web.scopes import SCOPES
from tests.contract.contracts import api_document as served
from tests.contract.contracts import contracts
from tests.contract.raised_problems import ROOT
from tests.site import Site

SPECTRAL = ROOT / "tests" / "tools" / "node_modules" / ".bin" / "spectral"
AGAIN = "run `python -m tests.contract.contracts`"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return served()


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(api_document.operations(document))


@pytest.mark.parametrize("path", ["app/web/problems.json", "docs/api/problems.md", "docs/api/openapi.json"])
def test_what_is_committed_is_what_the_code_says(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == contracts()[ROOT / path], AGAIN


def test_spectral_finds_nothing_in_the_document(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "rules.yaml").write_text("extends: ['spectral:oas']", encoding="utf-8")
    command = [str(SPECTRAL), "lint", "--fail-severity", "warn", "--ruleset", "rules.yaml", "openapi.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_operation_says_all_that_an_integrator_needs(operations: list[tuple[str, dict[str, Any]]]) -> None:
    for _, operation in operations:
        assert operation["summary"]
        assert operation["operationId"]
        assert len(operation["tags"]) == 1
        assert {"400", "401", "403", "404", "422", "429", "500", "503"} <= set(operation["responses"])
        for status, answer in operation["responses"].items():
            assert status < "400" or list(answer["content"]) == ["application/problem+json"]


def test_every_operation_names_its_scopes(operations: list[tuple[str, dict[str, Any]]]) -> None:
    unscoped = [operation["operationId"] for _, operation in operations if not scopes_of(operation)]
    assert unscoped == ["list_companies"], "every agency may see for which companies it works"


def test_operations_are_declared_in_one_way() -> None:
    """Through ``op``: else a repeated request would be answered to a client that has lost its permission."""
    routers = (ROOT / "app/routers").rglob("*.py")
    assert [path for path in routers if "operation_id=" in path.read_text(encoding="utf-8")] == []


def test_every_scope_has_words() -> None:
    assert set(SCOPES) == {scope.value for scope in CLIENT_SCOPES}
    assert [scope for scope, words in SCOPES.items() if scope == words] == []


def test_every_post_takes_an_idempotency_key(operations: list[tuple[str, dict[str, Any]]]) -> None:
    for method, operation in operations:
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert ("Idempotency-Key" in names) == (method == "post")


def test_every_json_body_has_an_example(operations: list[tuple[str, dict[str, Any]]]) -> None:
    bodies = [operation["requestBody"]["content"] for _, operation in operations if "requestBody" in operation]
    assert all("example" in body["application/json"] for body in bodies if "application/json" in body)


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "string", "examples": ["Anna"]}, "Anna"),
        ({"enum": ["internal", "external"]}, "internal"),
        ({"const": 7}, 7),
        ({"type": "integer", "default": 3}, 3),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "2026-12-01"),
        ({"$ref": "#/components/schemas/Named"}, {"name": "Name"}),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        ({"type": "array"}, []),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "string", "maxLength": 0}, ""),
    ],
)
def test_an_example_is_what_its_schema_says(schema: dict[str, Any], made: Any) -> None:
    named = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 10}}}
    assert example(schema, {"Named": named}) == made


def calls(site: Site, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each operation with a request for it that fits its schema; the things it names do not exist."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            address = path.replace("{company_id}", site.world.company_id).replace("{language}", "it")
            for parameter in operation["parameters"]:
                address = address.replace(f"{{{parameter['name']}}}", site.world.other_company_id)
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            asked = {"method": method, "url": address, "json": content.get("example"), "headers": {"if-match": '"1"'}}
            yield operation, asked


async def test_a_token_without_scopes_is_told_the_one_that_the_document_names(
    site: Site, document: dict[str, Any]
) -> None:
    """Things that do not exist may answer 404 first."""
    api, told = await site.machine(frozenset()), 0
    for operation, call in calls(site, document):
        answer, name = await api.request(**call), operation["operationId"]
        assert answer.status_code in {403, 404, 422}, (name, answer.text)
        if answer.status_code == 403:
            told += 1
            assert any(scope in answer.json()["detail"] for scope in scopes_of(operation)), (name, answer.text)
    assert told > len(list(calls(site, document))) / 3


async def test_the_scopes_that_the_document_names_are_enough(site: Site, document: dict[str, Any]) -> None:
    for operation, call in calls(site, document):
        api = await site.machine(frozenset(Permission(scope) for scope in scopes_of(operation)))
        answer = await api.request(**call)
        assert answer.status_code not in {401, 403}, (operation["operationId"], answer.text)
