"""Being a witness, and the keys that log and witness tell each other, at the command line."""

import re

import pytest

from app.evidence.notes import COSIGNATURE, Signer, Verifier
from tests.cli.conftest import SECRETS, SIGNER, Portavoce
from tests.cli.test_api_clients import founded
from tests.fixtures import Database

LOG = Signer.generate("example.com/log")
VKEY = LOG.verifier.vkey()


@pytest.mark.parametrize("database_kind", ["sqlite", "postgres"])
def test_a_log_is_watched_then_listed_then_forgotten(portavoce: Portavoce, database: Database) -> None:
    assert portavoce("witness", "add", VKEY, DATABASE_URL=database.url).out == "Watched from now on.\n"
    assert portavoce("witness", "list", DATABASE_URL=database.url).out == f"{VKEY}  nothing cosigned yet\n"
    assert portavoce("witness", "remove", VKEY, DATABASE_URL=database.url).out.startswith("No longer watched.")
    assert portavoce("witness", "list", DATABASE_URL=database.url).out == ""
    assert "witness list" in portavoce("witness", "remove", VKEY, DATABASE_URL=database.url).refusal


def test_a_log_with_a_new_key_stays_the_same_log(portavoce: Portavoce, database: Database) -> None:
    portavoce("witness", "add", VKEY, DATABASE_URL=database.url)
    following = Signer.generate(LOG.name).verifier.vkey()
    assert portavoce("witness", "add", following, DATABASE_URL=database.url).out.startswith("Watched already")
    assert portavoce("witness", "list", DATABASE_URL=database.url).out == f"{following}  nothing cosigned yet\n"


@pytest.mark.parametrize(
    "vkey", ["nonsense", Signer.generate("w.example", COSIGNATURE).verifier.vkey()], ids=["no key", "a witness"]
)
def test_what_is_no_key_of_a_log_is_not_watched(portavoce: Portavoce, database: Database, vkey: str) -> None:
    assert portavoce("witness", "add", vkey, DATABASE_URL=database.url).refusal.startswith("This cannot be watched")


def test_a_witness_shows_its_key_and_address(portavoce: Portavoce) -> None:
    settings = SECRETS | {"WITNESS_NAME": "agency.example/witness", "PUBLIC_URL": "https://agency.example"}
    vkey, url = portavoce("witness", "key", **settings).out.split()
    assert Verifier.from_vkey(vkey) == Signer("agency.example/witness", SIGNER.key, COSIGNATURE).verifier
    assert url == "https://agency.example/witness"


def test_without_a_name_there_is_no_key_to_show(portavoce: Portavoce) -> None:
    assert portavoce("witness", "key", **SECRETS).refusal.startswith("WITNESS_NAME is not set")


@pytest.mark.parametrize("name", ["two words", "plus+sign", "tab\tsign"])
def test_a_name_that_no_key_can_have_is_refused(portavoce: Portavoce, name: str) -> None:
    assert "WITNESS_NAME" in portavoce("witness", "key", WITNESS_NAME=name, **SECRETS).refusal


def test_the_keys_of_the_logs_are_shown_for_witnesses(portavoce: Portavoce, database: Database) -> None:
    company_id = founded(portavoce, database, "company")
    shown = portavoce("evidence", "vkeys", DATABASE_URL=database.url, **SECRETS).out
    vkey, name = re.split(r"  ", shown.strip())
    assert name == "Aurora"
    assert Verifier.from_vkey(vkey).name == f"portavoce/log/{company_id}"
    assert portavoce("witness", "add", vkey, DATABASE_URL=database.url).status == 0
