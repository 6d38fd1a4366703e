"""Recomputing the evidence logs from the rows of the database."""

import typer

from app.access.work import Door
from app.cli.database import OPERATOR, REQUEST_ID, companies, with_database
from app.db import NO_COMPANY, Database
from app.evidence.fsck import Broken
from app.merkle_log.rows.fsck import recompute
from app.settings import ConfigurationError, Settings


def fsck(company_id: str) -> None:
    """Recompute the log of every company, or of one, and end with status 1 if any is not what was signed."""
    if not with_database(Settings(), lambda database: _all_sound(database, company_id)):
        raise typer.Exit(1)


async def _all_sound(database: Database, company_id: str) -> bool:
    chosen = [known for known in await database.read(NO_COMPANY, companies) if company_id in {"", known[0]}]
    if company_id and not chosen:
        raise ConfigurationError("There is no such company.")
    return all([await _sound(database, *known) for known in chosen])


async def _sound(database: Database, company_id: str, name: str) -> bool:
    try:
        size = await Door(database, OPERATOR, company_id, REQUEST_ID).read_slow(recompute)
    except Broken as broken:
        typer.echo(f"{name} ({company_id}): wrong from leaf {broken.index} on: {broken} ({broken.code})", err=True)
        return False
    typer.echo(f"{name} ({company_id}): {size:,} leaves, all as they were recorded.")
    return True
