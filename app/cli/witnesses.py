"""Being a witness of other people's logs, and the keys that witness and log tell each other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import typer

from app.cli.database import companies, with_database
from app.db import NO_COMPANY
from app.evidence.errors import EvidenceError
from app.integrations import signing_key
from app.merkle_log.rows import witnessed_logs as watched
from app.merkle_log.services import witnessed_logs
from app.rules.log_name import origin
from app.settings import ConfigurationError, Settings


def key() -> None:
    """Show what the settings of a log need to ask this installation: WITNESSES=<this line>."""
    settings = Settings()
    witness = signing_key.witness(settings, signing_key.load(settings))
    if witness is None:
        raise ConfigurationError("WITNESS_NAME is not set: give this witness a name, e.g. `agency.example/witness`.")
    typer.echo(f"{witness.verifier.vkey()} {settings.public_url}/witness")


def logs() -> None:
    """Show the verifier key of each company's log, one a line, with the company's name."""
    settings = Settings()
    signer = signing_key.load(settings)
    for company_id, name in with_database(settings, lambda db: db.read(NO_COMPANY, companies)):
        typer.echo(f"{replace(signer, name=origin(company_id)).verifier.vkey()}  {name}")


def add(vkey: str) -> None:
    """Watch a log, or give the one that is watched its new key."""
    new = _write(lambda session: witnessed_logs.watch(session, vkey, datetime.now(UTC)))
    typer.echo("Watched from now on." if new else "Watched already: the key is now this one, what was seen stays.")


def listing() -> None:
    """Show each watched log, one a line: key, size cosigned last, when."""
    for log in with_database(Settings(), lambda db: db.read(NO_COMPANY, watched.every)):
        seen = f"size {log.size}, {log.at:%Y-%m-%d %H:%M} UTC" if log.note else "nothing cosigned yet"
        typer.echo(f"{log.vkey}  {seen}")


def remove(vkey: str) -> None:
    """Stop watching a log."""
    if not _write(lambda session: witnessed_logs.forget(session, vkey)):
        raise ConfigurationError("No log with this key is watched: look at `portavoce witness list`.")
    typer.echo("No longer watched. What was seen of it is forgotten: added again, it would start anew.")


def _write(fn: Callable[[Any], bool]) -> bool:
    try:
        return with_database(Settings(), lambda db: db.write(NO_COMPANY, fn))
    except EvidenceError as error:
        raise ConfigurationError(f"This cannot be watched: {error}") from error
