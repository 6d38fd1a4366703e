"""The one way to call a service whose address somebody entered.

A name is resolved once; every address must be public, and the call goes to the address that was looked at, so that
a name that changes its mind (DNS rebinding) leads nowhere else. Redirects and proxies of the environment are not
followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

import httpx

from app.rules.public_addresses import is_public
from app.settings import Settings

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[Address]]]

_PORTS = {"http": 80, "https": 443}


class OutgoingError(Exception):
    """The other side was not called, or did not answer as it should; the message is for the log."""


class NotPublic(OutgoingError):
    """The address is not one that may be called."""


class Answer(NamedTuple):
    """What came back; the body as bytes, whatever its encoding."""

    status: int
    body: bytes


async def resolve(host: str, port: int) -> list[Address]:
    """Return all addresses of a name, as the machine finds them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(address[0]) for *_, address in found))


@dataclass(frozen=True)
class Outgoing:
    """Calls others; ``seconds`` is for one call as a whole, ``most`` bytes are read of an answer."""

    allow_private: bool = False
    seconds: float = 10
    most: int = 64 * 1024
    resolve: Resolve = resolve

    @classmethod
    def of(cls, settings: Settings) -> "Outgoing":
        """Return the client for these settings."""
        return cls(settings.allow_private_targets)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body; OutgoingError if there is no answer, or one that is too long."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._post(httpx.URL(url), body, headers)
        except TimeoutError as error:
            raise OutgoingError(f"{url}: no answer within {self.seconds} s") from error
        except (OSError, UnicodeError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise OutgoingError(f"{url}: {error!r}") from error

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Answer:
        address = await self._checked(url)
        own = {"host": url.netloc.decode("ascii"), "accept-encoding": "identity", "user-agent": "portavoce"}
        aim = url.copy_with(host=str(address), userinfo=b"")
        # Certificates are for the name, not for the address behind it.
        name = {"sni_hostname": url.raw_host.decode("ascii")}
        async with (
            httpx.AsyncClient(verify=_trusted(), trust_env=False, timeout=self.seconds) as client,
            client.stream("POST", aim, content=body, headers={**own, **headers}, extensions=name) as response,
        ):
            return Answer(response.status_code, await self._read(response))

    async def _checked(self, url: httpx.URL) -> Address:
        if url.scheme not in _PORTS or not url.host:
            raise NotPublic(f"{url}: only http:// and https:// are called")
        addresses = await self.resolve(url.raw_host.decode("ascii").strip("[]"), url.port or _PORTS[url.scheme])
        if not self.allow_private and not all(map(is_public, addresses)):
            raise NotPublic(f"{url}: leads to an address that is not public")
        return addresses[0]

    async def _read(self, response: httpx.Response) -> bytes:
        body = b""
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self.most:
                raise OutgoingError(f"{response.url}: more than {self.most} bytes")
        return body


@cache
def _trusted() -> ssl.SSLContext:
    """Return the authorities whose certificates are believed; reading them takes some 20 ms of a core."""
    return httpx.create_ssl_context(trust_env=False)
