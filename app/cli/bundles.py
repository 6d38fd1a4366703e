"""Checking an auditor bundle, from its files alone: no database, no network, no account."""

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import typer

from app.evidence.bundles import CheckedBundle, check_bundle
from app.evidence.fsck import Broken


def fsck(path: Path, keys: Sequence[str]) -> None:
    """Recompute a bundle, as ZIP or unpacked, and end with status 1 if anything in it is not what was signed."""
    try:
        found = _of_folder(path, keys) if path.is_dir() else _of_zip(path, keys)
    except (Broken, BadZipFile) as error:
        place = f"wrong from leaf {error.index} on: {error} ({error.code})" if isinstance(error, Broken) else str(error)
        typer.echo(f"{path}: {place}", err=True)
        raise typer.Exit(1) from None
    typer.echo(
        f"{found.origin}: {found.size:,} leaves, {found.evidence:,} pieces of evidence and {found.versions:,} texts, "
        "all as they were recorded."
    )
    if not found.trusted:
        typer.echo("The key came with the bundle: this shows only that it agrees with itself. Give yours with --key.")


def _of_folder(path: Path, keys: Sequence[str]) -> CheckedBundle:
    names = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
    return check_bundle(names, lambda name: (path / name).read_bytes(), keys)


def _of_zip(path: Path, keys: Sequence[str]) -> CheckedBundle:
    with ZipFile(path) as archive:
        return check_bundle(archive.namelist(), archive.read, keys)
