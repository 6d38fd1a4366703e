"""The long-running commands, as processes see them: they start, answer, and stop when told."""

import logging
from pathlib import Path

import httpx
import pytest
from fastapi.exceptions import ResponseValidationError
from pydantic import BaseModel, ValidationError

from app.cli.serving import ServerLines
from app.people.schemas.people import PersonIn
from app.schemas.bulk import RowFault
from tests.cli.conftest import SECRETS, Portavoce
from tests.cli.interrupting import answer, free_port, interrupted_after, listening
from tests.fixtures import Database


@pytest.mark.parametrize("database_kind", ["sqlite", "postgres"])
def test_the_service_answers_without_saying_what_it_is_and_ends_in_good_order(
    portavoce: Portavoce, database: Database
) -> None:
    port = free_port()
    answers: list[httpx.Response | None] = []
    with interrupted_after(lambda ended: answers.append(answer(f"http://127.0.0.1:{port}/livez", ended))):
        done = portavoce("serve", DATABASE_URL=database.url, PORT=str(port), **SECRETS)
    assert (done.status, done.err.count("Traceback")) == (0, 0)
    (answered,) = answers
    assert answered is not None
    assert answered.status_code == 200
    assert "server" not in answered.headers


def test_the_worker_works_until_it_is_told_to_stop(portavoce: Portavoce, database: Database) -> None:
    with interrupted_after(listening):
        done = portavoce("worker", DATABASE_URL=database.url, **SECRETS)
    assert (done.status, done.out) == (0, "The worker waits for jobs.\n")


def test_migrating_makes_the_database(portavoce: Portavoce, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'portavoce.db'}"
    assert portavoce("migrate", DATABASE_URL=url).out.startswith("The database is at revision ")
    assert portavoce("user", "link", "nobody@aurora.example", DATABASE_URL=url).refusal.startswith("Nobody signs in")


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_migrating_is_done_as_the_owner_of_the_tables(portavoce: Portavoce, database: Database) -> None:
    done = portavoce("migrate", DATABASE_URL=database.url, DATABASE_OWNER_URL=database.owner_url)
    assert done.status == 0


def logged(error: Exception) -> str:
    """Return what the server's own log says of this error."""
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "", None, (type(error), error, None))
    return ServerLines("%(levelprefix)s %(message)s", use_colors=False).format(record)


def test_the_servers_own_lines_tell_no_values_of_rows_either() -> None:
    collided = ValueError("two rows collide\nDETAIL:  Key (email)=(giulia@aurora.example) already\nexists.\nHINT: none")
    assert logged(collided).endswith("ValueError: two rows collide\nHINT: none")


@pytest.mark.parametrize("of_us", [PersonIn, RowFault])
def test_nor_do_they_tell_the_values_of_what_does_not_fit_its_schema(of_us: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as refused:
        of_us.model_validate({"Giulia": "Bianchi", "name": {"Giulia": "Bianchi"}, "pointer": ["Bianchi"]})
    answer = ResponseValidationError(refused.value.errors())
    assert ("Bianchi" in logged(refused.value), "Bianchi" in logged(answer)) == (False, False)
    assert "string_type" in logged(answer)
