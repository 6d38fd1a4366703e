import json
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.evidence.checkpoints import Checkpoint, cosign, open_checkpoint, sign_checkpoint
from app.evidence.errors import EvidenceError
from app.evidence.notes import COSIGNATURE, Signer, Verifier, open_note, sign, split_note
from app.evidence.proofs import Proof
from tests.evidence.cast import ORIGIN, WITNESS, signer
from tests.evidence.conftest import Refuses

PUBLISHED = json.loads((Path(__file__).parent / "vectors" / "notes.json").read_text())
TEXT = "one\n\ntwo\n"
HEAD = Checkpoint(ORIGIN, 7, bytes(range(32)))


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda example: str(example["source"]))
def test_the_published_notes_verify_under_their_published_keys(example: dict[str, str]) -> None:
    verifier = Verifier.from_vkey(example["vkey"])
    assert verifier.vkey() == example["vkey"]
    text, (signed,) = open_note(example["note"], [verifier])
    assert (text, signed.verifier, signed.at) == (example["text"], verifier, None)


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda example: str(example["source"]))
def test_a_published_note_is_refused_with_any_one_bit_changed(example: dict[str, str]) -> None:
    verifier, note = Verifier.from_vkey(example["vkey"]), example["note"].encode()
    for bit in range(8 * len(note)):
        changed = bytearray(note)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((EvidenceError, UnicodeDecodeError)):
            open_note(changed.decode(), [verifier])


def test_no_part_and_no_misspelling_of_a_key_is_a_key() -> None:
    vkey = PUBLISHED[0]["vkey"]
    pieces = {vkey[start:end] for start in range(len(vkey)) for end in range(start, len(vkey) + 1)} - {vkey}
    raised = {vkey[:at] + chr(ord(vkey[at]) + 1) + vkey[at + 1 :] for at in range(len(vkey))}
    for wrong in pieces | raised:
        with pytest.raises(EvidenceError):
            Verifier.from_vkey(wrong)


def test_a_key_of_an_unknown_kind_says_so(refuses: Refuses) -> None:
    with refuses("vkey_type_unknown"):
        Verifier.from_vkey(Verifier("name", 0x02, bytes(32)).vkey())


def test_a_key_of_a_wrong_length_or_name_is_refused_even_with_a_fitting_id(refuses: Refuses) -> None:
    for wrong in (Verifier("name", 1, bytes(31)), Verifier("a b", 1, bytes(32)), Verifier("\ud800", 1, bytes(32))):
        with refuses("vkey_malformed"):
            Verifier.from_vkey(wrong.vkey())


def test_a_signed_text_comes_back_with_its_signer() -> None:
    key = signer()
    text, (signed,) = open_note(sign(TEXT, key), [WITNESS.verifier, key.verifier])
    assert (text, signed.verifier, signed.at) == (TEXT, key.verifier, None)


def test_a_note_signed_by_nobody_known_is_refused(refuses: Refuses) -> None:
    note = sign(TEXT, signer())
    for stranger in (signer(seed=3), signer("another/name")):
        with refuses("signature_missing"):
            open_note(note, [stranger.verifier])


def test_a_wrong_signature_of_a_known_key_spoils_the_note_although_another_is_right(refuses: Refuses) -> None:
    first, second = signer(), signer("second", 3)
    note = sign(TEXT, first) + second.sign("other\n").line()
    assert open_note(note, [first.verifier])
    with refuses("signature_invalid"):
        open_note(note, [first.verifier, second.verifier])


@pytest.mark.parametrize("text", ["no newline", "tab\t\n", "null\0\n", "surrogate\ud800\n", "carriage return\r\n", ""])
def test_a_text_that_no_note_may_hold_is_not_signed(refuses: Refuses, text: str) -> None:
    with refuses("note_malformed"):
        sign(text, signer())


def test_notes_have_a_limit_of_signatures(refuses: Refuses) -> None:
    key = signer()
    line = key.sign(TEXT).line()
    assert len(split_note(f"{TEXT}\n{line * 64}").signatures) == 64
    with refuses("note_malformed"):
        split_note(f"{TEXT}\n{line * 65}")


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "— name",
        "— name\n",
        "- name AAAAAAA=\n",
        "— name AAAA\n",
        "— na+me AAAAAAA=\n",
        "— name AAAAAAA=\n\n",
        "—  A\n",
    ],
)
def test_a_malformed_signature_line_spoils_the_note(refuses: Refuses, tail: str) -> None:
    with refuses("note_malformed"):
        split_note(f"{TEXT}\n{tail}")


def test_a_key_survives_being_stored(refuses: Refuses) -> None:
    key = Signer.generate("name")
    assert Signer.from_pem("name", key.to_pem()).verifier == key.verifier
    assert Signer.from_pem("other", key.to_pem()).verifier.key_id != key.verifier.key_id
    assert "key" not in repr(key).replace("name", "")


def test_only_an_unencrypted_ed25519_key_signs(refuses: Refuses) -> None:
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(pem, pkcs8, serialization.NoEncryption())
    locked = signer().key.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"secret"))
    for wrong in (curve, locked, b"nothing"):
        with refuses("key_malformed"):
            Signer.from_pem("name", wrong)
    with refuses("key_malformed"):
        Signer.generate("a name")


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    key = signer()
    assert open_checkpoint(sign_checkpoint(HEAD, key), [key.verifier])[0] == HEAD


def test_a_log_signs_only_its_own_checkpoints(refuses: Refuses) -> None:
    with refuses("origin_mismatch"):
        sign_checkpoint(HEAD, signer("another/log"))


def test_a_checkpoint_may_have_further_lines_which_count_for_nothing() -> None:
    assert Checkpoint.parse(HEAD.text() + "more\n") == HEAD


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", f"{HEAD.text()}\n", HEAD.text()[:-1], "\n" + HEAD.text(), HEAD.text().replace("\n7", "\n07"),
     HEAD.text().replace("\n7", "\n٧"), HEAD.text().replace("=", ""), "a\n1\nAAAA\n", HEAD.text().replace("8=", "9=")],
)  # fmt: skip
def test_a_malformed_checkpoint_is_refused(refuses: Refuses, text: str) -> None:
    with refuses("checkpoint_malformed"):
        Checkpoint.parse(text)


def test_a_witness_states_when_it_saw_the_checkpoint() -> None:
    note = sign_checkpoint(HEAD, signer()) + cosign(HEAD, WITNESS, 1795000000)
    _, signed = open_checkpoint(note, [signer().verifier, WITNESS.verifier])
    assert [one.at for one in signed] == [None, 1795000000]


def test_the_time_of_a_witness_cannot_be_changed(refuses: Refuses) -> None:
    line = WITNESS.sign(HEAD.text(), 1795000000)
    changed = type(line)(line.name, line.key_id, (1795000001).to_bytes(8) + line.timestamped[8:])
    with refuses("signature_invalid"):
        open_note(f"{HEAD.text()}\n{changed.line()}", [WITNESS.verifier])


def test_a_plain_signature_is_no_cosignature_of_the_same_key(refuses: Refuses) -> None:
    plain = signer(WITNESS.name, 2)
    assert plain.verifier.key_id != WITNESS.verifier.key_id
    forged = type(plain.sign(TEXT))(WITNESS.name, WITNESS.verifier.key_id, bytes(8) + plain.sign(TEXT).timestamped)
    with refuses("signature_invalid"):
        open_note(f"{TEXT}\n{forged.line()}", [WITNESS.verifier])
    with refuses("signature_invalid"):
        open_note(f"{TEXT}\n{type(forged)(forged.name, forged.key_id, b'x').line()}", [WITNESS.verifier])


def test_a_proof_comes_back_as_it_was_written() -> None:
    for path in ((), (bytes(32),), tuple(bytes([n]) * 32 for n in range(63))):
        proof = Proof(9, path, sign_checkpoint(HEAD, signer()))
        assert Proof.parse(proof.text()) == proof


def test_extra_data_of_a_proof_counts_for_nothing() -> None:
    proof = Proof(9, (bytes(32),), "note")
    assert Proof.parse(proof.text().replace("index", "extra AAAA\nindex")) == proof


@pytest.mark.parametrize(
    "text",
    ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n\nx", "c2sp.org/tlog-proof@v2\nindex 1\n\nx",
     "c2sp.org/tlog-proof@v1\nindex 01\n\nx", "c2sp.org/tlog-proof@v1\nindex -1\n\nx",
     "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nx", "c2sp.org/tlog-proof@v1\nextra A\nindex 1\n\nx",
     "c2sp.org/tlog-proof@v1\nextra AAAA\n\nx", Proof(1, (bytes(32),) * 64, "x").text()],
)  # fmt: skip
def test_a_malformed_proof_is_refused(refuses: Refuses, text: str) -> None:
    with refuses("proof_malformed"):
        Proof.parse(text)


@settings(deadline=None)
@given(st.text() | st.text(alphabet="a=+/A— \n0159\ud800"), st.sampled_from(["", "c2sp.org/tlog-proof@v1\nindex "]))
def test_no_text_breaks_a_parser(text: str, before: str) -> None:
    for parse in (split_note, Checkpoint.parse, Proof.parse, Verifier.from_vkey, lambda note: open_note(note, [])):
        with suppress(EvidenceError):
            parse(before + text)


@settings(deadline=None)
@given(st.text(alphabet="\nab/1 —", max_size=30), st.integers(0, 2**63 - 1))
def test_whatever_can_be_signed_can_be_opened(text: str, at: int) -> None:
    body = text + "\n"
    key = signer("witness", 5, COSIGNATURE)
    opened, (signed,) = open_note(f"{body}\n{key.sign(body, at).line()}", [key.verifier])
    assert (opened, signed.at) == (body, at)
