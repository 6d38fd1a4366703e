"""Auditor bundles, checked from their files alone: what is whole passes, and one flipped bit anywhere does not."""

import asyncio
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from app import db
from app.context import Ctx
from app.evidence.bundles import check_bundle
from app.evidence.fsck import Broken
from app.evidence.notes import Signer
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence, log_key
from app.merkle_log.services.evidence import Private
from app.policies.rows import policies
from tests.cli.conftest import Portavoce
from tests.site import SIGNER, Site
from tests.world import World, acknowledge

Files = dict[str, bytes]
QUESTIONS = 300  # so that there is a full tile, one that is not, and one above them


def ask(ctx: Ctx, questions: int) -> None:
    facts = {"policy": ctx.company_id, "version": ctx.company_id, "content_sha256": "0" * 64}
    for number in range(questions):
        evidence.append(ctx, LeafType.QUESTION, facts, Private({"note": f"Perché {number}?\u2028"}, ctx.company_id))


@pytest.fixture(scope="module")
def packed(sqlite_world: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give the bundle of a log whose key changed once, as it is downloaded."""
    return asyncio.run(downloaded(sqlite_world, tmp_path_factory.mktemp("bundle"), QUESTIONS))


@pytest.fixture
def small(sqlite_world: tuple[Path, World], tmp_path: Path) -> Files:
    """Give the files of the bundle of a short log, which is checked quickly."""
    return unpacked(asyncio.run(downloaded(sqlite_world, tmp_path, questions=1)))


async def downloaded(
    sqlite_world: tuple[Path, World], folder: Path, questions: int, *, of_one_policy: bool = False
) -> bytes:
    template, made = sqlite_world
    url = f"sqlite:///{shutil.copyfile(template, folder / 'log.db')}"
    opened = db.open_database(url)
    world = replace(made, db=opened, account=dict(made.account), person=dict(made.person))
    site = Site(world, url)
    shown = await world.published()
    await world.act("employee").write(acknowledge, shown)
    await world.system().write(ask, questions)
    await world.system().write(log_key.rotate, Signer.generate(SIGNER.name), SIGNER)
    version = await world.system().read(policies.version, shown.version_id)
    chosen = {"policy_id": version.policy_id} if of_one_policy else {}
    answer = await (await site.machine()).get(f"{site.company}/evidence/bundle", params=chosen)
    assert answer.status_code == 200, answer.text
    await opened.close()
    return answer.content


@pytest.fixture
def files(packed: bytes) -> Files:
    return unpacked(packed)


def unpacked(bundle: bytes) -> Files:
    archive = ZipFile(io.BytesIO(bundle))
    return {name: archive.read(name) for name in archive.namelist()}


def broken(files: Files) -> Broken:
    with pytest.raises(Broken) as found:
        check_bundle(files, files.__getitem__)
    return found.value


def test_a_bundle_holds_as_file_and_unpacked(portavoce: Portavoce, packed: bytes, tmp_path: Path) -> None:
    file, folder = tmp_path / "log.zip", tmp_path / "log"
    file.write_bytes(packed)
    ZipFile(file).extractall(folder)
    key = (folder / "keys").read_text().split()[0]
    for place in (file, folder):
        done = portavoce("evidence", "fsck", str(place))
        assert done.status == 0, done.err
        assert f"{QUESTIONS + 3:,} leaves, {QUESTIONS + 2:,} pieces of evidence and 1 texts" in done.out
        assert "only that it agrees with itself" in done.out
        assert "itself" not in portavoce("evidence", "fsck", str(place), "--key", key).out


def test_a_bundle_of_one_policy_holds_without_the_evidence_of_others(
    sqlite_world: tuple[Path, World], tmp_path: Path
) -> None:
    files = unpacked(asyncio.run(downloaded(sqlite_world, tmp_path, QUESTIONS, of_one_policy=True)))
    assert [name for name in files if name.startswith("evidence/")] == ["evidence/000000000.jsonl"]
    checked = check_bundle(files, files.__getitem__)
    assert (checked.size, checked.evidence) == (QUESTIONS + 3, 2)


def test_another_key_than_the_one_known_is_refused(portavoce: Portavoce, packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "log.zip").write_bytes(packed)
    other = Signer.generate("portavoce/log/other").verifier.vkey()
    done = portavoce("evidence", "fsck", str(tmp_path / "log.zip"), "--key", other)
    assert done.status == 1
    assert "signature_missing" in done.err


def test_what_is_no_bundle_is_refused(portavoce: Portavoce, packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(packed[:-30])
    (tmp_path / "empty").mkdir()
    for name in ("cut.zip", "empty"):
        done = portavoce("evidence", "fsck", str(tmp_path / name))
        assert (done.status, done.out) == (1, "")


def test_one_flipped_bit_in_any_file_is_noticed(files: Files) -> None:
    check_bundle(files, files.__getitem__)
    kinds = {name.split("/")[0] for name in files}
    assert kinds >= {"checkpoint", "keys", "tile", "evidence", "policies", "README.md", "LEGGIMI.md", "verify.html"}
    for name, content in files.items():
        for place, bit in ((0, 0), (len(content) // 3, 4), (len(content) - 1, 7)):
            flipped = bytearray(content)
            flipped[place] ^= 1 << bit
            broken({**files, name: bytes(flipped)})


def test_every_byte_of_the_signed_state_counts(small: Files) -> None:
    check_bundle(small, small.__getitem__)
    for place in range(len(small["checkpoint"])):
        flipped = bytearray(small["checkpoint"])
        flipped[place] ^= 1
        broken({**small, "checkpoint": bytes(flipped)})


def test_a_bit_flipped_in_a_packed_bundle_is_noticed(portavoce: Portavoce, packed: bytes, tmp_path: Path) -> None:
    archive, file = ZipFile(io.BytesIO(packed)), tmp_path / "log.zip"
    for entry in archive.infolist():
        flipped = bytearray(packed)
        flipped[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 1
        file.write_bytes(flipped)
        assert portavoce("evidence", "fsck", str(file)).status == 1, entry.filename


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: {**files, name: change(files[name])}


def flip(place: int) -> Callable[[bytes], bytes]:
    return lambda content: content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def at_line(content: bytes) -> bytes:
        lines = content.split(b"\n")
        lines[number] = change(lines[number])
        return b"\n".join(lines)

    return at_line


def renumbered(index: bytes) -> Callable[[bytes], bytes]:
    return lambda old: re.sub(rb'"index":\d+', b'"index":' + index, old)


@pytest.mark.parametrize(
    ("change", "index", "code"),
    [
        (changed("tile/0/000", flip(32 * 5)), 5, "leaf_differs"),
        (changed("tile/1/000.p/1", flip(0)), 0, "node_differs"),
        (changed("tile/0/001.p/47", lambda content: content[:-1]), 256, "tile_malformed"),
        (changed("tile/entries/000", flip(40)), 0, "leaf_differs"),
        (changed("tile/entries/001.p/47", lambda content: content[:-1]), 256, "bundle_malformed"),
        (changed("evidence/000000000.jsonl", line(7, lambda old: old.replace(b"?", b"!"))), 7, "evidence_differs"),
        (changed("evidence/000000001.jsonl", line(3, lambda old: old[:-1])), 256, "evidence_malformed"),
        (changed("evidence/000000001.jsonl", lambda content: b"\xff" + content), 256, "file_unreadable"),
        (changed("evidence/000000000.jsonl", line(9, lambda old: old + b"\n" + old)), 0, "evidence_malformed"),
        (changed("evidence/000000000.jsonl", line(1, renumbered(b"true"))), 0, "evidence_malformed"),
        (changed("evidence/000000000.jsonl", line(-2, renumbered(b"-1"))), 0, "evidence_malformed"),
        (changed("checkpoint", flip(0)), 0, "signature_invalid"),
        (changed("keys", lambda _: b"not+a+key\n"), 0, "vkey_malformed"),
        (changed("README.md", lambda content: content + b"!"), QUESTIONS + 3, "file_differs"),
        (lambda files: {**files, "more.txt": b""}, QUESTIONS + 3, "file_unexpected"),
        (
            lambda files: {name: files[name] for name in files if name != "verify.html"},
            QUESTIONS + 3,
            "file_unexpected",
        ),
        (lambda files: {name: files[name] for name in files if name != "tile/0/000"}, 0, "file_missing"),
        (lambda files: {name: files[name] for name in files if name != "keys"}, 0, "file_missing"),
    ],
)
def test_the_first_wrong_index_is_named(files: Files, change: Callable[[Files], Files], index: int, code: str) -> None:
    found = broken(change(files))
    assert (found.index, found.code) == (index, code)


def test_a_changed_text_is_named_by_its_publication(files: Files) -> None:
    for ending, code in ((".md", "content_differs"), (".statement.txt", "statement_differs")):
        name = next(name for name in files if name.startswith("policies/") and name.endswith(f"it{ending}"))
        found = broken({**files, name: files[name] + b"."})
        assert (found.index, found.code) == (0, code)


def test_a_file_that_cannot_be_read_is_named(files: Files) -> None:
    def read(name: str) -> bytes:
        if name == "tile/0/000":
            raise OSError("bad sector")
        return files[name]

    with pytest.raises(Broken) as found:
        check_bundle(files, read)
    assert (found.value.index, found.value.code) == (0, "file_unreadable")
