"""API clients, made and ended by the operator."""

import typer
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.access.work import AgencyWork, Door, Work, enter_agency
from app.api_clients.schemas.api_client import ClientIn
from app.api_clients.services import api_clients as clients
from app.api_clients.services.api_clients import NewSecret
from app.cli.database import OPERATOR, REQUEST_ID, with_database
from app.db import NO_COMPANY, Database, is_id
from app.models import OAuthClient
from app.settings import ConfigurationError, Settings


def create(name: str, scopes: list[str], company_id: str, agency_id: str) -> None:
    """Make a client of one company or one agency and show its secret."""
    if bool(company_id) == bool(agency_id) or not is_id(company_id or agency_id):
        raise ConfigurationError("Give the id of one company with --company, or of one agency with --agency.")
    data = ClientIn.model_validate({"name": name, "scopes": scopes})
    made = with_database(Settings(), lambda db: _create(db, data, company_id, agency_id))
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


async def _create(db: Database, data: ClientIn, company_id: str, agency_id: str) -> NewSecret:
    work = await _inside(db, company_id, agency_id)
    return await work.write(clients.create, data)


async def _revoke(db: Database, client_id: str) -> None:
    client = await db.read(NO_COMPANY, lambda session: session.get(OAuthClient, client_id))
    if client is None:
        raise ConfigurationError(f"There is no client {client_id}: look at `portavoce client list`.")
    work = await _inside(db, client.owner_company, client.owner_agency)
    await work.write(clients.revoke, client_id)


async def _inside(db: Database, company_id: str | None, agency_id: str | None) -> Work | AgencyWork:
    """Return the operator's work in a company, or else in an agency."""
    if company_id:
        return await Door(db, OPERATOR, company_id, REQUEST_ID).enter()
    return await enter_agency(db, OPERATOR, str(agency_id), REQUEST_ID)


def _all(session: Session) -> list[OAuthClient]:
    return list(session.scalars(select(OAuthClient).order_by(col(OAuthClient.id))))
