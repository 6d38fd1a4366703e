"""The table of kinds is whole: every entry that names somebody has its kind, and every kind proves what it states."""

import pytest

from app.evidence.receipts import verify
from app.merkle_log.rules.leaf_type import LeafType
from app.receipts.rules.kinds import KINDS
from tests.evidence import cast

WITHOUT_EVIDENCE = {LeafType.ERASURE, LeafType.KEY_ROTATION}
OPTIONAL = {"label"}


def test_every_entry_with_evidence_has_a_kind() -> None:
    assert {kind.leaf for kind in KINDS.values()} == set(LeafType) - WITHOUT_EVIDENCE


@pytest.mark.parametrize("code", KINDS)
def test_a_kind_requires_what_binds_any_receipt_to_a_signed_log(code: str) -> None:
    assert {"kind", "evidence", "inclusion", "signature", "log"} <= set(KINDS[code].required)


@pytest.mark.parametrize("code", KINDS)
def test_a_kind_requires_the_checks_that_cover_its_facts(code: str) -> None:
    checks = {"leaf": "inclusion", "vkey": "signature", "label": "published"}
    for path in KINDS[code].facts.keys() - OPTIONAL:
        part = path.split(".")[0]
        assert checks.get(part, part) in KINDS[code].required


@pytest.mark.parametrize("code", KINDS)
def test_the_checks_of_a_kind_exist(code: str) -> None:
    assert set(KINDS[code].required) <= {one.check for one in verify(cast.receipt(), KINDS)}


def test_only_what_somebody_confirmed_is_an_acknowledgement() -> None:
    confirming = {code for code, kind in KINDS.items() if "statement" in kind.required}
    assert confirming == {"acknowledgement", "acknowledgement_reported", "paper_acknowledgement"}
    assert {code for code, kind in KINDS.items() if "statement" in kind.facts} == confirming
