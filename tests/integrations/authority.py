"""A time-stamp authority made of OpenSSL: a root, a certificate that may date things, and answers to requests."""

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_CONFIG = """
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[answers]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class TimestampAuthority:
    """Its files; they live as long as the process."""

    folder: Path

    @property
    def root(self) -> str:
        return (self.folder / "root.pem").read_text()

    def answer(self, request: bytes) -> bytes:
        """Return the response to a request, as `openssl ts` writes it."""
        (self.folder / "request").write_bytes(request)
        openssl(
            *("ts", "-reply", "-queryfile", f"{self.folder}/request", "-out", f"{self.folder}/response"),
            *("-config", f"{self.folder}/config", "-section", "answers"),
            *("-signer", f"{self.folder}/tsa.pem", "-inkey", f"{self.folder}/tsa.key"),
        )
        return (self.folder / "response").read_bytes()

    def dates(self, token: bytes, text: bytes) -> bool:
        """Tell whether OpenSSL accepts a token over a text under this root."""
        (self.folder / "token").write_bytes(token)
        (self.folder / "text").write_bytes(text)
        openssl(
            *("ts", "-verify", "-token_in", "-in", f"{self.folder}/token", "-data", f"{self.folder}/text"),
            *("-CAfile", f"{self.folder}/root.pem"),
        )
        return True


_FOLDERS: list[TemporaryDirectory[str]] = []


def authority(name: str = "authority") -> TimestampAuthority:
    """Return the authority of this name, which is made once in a process."""
    return _made(name)


@cache
def _made(name: str) -> TimestampAuthority:
    kept = TemporaryDirectory(prefix="portavoce-tsa-")
    _FOLDERS.append(kept)
    folder = Path(kept.name)
    (folder / "config").write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    made = TimestampAuthority(folder)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    config = ("-config", f"{folder}/config", "-subj")
    openssl(
        *("req", "-x509", *key, *config, f"/CN={name} root", "-extensions", "ca"),
        *("-keyout", f"{folder}/root.key", "-out", f"{folder}/root.pem"),
    )
    openssl(
        *("req", "-x509", *key, *config, f"/CN={name}", "-extensions", "tsa"),
        *("-CA", f"{folder}/root.pem", "-CAkey", f"{folder}/root.key"),
        *("-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.pem"),
    )
    return made


def openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert done.returncode == 0, done.stderr
