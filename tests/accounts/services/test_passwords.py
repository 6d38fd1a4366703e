"""Passwords: how they are hashed, and which cannot be chosen."""

import pytest

from app.accounts.services import passwords
from app.accounts.services.passwords import Checked


def test_a_password_is_hashed_with_argon2id_in_19_mebibytes_and_two_passes() -> None:
    assert passwords.hashed("quattro cavalli").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_never_has_the_same_hash() -> None:
    assert passwords.hashed("quattro cavalli") != passwords.hashed("quattro cavalli")


def test_it_matches_however_a_keyboard_writes_it() -> None:
    stored = passwords.hashed("perch\u00e9 no domani")
    assert passwords.check(stored, "perche\u0301 no domani") == Checked(matches=True)
    assert passwords.check(stored, "perche no domani") == Checked(matches=False)


def test_without_a_stored_hash_nothing_matches_though_the_work_is_done() -> None:
    assert passwords.check(None, "nobody") == Checked(matches=False)
    assert passwords.check(None, "anything else") == Checked(matches=False)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_short"),
        ("aaaabbbbcccc", "password_common"),
        ("123456789012", "password_common"),
        ("Passw0rd2026!", "password_common"),
        ("!!Portavoce123", "password_common"),
        ("zxcasdqwe123", "password_common"),
        ("Forzajuventus", "password_common"),
        ("Mailcreated5240", "password_common"),
        ("\N{LATIN SMALL LETTER SHARP S}" * 6, "password_short"),
        ("lucia.neri@aurora.example", "password_is_email"),
        ("xLUCIA.NERI@aurora.examplex", "password_is_email"),
        ("Lucia.Neri2026", "password_is_email"),
    ],
)
def test_a_weak_password_cannot_be_chosen(password: str, code: str) -> None:
    refused = passwords.weakness(password, "lucia.neri@aurora.example")
    assert refused is not None
    assert refused.code == code


@pytest.mark.parametrize("password", ["quattro cavalli al trotto", "kT7#qpLw9$zx", "età d’oro di Parma"])
def test_a_long_phrase_of_ones_own_can_be_chosen(password: str) -> None:
    assert passwords.weakness(password, "lucia.neri@aurora.example") is None
    assert passwords.weakness(password, None) is None
