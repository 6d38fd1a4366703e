"""The private key that signs evidence: a secret or a file outside the database, never in it or in its backups."""

import os
from pathlib import Path

from sqlalchemy.engine import make_url

from app.evidence.errors import EvidenceError
from app.evidence.notes import COSIGNATURE, Signer
from app.rules.log_name import INSTANCE
from app.settings import ConfigurationError, Settings


def load(settings: Settings) -> Signer:
    """Return the key of SIGNING_KEY; in demo mode without one, a key that is made once and kept beside the database.

    Raises ConfigurationError for what is no Ed25519 key.
    """
    pem = settings.signing_key.get_secret_value()
    if not pem and settings.demo:
        pem = _kept(_demo_file(settings))
    return read(pem, "SIGNING_KEY")


def read(pem: str, name: str) -> Signer:
    """Return the key in a PEM text; ConfigurationError, calling it ``name``, for what is no Ed25519 key."""
    try:
        return Signer.from_pem(INSTANCE, pem.encode())
    except EvidenceError as error:
        message = f"{name} is no Ed25519 private key in PEM: make one with `portavoce evidence keygen`."
        raise ConfigurationError(message) from error


def witness(settings: Settings, signer: Signer) -> Signer | None:
    """Return the key as that of a witness (C2SP tlog-cosignature); None where WITNESS_NAME is not set."""
    return Signer(settings.witness_name, signer.key, COSIGNATURE) if settings.witness_name else None


def write_new(file: Path) -> None:
    """Write a new key as PEM, readable by its owner alone; FileExistsError if there is a file."""
    pem = Signer.generate(INSTANCE).to_pem()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(pem)


def _kept(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_new(file)
    return file.read_text(encoding="utf-8")


def _demo_file(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    beside = Path(url.database or "") if settings.on_sqlite else Path("data") / f"{url.database}"
    return beside.with_name(f"{beside.name}.signing-key.pem")
