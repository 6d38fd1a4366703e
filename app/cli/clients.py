"""API clients, made and ended by the operator."""

from datetime import UTC, datetime
from functools import partial

import typer
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.access.work import Work
from app.api_clients.schemas.api_client import ClientIn
from app.api_clients.services import api_clients as clients
from app.authz import Actor, ActorKind, Permission
from app.cli.work import OPERATOR, REQUEST_ID, with_database
from app.context import AgencyCtx
from app.db import NO_COMPANY, Database, Scope, is_id
from app.models import OAuthClient
from app.settings import ConfigurationError, Settings


def create(name: str, scopes: list[str], company_id: str, agency_id: str) -> None:
    """Make a client of one company or one agency and show its secret."""
    if bool(company_id) == bool(agency_id) or not is_id(company_id or agency_id):
        raise ConfigurationError("Give the id of one company with --company, or of one agency with --agency.")
    data = ClientIn.model_validate({"name": name, "scopes": scopes})
    scope = Scope(company_id) if company_id else NO_COMPANY
    make = partial(clients.create_for_operator, company_id=company_id, agency_id=agency_id)
    made = with_database(Settings(), lambda db: db.write(scope, make, data, datetime.now(UTC)))
    typer.echo(f"client_id:     {made.client.id}")
    typer.echo(f"client_secret: {made.secret}")
    typer.echo("Note the secret now: it is kept as a hash only.")


def listing() -> None:
    """Show every client, one a line: id, state, owner, name, scopes."""
    for client in with_database(Settings(), lambda db: db.read(NO_COMPANY, _all)):
        state = "revoked" if client.revoked_at else "active"
        owner = f"company {client.owner_company}" if client.owner_company else f"agency {client.owner_agency}"
        typer.echo(f"{client.id}  {state}  {owner}  {client.name}  {' '.join(client.scopes)}")


def revoke(client_id: str) -> None:
    """End a client and its tokens."""
    with_database(Settings(), lambda db: _revoke(db, client_id))
    typer.echo(f"Revoked: {client_id}")


async def _revoke(db: Database, client_id: str) -> None:
    client = await db.read(NO_COMPANY, lambda session: session.get(OAuthClient, client_id))
    if client is None:
        raise ConfigurationError(f"There is no client {client_id}: look at `portavoce client list`.")
    if client.owner_company:
        await Work(db, OPERATOR, client.owner_company, REQUEST_ID).write(clients.revoke, client_id)
    else:
        await db.write(NO_COMPANY, _revoke_of_agency, str(client.owner_agency), client_id)


def _revoke_of_agency(session: Session, agency_id: str, client_id: str) -> None:
    operator = Actor(ActorKind.SYSTEM, OPERATOR.name, frozenset(Permission))
    clients.revoke(AgencyCtx(session, operator, agency_id, datetime.now(UTC), REQUEST_ID), client_id)


def _all(session: Session) -> list[OAuthClient]:
    return list(session.scalars(select(OAuthClient).order_by(col(OAuthClient.id))))
