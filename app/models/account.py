"""How people sign in. Accounts stand outside companies: one account may belong to people of several."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.models.base import Table, column, personal
from app.models.types import HASH, ID, UtcDateTime, words_of

_SIGN_IN: Any = {"purpose": "sign-in", "basis": "6(1)(b)", "erase": "delete"}


class SignInMethod(StrEnum):
    PASSWORD = "password"  # noqa: S105 - the name of a method
    MAGIC_LINK = "magic_link"
    INVITATION = "invitation"
    PASSKEY = "passkey"


class LinkPurpose(StrEnum):
    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105 - the name of a purpose


class Account(Table, table=True):
    """``email`` is proven by its owner and unique; staff who came in by invitation may have none."""

    email: str | None = column(sa.String(254), None, nullable=True, unique=True, info=personal("contact", **_SIGN_IN))
    password_hash: str | None = column(sa.String(200), None, nullable=True, info=personal("credential", **_SIGN_IN))
    language: str = column(sa.String(2), "it", info=personal("preference", **_SIGN_IN))
    created_at: datetime = column(UtcDateTime())


class SignInSession(Table, table=True):
    """A signed-in browser. ``locked`` sessions (printed invitations) stay inside one company, ``shared`` ones end soon.

    ``organisation_id`` is the company or agency the pages show now. ``device`` is the browser's family, so that
    its owner recognises it in the list; nobody else sees it.
    """

    __tablename__ = "sign_in_session"

    token_hash: str = column(HASH, unique=True)
    account_id: str = column(ID, foreign_key="account.id", index=True)
    method: SignInMethod = column(words_of(SignInMethod))
    organisation_id: str | None = column(ID, None, nullable=True)
    locked: bool = column(sa.Boolean(), False)
    shared: bool = column(sa.Boolean(), False)
    device: str = column(sa.String(80), "", info=personal("device", **_SIGN_IN, keep_days=30))
    created_at: datetime = column(UtcDateTime())
    idle_until: datetime = column(UtcDateTime())
    expires_at: datetime = column(UtcDateTime())


class SignInLink(Table, table=True):
    """A link sent by mail: kept only as a hash, used once, by a button and never by opening it."""

    __tablename__ = "sign_in_link"

    token_hash: str = column(HASH, unique=True)
    account_id: str = column(ID, foreign_key="account.id", index=True)
    purpose: LinkPurpose = column(words_of(LinkPurpose))
    expires_at: datetime = column(UtcDateTime())
    used_at: datetime | None = column(UtcDateTime(), None, nullable=True)


class Passkey(Table, table=True):
    """A WebAuthn credential. ``credential_id`` and ``public_key`` are base64url text."""

    account_id: str = column(ID, foreign_key="account.id", index=True)
    credential_id: str = column(sa.String(1400), unique=True, info=personal("credential", **_SIGN_IN))
    public_key: str = column(sa.String(1400), info=personal("credential", **_SIGN_IN))
    sign_count: int = column(sa.BigInteger(), 0)
    name: str = column(sa.String(80), "", info=personal("device", **_SIGN_IN))
    created_at: datetime = column(UtcDateTime())
