"""The key that signs evidence."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.integrations import signing_key
from app.settings import ConfigurationError, Settings
from tests.cli.conftest import SECRETS, Portavoce, demo_settings
from tests.cli.interrupting import free_port, interrupted_after, listening
from tests.fixtures import Database


def test_a_new_key_is_an_ed25519_key_that_its_owner_alone_can_read(portavoce: Portavoce, tmp_path: Path) -> None:
    file = tmp_path / "evidence.pem"
    done = portavoce("evidence", "keygen", str(file))
    assert done.status == 0
    assert f"SIGNING_KEY_FILE={file}" in done.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert isinstance(load_pem_private_key(file.read_bytes(), None), Ed25519PrivateKey)


def test_a_key_that_is_there_is_never_overwritten(portavoce: Portavoce, tmp_path: Path) -> None:
    file = tmp_path / "evidence.pem"
    file.write_text("the only copy")
    assert portavoce("evidence", "keygen", str(file)).refusal == f"File exists: {file}"
    assert file.read_text() == "the only copy"


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_what_is_no_key_is_refused_at_start(portavoce: Portavoce, database: Database, command: str) -> None:
    done = portavoce(command, DATABASE_URL=database.url, PORT="0", **{**SECRETS, "SIGNING_KEY": "a word"})
    assert done.refusal.startswith("SIGNING_KEY is no Ed25519 private key")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_another_key_than_the_one_so_far_is_refused_at_start(
    portavoce: Portavoce, database: Database, tmp_path: Path, command: str
) -> None:
    started(portavoce, database, **SECRETS)
    other = new_key(portavoce, tmp_path / "other.pem")
    done = portavoce(command, DATABASE_URL=database.url, PORT="0", **other)
    assert done.refusal.startswith("SIGNING_KEY is not the key that signed the evidence so far")


def test_after_a_rotation_the_new_key_starts_and_the_old_one_does_not(
    portavoce: Portavoce, demo_url: str, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    for file in (old, new):
        new_key(portavoce, file)
    done = portavoce("evidence", "rotate", str(old), str(new), DATABASE_URL=demo_url)
    assert done.out.startswith("The logs of 2 companies name the new key.")
    again = portavoce("evidence", "rotate", str(old), str(new), DATABASE_URL=demo_url)
    assert again.refusal.startswith("SIGNING_KEY is not the key")
    assert portavoce("evidence", "fsck", DATABASE_URL=demo_url).status == 0
    back = portavoce("evidence", "rotate", str(new), str(old), DATABASE_URL=demo_url)
    assert back.status == 0
    assert portavoce("evidence", "fsck", DATABASE_URL=demo_url).status == 0


def test_the_demo_makes_its_key_once_beside_the_database(tmp_path: Path) -> None:
    settings = demo_settings(f"sqlite:///{tmp_path / 'new' / 'demo.db'}")
    first = signing_key.load(settings)
    assert signing_key.load(settings).verifier == first.verifier
    (kept,) = (tmp_path / "new").iterdir()
    assert (kept.name, stat.S_IMODE(kept.stat().st_mode)) == ("demo.db.signing-key.pem", 0o600)


def test_the_demo_on_postgresql_keeps_its_key_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    signing_key.load(demo_settings("postgresql://portavoce_app@/portavoce"))
    assert [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.pem")] == ["data/portavoce.signing-key.pem"]


def test_outside_demo_mode_no_key_is_made_up(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SIGNING_KEY"):
        signing_key.load(Settings(database_url=f"sqlite:///{tmp_path / 'portavoce.db'}"))
    assert list(tmp_path.iterdir()) == []


def test_a_backup_never_holds_the_key(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    started(portavoce, database, **SECRETS)
    saved = tmp_path / "saved.db"
    portavoce("backup", str(saved), DATABASE_URL=database.url)
    key = load_pem_private_key(SECRETS["SIGNING_KEY"].encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    held, pem = saved.read_bytes(), SECRETS["SIGNING_KEY"].splitlines()[1].encode()
    assert b"portavoce/log+" in held  # the public half is there
    assert [secret for secret in (pem, key.private_bytes_raw(), b"PRIVATE KEY") if secret in held] == []


def new_key(portavoce: Portavoce, file: Path) -> dict[str, str]:
    portavoce("evidence", "keygen", str(file))
    return {"SECRET_KEY": SECRETS["SECRET_KEY"], "SIGNING_KEY_FILE": str(file)}


def started(portavoce: Portavoce, database: Database, **environment: str) -> None:
    """Start once and stop, so that the database knows the key."""
    with interrupted_after(listening):
        portavoce("worker", DATABASE_URL=database.url, PORT=str(free_port()), **environment)
