"""The key that signs evidence."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from app.access.work import Door
from app.cli.database import OPERATOR, REQUEST_ID, companies, with_database
from app.db import NO_COMPANY, Database
from app.evidence.notes import Signer
from app.integrations import signing_key
from app.merkle_log.services import log_key
from app.settings import Settings


def keygen(file: Path) -> None:
    """Write a new Ed25519 key (RFC 8032) as PEM, readable by its owner alone; FileExistsError if there is a file."""
    signing_key.write_new(file)
    typer.echo(f"Set SIGNING_KEY_FILE={file.resolve()} and keep a copy apart from the database and its backups.")


def rotate(old_file: Path, new_file: Path) -> None:
    """Have every log say, signed with the old key, that the new one follows. A run that broke off can be repeated."""
    old, new = (signing_key.read(file.read_text(encoding="utf-8"), str(file)) for file in (old_file, new_file))
    rotated = with_database(Settings(), lambda database: _rotate(database, old, new))
    typer.echo(
        f"The logs of {rotated} companies name the new key. Set SIGNING_KEY_FILE={new_file.resolve()} and start."
    )


async def _rotate(database: Database, old: Signer, new: Signer) -> int:
    now = datetime.now(UTC)
    await database.write(NO_COMPANY, log_key.hold_to, old, now)
    rotated = 0
    for company_id, _ in await database.read(NO_COMPANY, companies):
        rotated += await Door(database, OPERATOR, company_id, REQUEST_ID, now).write(log_key.rotate, old, new)
    await database.write(NO_COMPANY, log_key.replace_key, old, new, now)
    return rotated
