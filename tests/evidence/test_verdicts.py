"""A verdict is bound to the kind of entry, and nothing is stated that no passed check covers."""

import pytest

from app.evidence.receipts import verify
from app.evidence.verdicts import Check, Kind, kind_of, stated, verdict
from app.receipts.rules.kinds import KINDS
from tests.evidence import cast
from tests.evidence.mutations import mutations
from tests.evidence.verdict_cases import CASES, STRANGE, VKEYS, WITNESSES, Case, golden


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_judged_as_the_shared_vectors_say(case: Case) -> None:
    checks = verify(case.receipt, KINDS, vkeys=case.vkeys, witnesses=WITNESSES)
    assert {one.check: one.reason for one in checks if one.outcome == "fail"} == case.failing
    kind = kind_of(case.receipt, KINDS)
    said = stated(case.receipt, KINDS[kind] if kind else None, checks)
    found = verdict(checks)
    assert (found, None if found == "fails" else kind) == (case.verdict, case.kind)
    assert (list(said.proven), list(said.printed)) == (case.proven, case.printed)


def test_the_vectors_are_what_this_release_writes() -> None:
    assert {kind: golden(kind) for kind in cast.ACTS} == {
        kind: cast.receipt(act=act) for kind, act in cast.ACTS.items()
    }
    assert {name: cast.receipt(act=act) for name, act in cast.STRANGE_ACTS.items()} == STRANGE


def test_a_new_kind_is_one_entry_of_the_table() -> None:
    receipt = STRANGE["unknown type"]
    certificate = Kind(leaf=receipt["leaf"]["type"], required=("kind", "evidence"), facts={"evidence.name": "Name"})
    kinds = {**KINDS, "certificate": certificate}
    checks = verify(receipt, kinds, vkeys=VKEYS)
    assert (verdict(checks), kind_of(receipt, kinds)) == ("holds", "certificate")
    assert stated(receipt, certificate, checks).proven == {"evidence.name": "Giulia Bianchi"}


@pytest.mark.parametrize("kind", KINDS)
def test_no_changed_field_of_any_receipt_makes_it_another_act(kind: str) -> None:
    """What passes says the same of who, when and what as the whole receipt, or less."""
    whole = golden(kind)
    proven = stated(whole, KINDS[kind], verify(whole, KINDS, vkeys=VKEYS)).proven
    for name, changed in mutations(whole):
        checks = verify(changed, KINDS, vkeys=VKEYS)
        claimed = kind_of(changed, KINDS)
        said = stated(changed, KINDS[claimed] if claimed else None, checks)
        assert said.proven.items() <= proven.items(), name
        assert verdict(checks) == "fails" or claimed == kind, name


PLAIN = Kind(
    leaf="x", required=(), facts={"leaf.at": "", "evidence.name": "", "statement": "", "label": "", "vkey": ""}
)
SAID = {
    "title": "t",
    "leaf": {"type": "x", "at": "then"},
    "evidence": {"name": "Ada"},
    "statement": "s",
    "label": "1.0",
    "vkey": "k",
}


@pytest.mark.parametrize(
    ("check", "path"),
    [
        ("inclusion", "leaf.at"),
        ("evidence", "evidence.name"),
        ("statement", "statement"),
        ("published", "label"),
        ("signature", "vkey"),
    ],
)
def test_a_part_is_proven_by_the_check_that_covers_it_alone(check: str, path: str) -> None:
    said = stated(SAID, PLAIN, [Check(check, "pass", "")])
    assert list(said.proven) == [path]
    assert set(said.printed) == {"title", *PLAIN.facts} - {path}


def test_of_a_receipt_that_fails_nothing_is_proven() -> None:
    said = stated(SAID, PLAIN, [Check("inclusion", "pass", ""), Check("evidence", "fail", "")])
    assert said.proven == {}


def test_only_texts_and_whole_numbers_are_stated() -> None:
    kind = Kind(leaf="x", required=(), facts=dict.fromkeys(("leaf.a", "leaf.b", "leaf.c", "leaf.d", "leaf.e.f"), ""))
    receipt = {"leaf": {"a": 7, "b": True, "c": "half \ud800", "d": {}, "e": "f"}}
    said = stated(receipt, kind, [Check("inclusion", "pass", "")])
    assert said.proven == {"leaf.a": "7", "leaf.c": "half ?"}
