"""A receipt, checked at the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.evidence.receipts import pack
from tests.cli.conftest import Portavoce
from tests.evidence import cast
from tests.evidence.verdict_cases import CASES, WITNESSES, Case

OWN = cast.receipt()


def saved(folder: Path, receipt: dict[str, Any]) -> str:
    file = folder / "receipt.json"
    file.write_text(json.dumps(receipt))
    return str(file)


def test_each_answer_stands_on_its_line(portavoce: Portavoce, tmp_path: Path) -> None:
    done = portavoce("evidence", "verify", saved(tmp_path, OWN), "--key", OWN["vkey"], LC_ALL="en_GB.UTF-8")
    lines = done.out.splitlines()
    assert [line.split("  ")[0] for line in lines[:9]] == ["holds"] * 7 + ["not there"] * 2
    assert lines[4].endswith("Signature of the log: The log is signed with the key that you gave.")
    assert "Everything that could be checked holds." in lines[-1]
    assert lines[-1].endswith("What it records: The person confirmed having received and read the text.")
    assert done.status == 0


def test_without_a_key_it_says_what_that_leaves_open(portavoce: Portavoce, tmp_path: Path) -> None:
    done = portavoce("evidence", "verify", saved(tmp_path, OWN), LC_ALL="C")
    assert done.out.splitlines()[-1].startswith("The receipt agrees with itself.")
    assert done.status == 0


def test_a_witness_is_known_by_its_key(portavoce: Portavoce, tmp_path: Path) -> None:
    done = portavoce("evidence", "verify", saved(tmp_path, OWN), "--key", cast.WITNESS.verifier.vkey(), LC_ALL="C")
    assert "holds          Witnesses" in done.out


def test_a_changed_receipt_fails_in_the_language_of_the_terminal(portavoce: Portavoce, tmp_path: Path) -> None:
    changed = OWN | {"statement": "Ho scritto io la policy."}
    done = portavoce("evidence", "verify", saved(tmp_path, changed), LC_ALL="it_IT.UTF-8")
    assert done.out.splitlines()[1].startswith("non regge  La frase:")
    assert "Questa ricevuta non regge." in done.out
    assert done.status == 1


def test_the_language_can_be_said(portavoce: Portavoce, tmp_path: Path) -> None:
    done = portavoce("evidence", "verify", saved(tmp_path, OWN), "--language", "it", LC_ALL="en_GB.UTF-8")
    assert "La ricevuta è coerente con sé stessa." in done.out


def test_json_speaks_in_codes(portavoce: Portavoce, tmp_path: Path) -> None:
    done = portavoce("evidence", "verify", saved(tmp_path, OWN | {"statement": "x"}), "--json")
    told = json.loads(done.out)
    assert told["verdict"] == "fails"
    assert told["kind"] is None
    assert told["checks"][1] == {"check": "statement", "outcome": "fail", "reason": "statement_differs", "values": {}}
    assert len(told["checks"]) == 9
    assert told["proven"] == {}
    assert told["printed"]["statement"] == "x"
    assert done.status == 1


def test_what_is_proven_and_what_is_only_printed_are_told_apart(portavoce: Portavoce, tmp_path: Path) -> None:
    refused = cast.receipt(act=cast.ACTS["refusal"]) | {"published": None, "label": "9.9", "title": "Consent\x1b[2J"}
    out = portavoce("evidence", "verify", saved(tmp_path, refused), "--key", OWN["vkey"], LC_ALL="C").out
    proven, printed = out.split("What the checks cover")[1].split("Only printed on the receipt, not proven")
    assert "  Name: Giulia Bianchi\n" in proven
    assert "  What they wrote: Non sono d’accordo.\n" in proven
    assert "9.9" not in proven
    assert "  Title: Consent [2J\n  Version: 9.9\n" in printed
    assert "They confirmed nothing." in printed


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_terminal_says_what_the_shared_vectors_say(portavoce: Portavoce, tmp_path: Path, case: Case) -> None:
    keys = [word for key in [*case.vkeys, *WITNESSES] for word in ("--key", key)]
    done = portavoce("evidence", "verify", saved(tmp_path, case.receipt), *keys, "--json")
    told = json.loads(done.out)
    assert (told["verdict"], told["kind"]) == (case.verdict, case.kind)
    assert (list(told["proven"]), list(told["printed"])) == (case.proven, case.printed)
    assert done.status == (1 if case.verdict == "fails" else 0)


def test_more_keys_than_anybody_has_are_refused(portavoce: Portavoce, tmp_path: Path) -> None:
    keys = [word for _ in range(21) for word in ("--key", OWN["vkey"])]
    done = portavoce("evidence", "verify", saved(tmp_path, OWN), *keys, LC_ALL="C")
    assert (done.status, done.out) == (2, "")
    assert "more than 20 keys" in done.err


def test_a_saved_page_with_the_link_will_do(portavoce: Portavoce, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f'<a href="https://portavoce.example/verify#{pack(OWN)}">QR</a>')
    assert portavoce("evidence", "verify", str(page)).status == 0


@pytest.mark.parametrize("content", ["", "nothing of the kind", "[]", '{"format": ', "/verify#AAAA"])
def test_what_is_no_receipt_is_refused_with_what_to_do(portavoce: Portavoce, tmp_path: Path, content: str) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(content)
    done = portavoce("evidence", "verify", str(file), LC_ALL="C")
    assert done.status == 2
    assert "Choose the" in done.err


def test_a_file_that_is_not_there_is_said_in_one_line(portavoce: Portavoce, tmp_path: Path) -> None:
    assert "receipt.json" in portavoce("evidence", "verify", str(tmp_path / "receipt.json")).refusal
