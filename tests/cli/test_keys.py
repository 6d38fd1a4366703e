"""The key that signs evidence."""

import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.cli.conftest import Portavoce


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
