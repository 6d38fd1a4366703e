"""Objects are kept whole, read in pieces, listed and deleted, in a directory as in a bucket."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.errors import Unavailable
from app.integrations import object_store
from app.integrations.object_store import ObjectStore
from app.settings import ConfigurationError, Settings
from tests.object_stores import KEYS

BIG = bytes(range(256)) * 80_000  # 20 MB: three parts on their way to a bucket


@pytest.fixture
def store(media_settings: dict[str, Any]) -> ObjectStore:
    return object_store.of(Settings(**media_settings))


async def put(store: ObjectStore, key: str, content: bytes) -> Path:
    store.incoming.mkdir(parents=True, exist_ok=True)
    file = store.incoming / "upload"
    file.write_bytes(content)
    await store.put(key, file)
    return file


async def under(store: ObjectStore, prefix: str) -> list[object_store.Kept]:
    return [kept async for kept in store.under(prefix)]


async def test_what_was_put_is_read_in_pieces(store: ObjectStore) -> None:
    await put(store, "a-company/film", BIG)
    assert await store.read("a-company/film", 0, len(BIG)) == BIG
    assert await store.read("a-company/film", 255, 3) == b"\xff\x00\x01"
    assert await store.read("a-company/film", len(BIG) - 2, 100) == BIG[-2:]


async def test_the_local_file_is_gone_once_it_is_put(store: ObjectStore) -> None:
    assert not (await put(store, "a-company/film", b"film")).exists()


async def test_objects_are_listed_by_folder_with_their_moment(store: ObjectStore) -> None:
    await put(store, "a-company/film", b"film")
    await put(store, "b-company/film", b"film")
    (kept,) = await under(store, "a-company")
    assert kept.key == "a-company/film"
    assert abs(datetime.now(UTC) - kept.at) < timedelta(minutes=1)
    assert await under(store, "c-company") == []


async def test_a_deleted_object_is_gone_and_may_be_deleted_again(store: ObjectStore) -> None:
    await put(store, "a-company/film", b"film")
    await store.delete("a-company/film")
    await store.delete("a-company/film")
    assert await under(store, "a-company") == []
    with pytest.raises(Unavailable):
        await store.read("a-company/film", 0, 1)


async def test_what_a_directory_holds_is_readable_by_the_service_alone(tmp_path: Path) -> None:
    store = object_store.of(Settings(media_store=str(tmp_path / "media")))
    await put(store, "a-company/film", b"film")
    assert stat.S_IMODE((tmp_path / "media" / "a-company").stat().st_mode) == 0o700


async def test_a_directory_that_is_none_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the directory should be")
    store = object_store.of(Settings(media_store=str(tmp_path / "media")))
    upload = tmp_path / "upload"
    upload.write_bytes(b"film")
    with pytest.raises(Unavailable):
        await store.put("a-company/film", upload)
    assert upload.exists()


@pytest.mark.parametrize("verb", ["put", "read", "delete", "under"])
async def test_a_bucket_that_does_not_answer_is_unavailable(tmp_path: Path, verb: str) -> None:
    nobody = Settings(media_store="s3://bucket", s3_endpoint="http://127.0.0.1:9", **KEYS)
    store = object_store.of(nobody)
    upload = tmp_path / "upload"
    upload.write_bytes(b"film")
    calls = {
        "put": lambda: store.put("a-company/film", upload),
        "read": lambda: store.read("a-company/film", 0, 1),
        "delete": lambda: store.delete("a-company/film"),
        "under": lambda: under(store, "a-company"),
    }
    with pytest.raises(Unavailable):
        await calls[verb]()
    assert upload.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"media_store": "s3://", **KEYS}, "MEDIA_STORE names no bucket"),
        ({"media_store": "s3://bucket"}, "S3_ACCESS_KEY and S3_SECRET_KEY are not set"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        object_store.of(Settings(**given))
