"""Time stamps of a real authority, made of OpenSSL: the right one is believed, every other one is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from rfc3161_client import TimestampRequestBuilder

from app.evidence.errors import EvidenceError
from app.integrations import timestamps
from app.integrations.outgoing import Outgoing, OutgoingError
from app.integrations.timestamps import Authority, Reader
from app.rules.instants import parse
from app.settings import ConfigurationError, Settings
from tests.cli.interrupting import free_port
from tests.integrations.authority import authority
from tests.servers import Reply, serving

TEXT = b"portavoce/log/x\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
PRIVATE = Outgoing(allow_private=True)
CODES = {"timestamp_malformed", "timestamp_not_trusted", "timestamp_of_something_else"}


def trusting(root: str, url: str = "http://tsa.example") -> Authority:
    found = timestamps.configured(Settings(timestamp_url=url, timestamp_roots=root))
    assert found is not None
    return found


async def token_of(respond: Callable[[bytes], bytes], root: str) -> bytes:
    with serving(lambda asked: Reply(pieces=(respond(asked.body),))) as url:
        return await timestamps.ask(PRIVATE, trusting(root, url), TEXT)


async def refusal(respond: Callable[[bytes], bytes], root: str = "") -> str:
    with pytest.raises(EvidenceError) as refused:
        await token_of(respond, root or authority().root)
    return refused.value.code


def request(text: bytes) -> bytes:
    built: bytes = TimestampRequestBuilder().data(text).build().as_bytes()
    return built


async def test_a_token_is_what_openssl_accepts_and_states_the_time_of_the_authority() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    token = await token_of(authority().answer, authority().root)
    assert authority().dates(token, TEXT)
    stated = parse(Reader(trusting(authority().root).roots)(token, TEXT))
    assert before <= stated <= datetime.now(UTC)


@pytest.mark.parametrize(("asked", "trusted"), [("authority", "other"), ("other", "authority")])
async def test_a_chain_that_ends_at_another_root_is_not_trusted(asked: str, trusted: str) -> None:
    assert await refusal(authority(asked).answer, authority(trusted).root) == "timestamp_not_trusted"


async def test_an_answer_to_another_request_is_refused_by_its_nonce() -> None:
    assert await refusal(lambda _: authority().answer(request(TEXT))) == "timestamp_of_something_else"


async def test_an_answer_over_another_text_is_refused() -> None:
    digest = sha256(TEXT).digest()
    assert await refusal(lambda asked: authority().answer(asked.replace(digest, bytes(32)))) == (
        "timestamp_of_something_else"
    )


@pytest.mark.parametrize("answer", [b"", b"garbage", b"<html>Service moved</html>", b"\x30\x80", b"\x30" * 60_000])
async def test_what_is_no_response_is_malformed(answer: bytes) -> None:
    assert await refusal(lambda _: answer) == "timestamp_malformed"


async def test_a_refusal_of_the_authority_is_none_of_ours() -> None:
    assert await refusal(lambda _: bytes.fromhex("30053003020102")) == "timestamp_rejected"


async def test_a_grant_without_a_token_is_not_trusted() -> None:
    assert await refusal(lambda _: bytes.fromhex("30053003020100")) == "timestamp_not_trusted"


async def test_an_authority_that_is_down_gives_nothing() -> None:
    with pytest.raises(OutgoingError):
        await timestamps.ask(PRIVATE, trusting(authority().root, f"http://127.0.0.1:{free_port()}"), TEXT)


async def test_a_token_is_read_for_its_own_text_and_under_its_own_root_only() -> None:
    token = await token_of(authority().answer, authority().root)
    reads = Reader(trusting(authority().root).roots)
    for text, root, code in [
        (TEXT + b"x", reads, "timestamp_of_something_else"),
        (TEXT, Reader(trusting(authority("other").root).roots), "timestamp_not_trusted"),
        (TEXT, Reader(()), "timestamp_not_trusted"),
    ]:
        with pytest.raises(EvidenceError) as refused:
            root(token, text)
        assert refused.value.code == code


async def test_no_changed_byte_of_a_token_is_read_as_another_time() -> None:
    token = await token_of(authority().answer, authority().root)
    reads = Reader(trusting(authority().root).roots)
    changed = [
        token[:place] + bytes([token[place] ^ flipped]) + token[place + 1 :]
        for place in range(0, len(token), 7)
        for flipped in (0x01, 0x80, 0xFF)
    ]
    found = {what_is_read(reads, one) for one in changed}
    assert found <= {reads(token, TEXT), *CODES}
    assert found & CODES == {"timestamp_malformed", "timestamp_not_trusted"}


def what_is_read(reads: Reader, token: bytes) -> str:
    """Return the time, or the code of the refusal."""
    try:
        return reads(token, TEXT)
    except EvidenceError as refused:
        return refused.code


@pytest.mark.parametrize("token", [b"x", b"x" * 200, b"x" * 70_000])
def test_what_is_no_token_is_malformed(token: bytes) -> None:
    with pytest.raises(EvidenceError) as refused:
        Reader(trusting(authority().root).roots)(token, TEXT)
    assert refused.value.code == "timestamp_malformed"


def test_an_authority_needs_a_trusted_root() -> None:
    assert timestamps.configured(Settings()) is None
    with pytest.raises(ConfigurationError, match="TIMESTAMP_ROOTS is not set"):
        timestamps.configured(Settings(timestamp_url="http://tsa.example"))
    with pytest.raises(ConfigurationError, match="no certificates"):
        timestamps.configured(Settings(timestamp_url="http://tsa.example", timestamp_roots="nonsense"))
