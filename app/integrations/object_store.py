"""Where large files lie: a directory of this machine, or a bucket that speaks S3.

An object is written once, under a key that is never used again, and never changed. What has the key of a row is
content; what has none is the rest of an upload that was broken off, and is swept (platform/media.py).
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

import obstore
from anyio import to_thread
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.errors import Unavailable
from app.settings import ConfigurationError, Settings

T = TypeVar("T")

_S3 = "s3://"
_PART = 8_000_000  # bytes of one part of an upload to a bucket; at most two are in memory
_ANSWERED_IN = timedelta(seconds=30)


class Kept(NamedTuple):
    """An object that the store holds, and when it was written."""

    key: str
    at: datetime


class ObjectStore(Protocol):
    """Five verbs. A store that cannot be reached, is full or has lost the object raises Unavailable."""

    async def put(self, key: str, file: Path) -> None:
        """Keep the bytes of a local file, which the store may take away; durable when this returns."""

    async def read(self, key: str, start: int, length: int) -> bytes:
        """Return ``length`` bytes from ``start`` on, fewer only at the end of the object."""

    async def delete(self, key: str) -> None:
        """Delete an object; one that is not there is deleted already."""

    def under(self, prefix: str) -> AsyncIterator[Kept]:
        """Yield the objects whose key begins with this folder."""

    @property
    def incoming(self) -> Path:
        """Return the local directory in which uploads are put together, on the file system that ``put`` likes best."""


def of(settings: Settings) -> ObjectStore:
    """Return the store of MEDIA_STORE; ConfigurationError if it cannot be used."""
    place = settings.media_store
    if not place.startswith(_S3):
        return Directory(Path(place))
    parts = urlsplit(place)
    if not parts.netloc:
        raise ConfigurationError("MEDIA_STORE names no bucket: write s3://bucket or s3://bucket/folder.")
    keys = [key.get_secret_value() for key in (settings.s3_access_key, settings.s3_secret_key)]
    if not all(keys):
        raise ConfigurationError("S3_ACCESS_KEY and S3_SECRET_KEY are not set: the bucket of MEDIA_STORE needs both.")
    client = _bucket(parts.netloc, parts.path.strip("/"), settings.s3_endpoint, settings.s3_region, *keys)
    return Bucket(client, settings.media_incoming)


class Directory:
    """A directory, readable by this service alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / ".incoming"

    async def put(self, key: str, file: Path) -> None:
        await _aside(_move, file, self.root / key)

    async def read(self, key: str, start: int, length: int) -> bytes:
        return await _aside(_read, self.root / key, start, length)

    async def delete(self, key: str) -> None:
        await _aside((self.root / key).unlink, True)

    async def under(self, prefix: str) -> AsyncIterator[Kept]:
        for kept in await _aside(_listed, self.root, prefix):
            yield kept


class Bucket:
    """A bucket of S3, or of what speaks like it: Ceph, Garage, MinIO, SeaweedFS."""

    def __init__(self, store: S3Store, incoming: str) -> None:
        self._store = store
        self.incoming = Path(incoming)

    async def put(self, key: str, file: Path) -> None:
        with _storage():
            await obstore.put_async(self._store, key, file, chunk_size=_PART, max_concurrency=2)
        await _aside(file.unlink)

    async def read(self, key: str, start: int, length: int) -> bytes:
        with _storage():
            return bytes(await obstore.get_range_async(self._store, key, start=start, length=length))

    async def delete(self, key: str) -> None:
        with _storage():
            await obstore.delete_async(self._store, key)

    async def under(self, prefix: str) -> AsyncIterator[Kept]:
        with _storage():
            async for page in obstore.list(self._store, prefix):
                for found in page:
                    yield Kept(found["path"], found["last_modified"])


@cache
def _bucket(name: str, folder: str, endpoint: str, region: str, access: str, secret: str) -> S3Store:
    """Return the one client of this process for a bucket, with its connections."""
    return S3Store(
        name,
        prefix=folder or None,
        endpoint=endpoint or None,
        region=region,
        access_key_id=access,
        secret_access_key=secret,
        virtual_hosted_style_request=not endpoint,
        client_options={"timeout": _ANSWERED_IN, "allow_http": endpoint.startswith("http://")},
        retry_config={"max_retries": 2, "retry_timeout": _ANSWERED_IN},
    )


@contextmanager
def _storage() -> Iterator[None]:
    """Say Unavailable for whatever a store, near or far, answers but what was asked."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise Unavailable from error


async def _aside(fn: Callable[..., T], *args: object) -> T:
    """Run a function that waits for the disk in a thread."""
    with _storage():
        return await to_thread.run_sync(fn, *args)


def _move(file: Path, place: Path) -> None:
    """Move a finished file to its place so that a power cut leaves it whole or not there."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    file.replace(place)
    for folder in (place.parent, place.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read(file: Path, start: int, length: int) -> bytes:
    with file.open("rb") as stored:
        stored.seek(start)
        return stored.read(length)


def _listed(root: Path, prefix: str) -> list[Kept]:
    folder = root / prefix
    if not folder.is_dir():
        return []
    with os.scandir(folder) as found:
        return [Kept(f"{prefix}/{one.name}", datetime.fromtimestamp(one.stat().st_mtime, UTC)) for one in found]
