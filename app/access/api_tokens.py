"""Access tokens of API clients: opaque, kept as hashes, short-lived, dead the moment their client is revoked."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.access.secrets import token_hash
from app.models import OAuthClient, OAuthToken

LIFETIME = timedelta(minutes=15)
_KEPT = timedelta(days=1)
# What an unknown client's secret is compared with, so that unknown and wrong take the same time.
_NOBODYS = token_hash("")


def active_client(session: Session, client_id: str) -> OAuthClient | None:
    """Return the client unless there is none, or it is revoked."""
    row = session.get(OAuthClient, client_id)
    return row if row is not None and row.revoked_at is None else None


def is_secret_of(client: OAuthClient | None, secret: str) -> bool:
    """Tell whether this is the client's secret, in a time that does not depend on how much of it is right."""
    expected = client.secret_hash if client else _NOBODYS
    return hmac.compare_digest(token_hash(secret), expected) and client is not None


def issue(session: Session, client: OAuthClient, token: str, scopes: Iterable[str], now: datetime) -> None:
    session.add(
        OAuthToken(
            token_hash=token_hash(token),
            client_id=client.id,
            scopes=sorted(scopes),
            issued_at=now,
            expires_at=now + LIFETIME,
        )
    )


def find(session: Session, token: str) -> OAuthToken | None:
    """Return the token, valid or not, by its clear text."""
    return session.scalars(select(OAuthToken).where(col(OAuthToken.token_hash) == token_hash(token))).first()


def revoke(session: Session, token: OAuthToken, now: datetime) -> None:
    token.revoked_at = token.revoked_at or now
    session.add(token)


def revoke_all(session: Session, client_id: str, now: datetime) -> None:
    """End every token of a client."""
    living = (col(OAuthToken.client_id) == client_id, col(OAuthToken.revoked_at).is_(None))
    session.execute(update(OAuthToken).where(*living).values(revoked_at=now))


def forget_expired(session: Session, now: datetime) -> None:
    """Delete the tokens that expired more than a day ago."""
    session.execute(delete(OAuthToken).where(col(OAuthToken.expires_at) < now - _KEPT))
