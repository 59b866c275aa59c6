"""Calling a webhook so that the address that was checked is the address that is called.

A name is resolved once per line, every address it gives is checked, and the connection goes to one of them as a number,
with the name only in the TLS handshake and the `Host` header. So a name that answers differently the second time gains
nothing. Redirects are answers like any other that is not 2xx, proxies of the environment are not used, and however slow
or long an answer is, it costs `TOTAL_SECONDS` and `ANSWER_BYTES_MAX`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from ipaddress import ip_address
from typing import NamedTuple

import httpx

from service.feed.targets import Address, Target, Targets, WebhookTargetNotAllowed

TOTAL_SECONDS = 15.0
"""For one call, from resolving the name to the end of the answer."""
ANSWER_BYTES_MAX = 4096
"""Of an answer's body only its end matters: a connection whose answer is longer is not used again."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name, as texts."""

# what httpx says of each request holds its whole address, and those of webhooks may hold tokens
logging.getLogger("httpx").setLevel(logging.WARNING)


class Outcome(NamedTuple):
    """What came of a call: HTTP's status, 0 where no answer came, and what was wrong with it ("": nothing)."""

    status: int
    error: str

    @property
    def delivered(self) -> bool:
        """Whether the receiver acknowledged."""
        return not self.error


async def resolved(host: str, port: int) -> Sequence[str]:
    """What the system says the addresses of a name are. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Line:
    """A connection to one address of one target; calls go one after another."""

    def __init__(self, client: httpx.AsyncClient, target: Target, address: Address, seconds: float) -> None:
        self._client = client
        self._url = httpx.URL(
            scheme=target.scheme, host=str(address), port=target.port, raw_path=target.path.encode("ascii")
        )
        self._headers = {"host": target.authority, "user-agent": "tongchou", "accept-encoding": "identity"}
        self._extensions = {} if target.address else {"sni_hostname": target.host}
        self._seconds = seconds

    async def post(self, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send a body and wait for the answer; whatever goes wrong on the way is an outcome."""
        request = self._client.build_request(
            "POST", self._url, headers={**self._headers, **headers}, content=body, extensions=self._extensions
        )
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._client.send(request, stream=True)
                try:
                    await _drained(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            return Outcome(0, f"no answer within {self._seconds:g} seconds")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            return Outcome(0, _said(fault))
        return Outcome(response.status_code, "" if response.is_success else f"answered {response.status_code}")


class Outbound:
    """Opens lines to targets the operator allows. `resolve` is another one only in tests."""

    def __init__(self, targets: Targets, resolve: Resolve = resolved, seconds: float = TOTAL_SECONDS) -> None:
        self._targets = targets
        self._resolve = resolve
        self._seconds = seconds

    @asynccontextmanager
    async def line(self, target: Target, turn: int = 0) -> AsyncIterator[Line | Outcome]:
        """A line, or the outcome of every call where none may be opened; `turn` chooses among several addresses."""
        address = await self._address(target, turn)
        if isinstance(address, Outcome):
            yield address
            return
        async with httpx.AsyncClient(
            verify=self._trust,
            trust_env=False,
            follow_redirects=False,
            timeout=self._seconds,
            limits=httpx.Limits(max_connections=1),
        ) as client:
            yield Line(client, target, address, self._seconds)

    async def _address(self, target: Target, turn: int) -> Address | Outcome:
        try:
            self._targets.check(target)  # the list may be another one than when the webhook was made
        except WebhookTargetNotAllowed:
            return Outcome(0, "the target is not on the operator's list")
        try:
            async with asyncio.timeout(self._seconds):
                found = [str(target.address)] if target.address else await self._resolve(target.host, target.port)
        except (OSError, UnicodeError):  # TimeoutError is an OSError
            return Outcome(0, "the name could not be resolved")
        addresses = [ip_address(one) for one in dict.fromkeys(found) if "%" not in one]
        if not addresses:
            return Outcome(0, "the name has no address")
        if not all(self._targets.may_reach(one) for one in addresses):
            return Outcome(0, "the name leads to an address that is neither public nor on the operator's list")
        return addresses[turn % len(addresses)]

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom the system trusts; SSL_CERT_FILE names another file of authorities."""
        return ssl.create_default_context()


async def _drained(response: httpx.Response) -> None:
    """Read a short answer to its end, so that the connection serves the next call; leave a long one."""
    read = 0
    async for piece in response.aiter_raw():
        read += len(piece)
        if read > ANSWER_BYTES_MAX:
            return


def _said(fault: Exception) -> str:
    """The kind of fault, without addresses."""
    if isinstance(fault, httpx.ConnectError):
        return "the certificate is not valid" if "CERTIFICATE" in str(fault) else "no connection"
    if isinstance(fault, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(fault, httpx.RemoteProtocolError | httpx.DecodingError):
        return "the answer was not HTTP, or was cut off"
    return "the connection broke"
