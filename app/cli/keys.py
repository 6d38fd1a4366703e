"""The key that signs evidence."""

import os
from pathlib import Path

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def keygen(file: Path) -> None:
    """Write a new Ed25519 key (RFC 8032) as PEM, readable by its owner alone; FileExistsError if there is a file."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(pem)
    typer.echo(f"Set SIGNING_KEY_FILE={file.resolve()} and keep a copy apart from the database and its backups.")
