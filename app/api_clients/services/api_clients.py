"""API clients: machines that belong to a company or an agency and survive whoever made them."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.access import api_tokens
from app.access.secrets import new_token, token_hash
from app.api_clients.schemas.api_client import ClientIn, NewSecretIn
from app.authz import CLIENT_SCOPES, SCOPE_PERMISSIONS, Permission
from app.context import AgencyCtx, Ctx
from app.db.upsert import insert_new
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import OAuthClient
from app.platform import audit
from app.platform.audit import Act
from app.wording import N_

COMPANY_SCOPES: frozenset[Permission] = CLIENT_SCOPES - {Permission.CREATE_COMPANIES}
# Beyond founding companies an agency's client can do at most what engagements open (authz.SCOPE_PERMISSIONS).
AGENCY_SCOPES: frozenset[Permission] = CLIENT_SCOPES & (
    frozenset[Permission]().union(*SCOPE_PERMISSIONS.values()) | {Permission.CREATE_COMPANIES}
)


class NewSecret(NamedTuple):
    """A client with its secret, the only time that exists in clear."""

    client: OAuthClient
    secret: str


class ClientRow(NamedTuple):
    """A client as it is listed; ``secret_mark`` tells its present secret from every other one."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    revoked_at: datetime | None
    secret_mark: str


def create(ctx: Ctx | AgencyCtx, data: ClientIn) -> NewSecret:
    """Make a client of the company or agency.

    Invalid for a scope that its kind cannot hold, Conflict ``secret_shown`` if the same client is made again.
    """
    ctx.require(Permission.MANAGE_CLIENTS)
    made = _made(ctx.session, data, ctx.now, _owner(ctx))
    audit.record(ctx, Act.CLIENT_CREATED, made.client.id, name=data.name, scopes=made.client.scopes)
    return made


def of_owner(ctx: Ctx | AgencyCtx) -> list[ClientRow]:
    """Return all clients of the company or agency, the living first, then by age."""
    ctx.require(Permission.MANAGE_CLIENTS)
    statement = (
        select(
            col(OAuthClient.id),
            col(OAuthClient.name),
            col(OAuthClient.scopes),
            col(OAuthClient.created_at),
            col(OAuthClient.revoked_at),
            _MARK,
        )
        .where(_owned(ctx))
        .order_by(col(OAuthClient.revoked_at).is_not(None), col(OAuthClient.id))
    )
    return [ClientRow(*row) for row in ctx.session.execute(statement)]


def rotate_secret(ctx: Ctx | AgencyCtx, client_id: str, data: NewSecretIn) -> NewSecret:
    """Give a client a new secret. The old one and every token got with it are dead at once.

    Conflict ``secret_shown`` if the secret to replace was replaced already.
    """
    client = _living(ctx, client_id)
    if client.secret_hash[:_MARK_LENGTH] != data.replaces:
        replaced = N_(
            "This API client already has its new secret, which was shown once. If it is lost, create another."
        )
        raise Conflict("secret_shown", replaced)
    secret = new_token("pvc")
    client.secret_hash = token_hash(secret)
    api_tokens.revoke_all(ctx.session, client.id, ctx.now)
    audit.record(ctx, Act.CLIENT_SECRET_ROTATED, client.id, name=client.name)
    return NewSecret(client, secret)


def revoke(ctx: Ctx | AgencyCtx, client_id: str) -> None:
    """End a client and its tokens at once, for ever."""
    client = _living(ctx, client_id)
    client.revoked_at = ctx.now
    api_tokens.revoke_all(ctx.session, client.id, ctx.now)
    audit.record(ctx, Act.CLIENT_REVOKED, client.id, name=client.name)


def _made(session: Session, data: ClientIn, now: datetime, owner: dict[str, Any]) -> NewSecret:
    allowed = COMPANY_SCOPES if "owner_company" in owner else AGENCY_SCOPES
    if beyond := sorted(set(data.scopes) - allowed):
        raise Invalid([FieldError("/scopes", "scope_not_allowed", _NOT_ALLOWED, {"scopes": ", ".join(beyond)})])
    secret = new_token("pvc")
    scopes = sorted({scope.value for scope in data.scopes})
    row = {"id": data.id, "name": data.name, "secret_hash": token_hash(secret), "scopes": scopes, "created_at": now}
    if not insert_new(session, OAuthClient, [{**row, **owner}], ["id"]):
        made = N_(
            "This API client exists already, and its secret was shown when it was created. If the secret is lost, "
            "create a new one."
        )
        raise Conflict("secret_shown", made)
    return NewSecret(session.get_one(OAuthClient, data.id), secret)


# Enough of the hash to tell secrets of one client apart, and of no use for anything else.
_MARK_LENGTH = 12
_MARK = func.substr(col(OAuthClient.secret_hash), 1, _MARK_LENGTH)
_NOT_ALLOWED = N_("An API client of this kind cannot hold: %(scopes)s. Choose other scopes.")


def _living(ctx: Ctx | AgencyCtx, client_id: str) -> OAuthClient:
    ctx.require(Permission.MANAGE_CLIENTS)
    statement = select(OAuthClient).where(col(OAuthClient.id) == client_id, _owned(ctx)).with_for_update()
    client = ctx.session.scalars(statement).first()
    if client is None:
        raise NotFound
    if client.revoked_at is not None:
        raise Conflict("client_revoked", N_("This API client was revoked. Create a new one."))
    return client


def _owner(ctx: Ctx | AgencyCtx) -> dict[str, str]:
    return {"owner_company": ctx.company_id} if isinstance(ctx, Ctx) else {"owner_agency": ctx.agency_id}


def _owned(ctx: Ctx | AgencyCtx) -> ColumnElement[bool]:
    if isinstance(ctx, Ctx):
        return col(OAuthClient.owner_company) == ctx.company_id
    return col(OAuthClient.owner_agency) == ctx.agency_id
