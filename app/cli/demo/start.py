"""``portavoce demo``: load once, say who can come in, serve."""

import asyncio
import os
from datetime import UTC, datetime

import typer

from app.cli.database import NotMigrated, opened
from app.cli.demo import marks, ways_in
from app.cli.demo.story import Story
from app.cli.serving import refuse_busy_port, run_server
from app.db.migrate import migrate
from app.settings import ConfigurationError, Settings

_WHO = {
    "antonia.martoccia@pastificioaurora.example": "titolare · owner",
    "paola.santangelo@pastificioaurora.example": "risorse umane · HR",
    "marco.lorusso@pastificioaurora.example": "dipendente · employee",
    "beatrice.lanza@terzariga.example": "agenzia · agency",
}


def demo() -> None:
    """Serve the demo."""
    run_server(ready())


def ready() -> Settings:
    """Load the demo into an empty database, never into one with other data; print who can sign in."""
    os.environ["DEMO"] = "true"
    settings = Settings()
    refuse_busy_port(settings)
    try:
        asyncio.run(prepare(settings))
    except NotMigrated:
        migrate(settings.database_owner_url or settings.database_url)
        asyncio.run(prepare(settings))
    typer.echo(introduction(settings))
    return settings


async def prepare(settings: Settings) -> None:
    """Load what is missing. ConfigurationError for a database that is somebody's."""
    async with opened(settings) as database:
        story = Story(database, datetime.now(UTC))
        if await marks.is_empty(database):
            from app.cli.demo.loading import load  # noqa: PLC0415 - once in the life of a demo

            typer.echo("Preparo i dati della demo… · Preparing the demo data…")
            await load(story)
        if not await marks.is_complete(database):
            message = "This database holds other data, or half a demo: set DATABASE_URL to an empty one."
            raise ConfigurationError(message)
        await ways_in.renew_invitation(story, settings)


def introduction(settings: Settings) -> str:
    """Return what a newcomer has to know, in Italian and English."""
    address = settings.public_url
    people = [f"  {email:<44} {_WHO[email]}" for email in ways_in.sign_ins()]
    return "\n".join(
        [
            "",
            f"Portavoce, demo: {address}",
            "",
            f"Entra con · Sign in with        password: {ways_in.PASSWORD}",
            *people,
            f"Con il foglio stampato · With the printed sheet: {ways_in.invited().invitation_code}  (Giulia Ferrara)",
            f"La posta che partirebbe · Mail that would be sent: {address}/development/mail",
            "",
            f"API: {address}/docs        client_id / client_secret",
            f"  agenzia · agency    {marks.AGENCY_CLIENT_ID} / {ways_in.AGENCY_SECRET}",
            f"  azienda · company   {marks.COMPANY_CLIENT_ID} / {ways_in.COMPANY_SECRET}",
            "",
            "Dati e password della demo sono pubblici. · The demo's data and passwords are public.",
            "Ctrl+C: fine · stop",
            "",
        ]
    )
