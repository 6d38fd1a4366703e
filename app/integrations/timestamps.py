"""Time stamps (RFC 3161): asking an authority to date a text, and reading what it said.

A token is believed only if it is over the text, answers our request and its chain ends at a trusted root. The time
is always the authority's, never ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from app.evidence.errors import EvidenceError
from app.integrations.outgoing import Outgoing
from app.rules.instants import canonical
from app.settings import ConfigurationError, Settings

_GRANTED = 0
# A response that says "granted", and nothing but a token behind (RFC 3161, 2.4.2).
_GRANTED_STATUS = bytes.fromhex("3003020100")
_SHORT_LENGTH = 0x80


class TimestampError(EvidenceError):
    """There is no time stamp, or not one to be believed; ``code`` says why."""


@dataclass(frozen=True)
class Authority:
    """Whom to ask, and the roots that its chain may end at."""

    url: str
    roots: tuple[Certificate, ...]


def configured(settings: Settings) -> Authority | None:
    """Return the authority of TIMESTAMP_URL, None if there is none; ConfigurationError if it cannot be used."""
    if not settings.timestamp_url:
        return None
    trusted = roots(settings)
    if not trusted:
        raise ConfigurationError("TIMESTAMP_ROOTS is not set: a time stamp is worth as much as its trusted root.")
    return Authority(settings.timestamp_url, tuple(trusted))


def roots(settings: Settings) -> list[Certificate]:
    """Return the certificates of TIMESTAMP_ROOTS; ConfigurationError for what are none."""
    pem = settings.timestamp_roots.encode()
    try:
        return load_pem_x509_certificates(pem) if pem else []
    except ValueError as error:
        raise ConfigurationError("TIMESTAMP_ROOTS holds no certificates in PEM.") from error


async def ask(outgoing: Outgoing, authority: Authority, text: bytes) -> bytes:
    """Return a verified token over ``text``; raises OutgoingError or TimestampError."""
    request = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
    answer = await outgoing.post(authority.url, request.as_bytes(), headers)
    response = _decoded(answer.body)
    if response.status != _GRANTED:
        raise TimestampError("timestamp_rejected", "The authority gave no token.")
    _verify(response, text, authority.roots, request.nonce)
    return response.time_stamp_token()


@dataclass(frozen=True)
class Reader:
    """Reads tokens of authorities whose chain ends at one of these roots, as it stood at the time of the token."""

    roots: tuple[Certificate, ...]

    def __call__(self, token: bytes, text: bytes) -> str:
        """Return the time that a token over ``text`` states, in canonical form; raises TimestampError."""
        response = _decoded(_sequence(_GRANTED_STATUS + token))
        _verify(response, text, self.roots)
        return canonical(response.tst_info.gen_time)


def _decoded(data: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(data)
    except ValueError as error:
        raise TimestampError("timestamp_malformed", "This is no time-stamp response.") from error


def _verify(response: TimeStampResponse, text: bytes, trusted: Sequence[Certificate], nonce: int | None = None) -> None:
    builder = VerifierBuilder(roots=list(trusted), nonce=nonce)
    try:
        builder.build().verify_message(response, text)
    except (VerificationError, ValueError) as error:
        raise TimestampError(*_reason(str(error))) from error


def _reason(said: str) -> tuple[str, str]:
    if "Mismatch between messages" in said or "Nonce mismatch" in said:
        return "timestamp_of_something_else", f"The time stamp answers something else: {said}."
    return "timestamp_not_trusted", f"The time stamp cannot be trusted: {said}."


def _sequence(content: bytes) -> bytes:
    """Wrap DER content as a SEQUENCE (X.690, 8.1.3)."""
    length = len(content)
    if length < _SHORT_LENGTH:
        return bytes([0x30, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([0x30, _SHORT_LENGTH | len(size)]) + size + content
