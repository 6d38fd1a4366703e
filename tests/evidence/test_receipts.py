import base64
import copy
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.evidence import receipts
from app.evidence.encoding import encode64
from app.evidence.errors import EvidenceError
from app.evidence.leaves import canonical_json
from app.evidence.notes import Verifier
from app.evidence.proofs import Proof
from app.receipts.rules.kinds import KINDS
from tests.evidence.cast import ACKNOWLEDGEMENT, ACTS, ORIGIN, WITNESS, first_step, receipt, signer
from tests.evidence.conftest import Refuses

GOLDEN = Path(__file__).parent / "golden"
TRUSTED = signer().verifier.vkey()
WITNESSES = [WITNESS.verifier.vkey()]
ALL = ["kind", "statement", "evidence", "inclusion", "signature", "log", "published", "witnesses", "time"]
FLIPPED = encode64(bytes(32))


def answers(given_receipt: Mapping[str, Any], **known: Any) -> dict[str, tuple[str, str]]:
    known = {"vkeys": [TRUSTED], "witnesses": WITNESSES} | known
    checks = receipts.verify(given_receipt, KINDS, **known)
    assert [check.check for check in checks] == ALL
    return {check.check: (check.outcome, check.reason) for check in checks}


def failing(given_receipt: Mapping[str, Any], **known: Any) -> dict[str, str]:
    return {check: reason for check, (outcome, reason) in answers(given_receipt, **known).items() if outcome == "fail"}


def altered(path: str, value: Any) -> dict[str, Any]:
    """A receipt with one value changed; the path is written with dots."""
    changed = copy.deepcopy(receipt())
    *way, last = path.split(".")
    holder: Any = changed
    for step in way:
        holder = holder[step]
    assert holder[last] != value
    holder[last] = value
    return changed


def with_proof(old: str, new: str) -> dict[str, Any]:
    proof = receipt()["proof"]
    assert old in proof
    return altered("proof", proof.replace(old, new, 1))


def test_a_receipt_holds_under_the_key_and_the_witness_one_trusts() -> None:
    assert answers(receipt()) == {
        "kind": ("pass", "kind_known"),
        "statement": ("pass", "statement_matches"),
        "evidence": ("pass", "evidence_matches"),
        "inclusion": ("pass", "included"),
        "signature": ("pass", "key_trusted"),
        "log": ("pass", "log_trusted"),
        "published": ("pass", "published_before"),
        "witnesses": ("pass", "witnessed"),
        "time": ("absent", "no_timestamp"),
    }


def test_the_answers_carry_what_a_text_for_people_may_name() -> None:
    values = {
        check.check: check.values for check in receipts.verify(receipt(), KINDS, vkeys=[TRUSTED], witnesses=WITNESSES)
    }
    assert values["inclusion"] == {"index": 5, "size": 8}
    assert values["published"] == {"index": 2, "at": "2026-11-20T10:00:00.000000Z"}
    assert values["witnesses"] == {"witnesses": [{"name": "witness.example/agency", "at": 1795000000}]}
    assert values["log"] == {"log": ORIGIN}


def test_without_a_trusted_key_a_receipt_only_agrees_with_itself_and_says_so() -> None:
    found = answers(receipt(), vkeys=[])
    assert found["signature"] == ("pass", "key_from_receipt")
    assert found["log"] == ("pass", "log_from_receipt")


def test_a_receipt_rebuilt_from_its_printed_fields_alone_holds() -> None:
    printed = json.dumps(receipt(), indent=4, ensure_ascii=True, sort_keys=False)
    assert answers(json.loads(printed)) == answers(receipt())


def itself() -> dict[str, Any]:
    """The acknowledgement in the place of the publication, with its own, right path."""
    proof = Proof.parse(receipt()["proof"])
    return {"leaf": receipt()["leaf"], "index": proof.index, "path": [encode64(step) for step in proof.path]}


ALTERATIONS = {
    "statement": (altered("statement", "I undertake to comply."), {"statement": "statement_differs"}),
    "evidence": (altered("evidence.name", "Giulia Bianco"), {"evidence": "commitment_differs"}),
    "salt": (altered("salt", "00" * 32), {"evidence": "commitment_differs"}),
    "salt malformed": (altered("salt", "00"), {"evidence": "salt_malformed"}),
    "language": (
        altered("language", "en"),
        {"evidence": "evidence_contradicts", "published": "statement_not_published"},
    ),
    "label": (altered("label", "3.0"), {"published": "label_differs"}),
    "leaf content": (
        altered("leaf.content_sha256", "0" * 64),
        {
            "evidence": "evidence_contradicts",
            "inclusion": "root_mismatch",
            "published": "publication_of_another_version",
        },
    ),
    "leaf statement": (
        altered("leaf.statement_sha256", "0" * 64),
        {
            "statement": "statement_differs",
            "evidence": "evidence_contradicts",
            "inclusion": "root_mismatch",
            "published": "statement_not_published",
        },
    ),
    "leaf time": (
        altered("leaf.at", "2026-01-01T00:00:00.000000Z"),
        {"evidence": "evidence_contradicts", "inclusion": "root_mismatch"},
    ),
    "leaf type": (altered("leaf.type", "refusal"), {"inclusion": "root_mismatch"}),
    "leaf type unknown": (altered("leaf.type", "x"), {"kind": "kind_unknown", "inclusion": "root_mismatch"}),
    "leaf commitment": (
        altered("leaf.commitment", "0" * 64),
        {"evidence": "commitment_differs", "inclusion": "root_mismatch"},
    ),
    "leaf log": (
        altered("leaf.log", "portavoce/log/other"),
        {"inclusion": "root_mismatch", "log": "log_differs", "published": "publication_of_another_version"},
    ),
    "leaf malformed": (
        altered("leaf.version", None),
        {"inclusion": "leaf_malformed", "published": "publication_of_another_version"},
    ),
    "proof step": (with_proof(first_step(receipt()["proof"]), FLIPPED), {"inclusion": "root_mismatch"}),
    "proof index": (with_proof("index 5", "index 4"), {"inclusion": "root_mismatch"}),
    "proof index before the publication": (
        with_proof("index 5", "index 1"),
        {"inclusion": "root_mismatch", "published": "published_later"},
    ),
    "proof index beyond": (with_proof("index 5", "index 8"), {"inclusion": "index_out_of_range"}),
    "checkpoint size": (
        with_proof(f"{ORIGIN}\n8\n", f"{ORIGIN}\n9\n"),
        {
            "inclusion": "path_length",
            "signature": "signature_invalid",
            "published": "path_length",
            "witnesses": "signature_invalid",
        },
    ),
    "checkpoint origin": (
        with_proof(f"{ORIGIN}\n8\n", "portavoce/log/other\n8\n"),
        {"signature": "signature_invalid", "log": "log_differs", "witnesses": "signature_invalid"},
    ),
    "checkpoint unsigned": (with_proof(f"— {ORIGIN} ", "— somebody "), {"signature": "signature_missing"}),
    "checkpoint malformed": (
        with_proof(f"{ORIGIN}\n8\n", f"{ORIGIN}\n08\n"),
        {
            "inclusion": "checkpoint_malformed",
            "signature": "signature_invalid",
            "log": "checkpoint_malformed",
            "published": "checkpoint_malformed",
            "witnesses": "signature_invalid",
        },
    ),
    "another key of the same name": (
        altered("vkey", signer(seed=9).verifier.vkey()),
        {"signature": "key_not_trusted"},
    ),
    "key of another log": (
        altered("vkey", signer("portavoce/log/other").verifier.vkey()),
        {"signature": "key_not_trusted", "log": "log_differs"},
    ),
    "publication index": (altered("published.index", 3), {"published": "root_mismatch"}),
    "publication index of no kind": (altered("published.index", True), {"published": "receipt_malformed"}),
    "publication path": (altered("published.path", [FLIPPED] * 3), {"published": "root_mismatch"}),
    "publication path malformed": (altered("published.path", [1, None, "x"]), {"published": "hash_malformed"}),
    "publication leaf": (altered("published.leaf.label", "3.0"), {"published": "root_mismatch"}),
    "publication another leaf of the log": (
        altered("published", itself()),
        {"published": "published_later"},
    ),
    "timestamp": (altered("timestamp", "no base64"), {"time": "timestamp_malformed"}),
    "evidence of no kind": (altered("evidence", []), {"evidence": "receipt_malformed"}),
    "statement of no kind": (altered("statement", 3), {"statement": "receipt_malformed"}),
    "statement without bytes": (altered("statement", "\ud800"), {"statement": "statement_malformed"}),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERATIONS)
def test_whatever_is_altered_fails_where_it_belongs_and_the_other_checks_still_answer(what: str) -> None:
    changed, expected = ALTERATIONS[what]
    assert failing(changed) == expected


def test_a_key_altered_in_any_way_fails_also_where_no_key_is_trusted() -> None:
    assert failing(altered("vkey", signer(seed=9).verifier.vkey()), vkeys=[]) == {"signature": "signature_missing"}
    assert failing(altered("vkey", "x"), vkeys=[]) == {"signature": "vkey_malformed", "log": "vkey_malformed"}
    other_kind = Verifier(ORIGIN, 4, bytes(32)).vkey()
    assert failing(altered("vkey", other_kind), vkeys=[]) == {"signature": "vkey_type_unknown"}


def test_another_format_answers_nothing() -> None:
    assert set(failing(altered("format", "portavoce/receipt/v2")).values()) == {"format_unknown"}
    assert set(failing({}).values()) == {"format_unknown"}


def test_a_receipt_of_another_log_never_holds_under_this_one() -> None:
    foreign = receipt(signer("portavoce/log/other"))
    assert failing(foreign) == {"signature": "key_not_trusted", "log": "log_not_trusted"}
    claimed = foreign | {"vkey": TRUSTED}
    assert failing(claimed) == {"signature": "signature_missing", "log": "log_differs"}


def test_a_key_of_the_caller_that_is_none_is_said_and_breaks_nothing() -> None:
    assert failing(receipt(), vkeys=["x"], witnesses=["y"]) == {
        "signature": "key_not_trusted",
        "log": "vkey_malformed",
        "witnesses": "vkey_malformed",
    }
    assert failing(receipt(), witnesses=[TRUSTED]) == {"witnesses": "vkey_type_unknown"}


def test_keys_before_and_after_a_rotation_are_both_trusted() -> None:
    new = signer(seed=7)
    for key in (signer(), new):
        assert not failing(receipt(key), vkeys=[TRUSTED, new.verifier.vkey()])


def test_a_receipt_without_witnesses_says_which_kind_of_without() -> None:
    assert answers(receipt(), witnesses=[])["witnesses"] == ("absent", "no_witness_known")
    assert answers(receipt(witnessed=False))["witnesses"] == ("absent", "not_witnessed")


def test_a_receipt_without_a_publication_says_so() -> None:
    assert answers(altered("published", None))["published"] == ("absent", "no_publication")


def test_only_a_publication_publishes() -> None:
    """Leaf 4 of the log is an erasure marker; its path is right, and it is no publication."""
    key = signer()
    changed = receipt(key)
    proof = Proof.parse(changed["proof"])
    marker = {"type": "erasure", "log": ORIGIN, "at": "2026-11-21T10:00:00.000000Z", "index": 1}
    own = receipts.leaf_hash(receipts.leaf_bytes(changed["leaf"]))
    changed["published"] = {"leaf": marker, "index": 4, "path": [encode64(own), *map(encode64, proof.path[1:])]}
    assert failing(changed) == {"published": "not_a_publication"}


def test_a_question_confirms_no_sentence() -> None:
    found = answers(receipt(act=ACTS["question"]))
    assert found["statement"] == ("absent", "no_statement")
    assert found["published"] == ("pass", "text_published_before")


def test_a_publication_is_its_own_proof_of_the_label() -> None:
    found = answers(receipt(act=ACTS["version_published"]))
    assert found["published"] == ("pass", "published_here")


def test_an_entry_with_a_label_of_its_own_must_have_the_printed_one() -> None:
    act = ACTS["question"]
    assert failing(receipt(act=act._replace(leaf=act.leaf | {"label": "3.0"}))) == {"published": "label_differs"}


def test_a_timestamp_is_read_by_the_caller_over_the_text_of_the_checkpoint() -> None:
    stamped = receipt(timestamp=b"token")
    assert answers(stamped)["time"] == ("absent", "timestamp_not_checked")

    def read(token: bytes, text: bytes) -> str:
        assert (token, text.decode().split("\n")[0]) == (b"token", ORIGIN)
        return "2026-11-23T09:00:05.000000Z"

    def refuse(_token: bytes, _text: bytes) -> str:
        raise EvidenceError("timestamp_invalid", "It is over something else.")

    assert answers(stamped, read_timestamp=read)["time"] == ("pass", "timestamped")
    assert answers(stamped, read_timestamp=refuse)["time"] == ("fail", "timestamp_invalid")


def every_string(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in every_string(item, (*way, key))]
    if isinstance(value, list):
        return [found for at, item in enumerate(value) for found in every_string(item, (*way, at))]
    return [way] if isinstance(value, str) else []


@pytest.mark.parametrize("way", every_string(receipt()), ids=lambda way: ".".join(map(str, way)))
def test_any_changed_letter_of_any_text_is_noticed_but_for_the_title(way: tuple[Any, ...]) -> None:
    original = receipt()
    holder: Any = original
    for step in way[:-1]:
        holder = holder[step]
    text = holder[way[-1]]
    for at, letter in enumerate(text):
        holder[way[-1]] = text[:at] + chr(ord(letter) ^ 1) + text[at + 1 :]
        in_witness_line = way == ("proof",) and at > text.index(f"— {WITNESS.name}")
        assert bool(failing(original)) == (way != ("title",)) or (
            in_witness_line and answers(original)["witnesses"] == ("absent", "not_witnessed")
        )


SCRAPS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([[], {}, [[]]])
VALUES = st.recursive(
    SCRAPS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)


@settings(deadline=None)
@given(st.sampled_from([*receipt(), "published.leaf", "published.index", "published.path", "leaf.type"]), VALUES)
def test_no_value_breaks_the_verifier(path: str, value: Any) -> None:
    changed = copy.deepcopy(receipt())
    *way, last = path.split(".")
    (changed[way[0]] if way else changed)[last] = value
    answers(changed, read_timestamp=lambda _token, _text: "then")


def test_a_packed_receipt_comes_back_and_fits_a_qr_code() -> None:
    packed = receipts.pack(receipt())
    assert receipts.unpack(packed) == receipt()
    assert set(packed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(packed) < 2953


def deflated(data: bytes) -> str:
    deflate = zlib.compressobj(wbits=-15)
    return base64.urlsafe_b64encode(deflate.compress(data) + deflate.flush()).decode().rstrip("=")


@pytest.mark.parametrize(
    "packed",
    ["", "A", "é", "AAAA", receipts.pack(receipt())[:-9], receipts.pack(receipt()) + "AAAA", deflated(b"[]"),
     deflated(b'{"a":1,"a":1}'), deflated(b'{"a":"' + b"x" * 2**19 + b'"}')],
)  # fmt: skip
def test_what_is_no_packed_receipt_is_refused(refuses: Refuses, packed: str) -> None:
    with refuses("receipt_malformed"):
        receipts.unpack(packed)


@settings(deadline=None)
@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_text_breaks_the_unpacking(text: str) -> None:
    with pytest.raises(EvidenceError):
        receipts.unpack(text)


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.name)
def test_the_receipts_of_all_releases_hold_for_ever(golden: Path) -> None:
    """Files here are never changed; their keys come from the seeds 1 (log) and 2 (witness) of cast.py."""
    assert not failing(json.loads(golden.read_text()))


def test_this_release_still_writes_the_golden_receipt() -> None:
    assert canonical_json(json.loads((GOLDEN / "receipt-v1.json").read_text())) == canonical_json(receipt())
    assert receipt()["leaf"] == ACKNOWLEDGEMENT
