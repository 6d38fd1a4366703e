"""The witnesses that are asked to cosign the own logs (C2SP tlog-witness)."""

from enum import StrEnum
from typing import NamedTuple

from app.evidence.encoding import decode_decimal
from app.evidence.errors import EvidenceError
from app.evidence.notes import COSIGNATURE, Verifier
from app.evidence.witness import Submission
from app.integrations.outgoing import Outgoing
from app.settings import ConfigurationError, Settings

_NAME_LENGTH = 200


class Witness(NamedTuple):
    """Its key, and the address that ``/add-checkpoint`` is put behind."""

    verifier: Verifier
    url: str

    @property
    def name(self) -> str:
        return self.verifier.name


class Said(StrEnum):
    """What a witness may answer."""

    COSIGNED = "cosigned"
    CONFLICT = "conflict"
    INCONSISTENT = "inconsistent"
    UNKNOWN_LOG = "unknown_log"
    KEY_UNKNOWN = "key_unknown"
    NONSENSE = "nonsense"


class Reply(NamedTuple):
    """``lines`` are signature lines, nothing verified; ``size`` is the one that the witness saw last."""

    said: Said
    lines: str = ""
    size: int = 0


_SAID = {200: Said.COSIGNED, 404: Said.UNKNOWN_LOG, 403: Said.KEY_UNKNOWN, 422: Said.INCONSISTENT, 409: Said.CONFLICT}


def configured(settings: Settings) -> list[Witness]:
    """Return the witnesses of WITNESSES; ConfigurationError for what is no list of keys and addresses."""
    words = settings.witnesses.split()
    if len(words) % 2:
        raise ConfigurationError("WITNESSES needs a verifier key and an address for each witness.")
    found = [_witness(vkey, url) for vkey, url in zip(words[::2], words[1::2], strict=True)]
    if len({witness.name for witness in found}) < len(found):
        raise ConfigurationError("WITNESSES names a witness twice.")
    return found


async def ask(outgoing: Outgoing, witness: Witness, submission: Submission) -> Reply:
    """Send a submission; raises OutgoingError if the witness cannot be asked."""
    headers = {"content-type": "text/plain; charset=utf-8"}
    answer = await outgoing.post(f"{witness.url}/add-checkpoint", submission.text().encode(), headers)
    text = answer.body.decode("utf-8", "replace")
    said = _SAID.get(answer.status, Said.NONSENSE)
    if said is not Said.CONFLICT:
        return Reply(said, lines=text)
    try:
        return Reply(said, size=decode_decimal(text.removesuffix("\n"), "size_malformed"))
    except EvidenceError:
        return Reply(Said.NONSENSE)


def _witness(vkey: str, url: str) -> Witness:
    try:
        verifier = Verifier.from_vkey(vkey)
    except EvidenceError as error:
        raise ConfigurationError(f"WITNESSES holds something that is no verifier key: {vkey}") from error
    if verifier.type != COSIGNATURE or len(verifier.name) > _NAME_LENGTH:
        raise ConfigurationError(f"WITNESSES holds a key that is not one of a witness: {vkey}")
    if not url.startswith(("https://", "http://")):
        raise ConfigurationError(f"WITNESSES holds something that is no address: {url}")
    return Witness(verifier, url.rstrip("/"))
