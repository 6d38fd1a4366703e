"""What is used of libraries without being promised by them still stands, and pyproject bounds those libraries.

A library may change such a name in any release. Then the test that fails here names it and the file that uses it.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import Any

import fastapi.routing
import pytest
import slipcover.pytest_plugin
import sqlalchemy as sa
import sqlalchemy.util
import sqlglot
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel
from uvicorn.config import LOGGING_CONFIG

from app.models import Person

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BOUNDS = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]

DIALECT = sqlite.dialect()


@dataclass(frozen=True)
class Private:
    """One name of a library: which file stands on it, and how to see that it is what the file takes it for."""

    library: str
    name: str
    used_by: str
    stands: Callable[[], Any]

    def __str__(self) -> str:
        return f"{self.library}: {self.name}"


def compiled() -> Any:
    same = sa.column("kept", sa.JSON) == sa.bindparam("given", type_=sa.JSON())
    return sa.select(sa.column("id", sa.String)).where(same).compile(dialect=DIALECT)


def mapped() -> list[type]:
    return [mapper.class_ for mapper in SQLModel._sa_registry.mappers]


def service() -> FastAPI:
    app = FastAPI()
    app.get("/here/{name}")(lambda name: name)
    return app


def last_route() -> Any:
    return list(fastapi.routing.iter_route_contexts(service().router.routes))[-1]


def read_from() -> str:
    return str(sqlglot.parse_one("SELECT id FROM person", read="postgres").args["from_"].this.name)


def unloaded_is_compiled_by_name() -> bool:
    return "compile" in slipcover.Slipcover._add_unseen_source_files.__code__.co_names


PREPARED = "app/db/prepared.py"
ROUTES = "app/web/routes.py"
MEASURED = "tests/conftest.py"

PRIVATE = [
    Private("sqlalchemy", "_result_columns", PREPARED, lambda: compiled()._result_columns[0].keyname == "id"),
    Private("sqlalchemy", "_bind_processors", PREPARED, lambda: callable(compiled()._bind_processors["given"])),
    Private(
        "sqlalchemy", "_cached_result_processor", PREPARED, lambda: sa.JSON()._cached_result_processor(DIALECT, None)
    ),
    Private("sqlalchemy", "await_only", PREPARED, lambda: callable(sqlalchemy.util.await_only)),
    Private("sqlmodel", "_sa_registry", "app/db/tenancy.py", lambda: Person in mapped()),
    Private("fastapi", "iter_route_contexts", ROUTES, lambda: last_route().path == "/here/{name}"),
    Private("fastapi", "original_route", ROUTES, lambda: isinstance(last_route().original_route, APIRoute)),
    Private("starlette", "middleware_stack", "app/main.py", lambda: callable(service().router.middleware_stack)),
    Private("uvicorn", "LOGGING_CONFIG", "app/cli/serving.py", lambda: LOGGING_CONFIG["formatters"]["default"]),
    Private("sqlglot", "from_", "app/db/reach.py", lambda: read_from() == "person"),
    Private(
        "slipcover", "_slipcover_instance", MEASURED, lambda: "_slipcover_instance" in vars(slipcover.pytest_plugin)
    ),
    Private(
        "slipcover",
        "d_miss_threshold",
        MEASURED,
        lambda: "d_miss_threshold" in signature(slipcover.Slipcover).parameters,
    ),
    Private("slipcover", "slipcover.compile", MEASURED, unloaded_is_compiled_by_name),
]


@pytest.mark.parametrize("private", PRIVATE, ids=str)
def test_a_name_that_a_library_does_not_promise_is_what_it_was(private: Private) -> None:
    message = f"{private.name} changed in {private.library} {version(private.library)}; {private.used_by} stands on it"
    try:
        stands = private.stands()
    except (AttributeError, KeyError, TypeError) as error:
        pytest.fail(f"{message}: {error!r}")
    assert stands, message


@pytest.mark.parametrize("private", PRIVATE, ids=str)
def test_the_file_that_stands_on_a_private_name_is_the_one_named(private: Private) -> None:
    assert private.name in (ROOT / private.used_by).read_text(encoding="utf-8")


@pytest.mark.parametrize("library", sorted({private.library for private in PRIVATE}))
def test_a_library_with_a_private_name_in_use_has_an_upper_bound(library: str) -> None:
    assert any(re.match(rf"{library}\b.*<\d", bound) for bound in BOUNDS), (
        f"pyproject.toml: give {library} an upper bound"
    )


def foreign_privates(file: Path) -> Iterator[str]:
    """Yield the attributes with an underscore that this file takes of anything but itself."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Attribute) or not re.match(r"_[a-z]", node.attr):
            continue
        if not isinstance(node.value, ast.Name) or node.value.id not in {"self", "cls"}:
            yield node.attr


def test_every_private_name_of_a_library_is_listed_here() -> None:
    documented = {"_asdict", "_replace", "_value_"}  # of named tuples and enumerations
    used = {name for file in (ROOT / "app").rglob("*.py") for name in foreign_privates(file)}
    assert used - documented <= {private.name for private in PRIVATE}
