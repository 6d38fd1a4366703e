"""Calls to addresses that somebody entered reach public machines only, and read only so much."""

import asyncio
import ssl
import threading
from ipaddress import ip_address
from pathlib import Path

import pytest

from app.integrations.outgoing import Answer, NotPublic, Outgoing, OutgoingError
from app.settings import Settings
from tests.cli.interrupting import free_port
from tests.integrations.authority import openssl
from tests.servers import Asked, Reply, serving

HERE = ip_address("127.0.0.1")
PRIVATE = Outgoing(allow_private=True)


def finding(*answers: list[str]) -> Outgoing:
    """Return a client whose names lead to these addresses, one answer for each time they are looked up."""
    left = iter(answers)

    async def resolve(_host: str, _port: int) -> list[object]:
        return [ip_address(address) for address in next(left)]

    return Outgoing(allow_private=True, resolve=resolve)  # type: ignore[arg-type]


async def post(client: Outgoing, url: str) -> Answer:
    return await client.post(url, b"body", {"content-type": "text/plain"})


async def test_what_is_sent_arrives_and_the_answer_comes_back() -> None:
    asked: list[Asked] = []

    def respond(request: Asked) -> Reply:
        asked.append(request)
        return Reply(409, (b"5\n",))

    with serving(respond) as address:
        assert await post(PRIVATE, f"{address}/witness?x=1") == Answer(409, b"5\n")
    assert (asked[0].path, asked[0].body) == ("/witness?x=1", b"body")
    assert asked[0].headers["content-type"] == "text/plain"
    assert asked[0].headers["host"] == address.removeprefix("http://")


async def test_whoever_shows_a_certificate_that_nobody_trusted_signed_gets_nothing(tmp_path: Path) -> None:
    key, shown = f"{tmp_path}/key", f"{tmp_path}/certificate"
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, "-keyout", key, "-out", shown)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(shown, key)
    async with await asyncio.start_server(lambda *_: pytest.fail("it was called"), HERE.compressed, ssl=context) as own:
        with pytest.raises(OutgoingError, match="CERTIFICATE_VERIFY_FAILED"):
            await post(finding([HERE.compressed]), f"https://localhost:{own.sockets[0].getsockname()[1]}/")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"],  # noqa: S104
)
async def test_no_spelling_of_this_machine_is_called(host: str) -> None:
    with serving(lambda _: pytest.fail("it was called")) as address:
        port = address.rpartition(":")[2]
        with pytest.raises(OutgoingError):
            await post(Outgoing(), f"http://{host}:{port}/")


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]", "224.0.0.1"])
async def test_no_special_address_is_called(host: str) -> None:
    with pytest.raises(NotPublic):
        await post(Outgoing(), f"http://{host}/")


async def test_a_name_is_refused_if_any_of_its_addresses_is_not_public() -> None:
    async def resolve(_host: str, _port: int) -> list[object]:
        return [ip_address("93.184.216.34"), HERE]

    with pytest.raises(NotPublic):
        await post(Outgoing(resolve=resolve), "http://witness.example/")  # type: ignore[arg-type]


async def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    with serving(lambda asked: Reply(pieces=(asked.headers["host"].encode(),))) as address:
        port = address.rpartition(":")[2]
        answer = await post(finding(["127.0.0.1"]), f"http://witness.example:{port}/")
    assert answer.body == f"witness.example:{port}".encode()


@pytest.mark.parametrize("url", ["ftp://example.com/", "file:///etc/passwd", "//example.com", "http://", "https:///x"])
async def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(OutgoingError):
        await post(PRIVATE, url)


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with serving(lambda _: Reply(307, (), {"location": "http://169.254.169.254/"})) as address:
        assert (await post(PRIVATE, address)).status == 307


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with serving(lambda _: Reply()) as address:
        assert (await post(PRIVATE, address)).body == b"ok"


async def test_a_long_answer_is_cut_off() -> None:
    with serving(lambda _: Reply(pieces=(b"x" * 40_000, b"x" * 40_000))) as address, pytest.raises(OutgoingError):
        await post(PRIVATE, address)


async def test_a_packed_answer_is_not_unpacked() -> None:
    with serving(lambda _: Reply(pieces=(b"\x1f\x8b",), headers={"content-encoding": "gzip"})) as address:
        assert (await post(PRIVATE, address)).body == b"\x1f\x8b"


async def test_whoever_does_not_answer_is_not_waited_for() -> None:
    over = threading.Event()

    def respond(_: Asked) -> Reply:
        over.wait()
        return Reply()

    with serving(respond) as address:
        with pytest.raises(OutgoingError, match="no answer within"):
            await post(Outgoing(allow_private=True, seconds=0.1), address)
        over.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid", "a" * 70])
async def test_whoever_is_not_there_cannot_be_called(host: str) -> None:
    with pytest.raises(OutgoingError):
        await post(PRIVATE, f"http://{host}:{free_port()}/")


async def test_credentials_in_an_address_are_not_sent() -> None:
    with serving(lambda asked: Reply(pieces=(asked.headers.get("authorization", "none").encode(),))) as address:
        assert (await post(PRIVATE, address.replace("//", "//user:secret@"))).body == b"none"


def test_private_networks_are_called_only_if_the_settings_say_so() -> None:
    assert not Outgoing.of(Settings()).allow_private
    assert Outgoing.of(Settings(allow_private_targets=True)).allow_private
