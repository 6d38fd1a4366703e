"""API clients, made and ended by the operator."""

import re

import pytest

from tests.cli.conftest import Done, Portavoce
from tests.fixtures import Database

OWNER = ["--owner-name", "Ada Rossi", "--owner-email", "ada@aurora.example"]


def founded(portavoce: Portavoce, database: Database, kind: str) -> str:
    done = portavoce(kind, "create", "--name", "Aurora", *OWNER, DATABASE_URL=database.url)
    (found,) = re.findall(rf"^{kind.title()} Aurora: (\S+)$", done.out, re.MULTILINE)
    return found


def created(portavoce: Portavoce, database: Database, *options: str) -> Done:
    scope = ["--scope", "companies:write"] if "--agency" in options else ["--scope", "people:read"]
    return portavoce("client", "create", "--name", "Payroll", *scope, *options, DATABASE_URL=database.url)


@pytest.mark.parametrize("database_kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("kind", ["company", "agency"])
def test_a_client_is_shown_with_its_secret_once_then_listed_then_revoked(
    portavoce: Portavoce, database: Database, kind: str
) -> None:
    owner_id = founded(portavoce, database, kind)
    done = created(portavoce, database, f"--{kind}", owner_id)
    client_id, secret = re.findall(r"^client_\w+: +(\S+)$", done.out, re.MULTILINE)
    assert secret.startswith("pvc_")
    listed = portavoce("client", "list", DATABASE_URL=database.url).out
    assert listed.startswith(f"{client_id}  active  {kind} {owner_id}  Payroll  ")
    assert secret not in listed
    assert portavoce("client", "revoke", client_id, DATABASE_URL=database.url).out == f"Revoked: {client_id}\n"
    assert f"{client_id}  revoked" in portavoce("client", "list", DATABASE_URL=database.url).out


@pytest.mark.parametrize("options", [[], ["--company", "aurora"], ["--company", "a", "--agency", "b"]])
def test_a_client_belongs_to_exactly_one_company_or_agency(
    portavoce: Portavoce, database: Database, options: list[str]
) -> None:
    assert created(portavoce, database, *options).refusal.startswith("Give the id of one company")


@pytest.mark.parametrize("kind", ["company", "agency"])
def test_a_client_of_nobody_is_refused(portavoce: Portavoce, database: Database, kind: str) -> None:
    nobody = "01990000-0000-7000-8000-000000000000"
    assert created(portavoce, database, f"--{kind}", nobody).refusal.startswith("There is nothing here")


def test_a_scope_that_nobody_knows_is_refused(portavoce: Portavoce, database: Database) -> None:
    options = ["--name", "x", "--scope", "everything", "--company", "01990000-0000-7000-8000-000000000000"]
    done = portavoce("client", "create", *options, DATABASE_URL=database.url)
    assert done.refusal.startswith("SCOPES.0 cannot be used: ")


def test_a_client_that_is_not_there_cannot_be_revoked(portavoce: Portavoce, database: Database) -> None:
    done = portavoce("client", "revoke", "nobody", DATABASE_URL=database.url)
    assert done.refusal.startswith("There is no client nobody")
