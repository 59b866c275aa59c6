"""Calls go to the address that was checked, as the name that was meant, and cost no more than their bounds."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.feed.pinned import Line, Outbound, Outcome, Resolve
from service.feed.targets import Targets, parse_target

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


class Server:
    """Takes connections on this machine, keeps what it reads, and says what it is told to."""

    def __init__(
        self, says: Callable[[socket.socket], None], context: ssl.SSLContext | None, host: str, port: int
    ) -> None:
        self.heard: list[bytes] = []
        self._says = says
        self._context = context
        self._listening = socket.create_server((host, port))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            try:
                if self._context is not None:
                    connection = self._context.wrap_socket(connection, server_side=True)
                with connection:
                    self.heard.append(connection.recv(65536))
                    self._says(connection)
            except OSError:
                self.heard.append(b"")

    def close(self) -> None:
        self._listening.close()


@contextmanager
def server(
    says: bytes | Callable[[socket.socket], None] = OK,
    context: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[Server]:
    told = (lambda connection: connection.sendall(says)) if isinstance(says, bytes) else says
    running = Server(told, context, host, port)
    yield running
    running.close()


def names(*answers: Sequence[str]) -> Resolve:
    """A resolver that gives one answer after another, the last one for ever."""
    left = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def call(url: str, outbound: Outbound, times: int = 1) -> list[Outcome]:
    """So many calls, each over a line of its own."""

    async def calls() -> list[Outcome]:
        found = []
        for turn in range(times):
            async with outbound.line(parse_target(url), turn) as line:
                found.append(line if isinstance(line, Outcome) else await posted(line))
        return found

    def posted(line: Line) -> Awaitable[Outcome]:
        return line.post({"content-type": "application/json"}, b"{}")

    return asyncio.run(calls())


def test_the_name_goes_into_the_host_header_and_the_connection_to_its_address() -> None:
    with server() as running:
        listed = Targets(f"http://hooks.example:{running.port} 127.0.0.1")
        url = f"http://hooks.example:{running.port}/in?a=1"
        assert call(url, Outbound(listed, names(["127.0.0.1"]))) == [Outcome(204, "")]
        (heard,) = running.heard
    assert heard.startswith(b"POST /in?a=1 HTTP/1.1\r\n")
    assert f"\r\nhost: hooks.example:{running.port}\r\n".encode() in heard.lower()


@pytest.mark.parametrize(
    "answers",
    [
        [["127.0.0.1"]],
        [["93.184.216.34", "127.0.0.1"]],
        [["::1"]],
        [["::ffff:127.0.0.1"]],
        [["169.254.169.254"]],
    ],
)
def test_a_name_that_leads_inside_is_not_called(answers: list[list[str]]) -> None:
    with server() as running:
        outbound = Outbound(Targets(f"http://hooks.example:{running.port}"), names(*answers))
        (outcome,) = call(f"http://hooks.example:{running.port}/", outbound)
        assert not outcome.delivered
        assert "neither public" in outcome.error
        assert running.heard == []


def test_a_name_that_is_rebound_after_it_was_checked_gains_nothing() -> None:
    """An address that is allowed is called; when the name then leads to another, that one is looked at anew."""
    with server(host="127.0.0.2") as allowed, server(port=allowed.port) as forbidden:
        listed = Targets(f"http://hooks.example:{allowed.port} 127.0.0.2")
        url = f"http://hooks.example:{allowed.port}/"
        first, second = call(url, Outbound(listed, names(["127.0.0.2"], ["127.0.0.1"])), times=2)
        assert first == Outcome(204, "")
        assert "neither public" in second.error
        assert (len(allowed.heard), forbidden.heard) == (1, [])


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with server() as inside:
        away = (
            f"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n"
        )
        with server(away.encode()) as running:
            listed = Targets(f"http://127.0.0.1:{running.port} http://127.0.0.1:{inside.port}")
            assert call(f"http://127.0.0.1:{running.port}/", Outbound(listed)) == [Outcome(307, "answered 307")]
        assert inside.heard == []


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with server() as proxy, server() as running:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        outbound = Outbound(Targets(f"http://127.0.0.1:{running.port}"))
        assert call(f"http://127.0.0.1:{running.port}/", outbound)[0].delivered
        assert proxy.heard == []


def test_what_was_allowed_once_is_not_called_when_it_is_no_longer_listed() -> None:
    (outcome,) = call("https://hooks.example/", Outbound(Targets(""), names(["93.184.216.34"])))
    assert outcome.error == "the target is not on the operator's list"


def drip(connection: socket.socket) -> None:
    """One byte of a header now and then, for ever: each is in time, together they are not."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(200):
        connection.sendall(b"a")
        time.sleep(0.02)


def flood(connection: socket.socket) -> None:
    """A body without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100_000):
        connection.sendall(b"400\r\n" + b"a" * 1024 + b"\r\n")


@pytest.mark.parametrize(
    "says,status",
    [
        (drip, 0),
        (flood, 200),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nabc", 0),
        (b"SSH-2.0-OpenSSH_9.6\r\n", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", 200),
        (b"", 0),
    ],
)
def test_an_answer_however_long_or_slow_or_odd_is_an_outcome_in_bounded_time(
    says: bytes | Callable[[socket.socket], None], status: int
) -> None:
    with server(says) as running:
        outbound = Outbound(Targets(f"http://127.0.0.1:{running.port}"), seconds=0.4)
        begun = time.monotonic()
        (outcome,) = call(f"http://127.0.0.1:{running.port}/", outbound)
        assert outcome.status == status
        assert outcome.delivered == (status == 200)
        assert time.monotonic() - begun < 5  # not the four seconds a drip takes and more


def test_a_name_without_an_address_is_an_outcome() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(8, "nodename nor servname provided")

    (outcome,) = call("https://hooks.example/", Outbound(Targets("hooks.example"), nobody))
    assert outcome == Outcome(0, "the name could not be resolved")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hooks.example that is its own authority, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    day = datetime.timedelta(days=1)
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), today - day, today + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def test_the_certificate_must_be_the_names_although_the_address_is_called(
    authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    context.set_servername_callback(lambda _, name, __: asked.append(name))
    with server(context=context) as running:
        listed = Targets(f"hooks.example:{running.port} other.example:{running.port} 127.0.0.1")
        right, wrong = (f"https://{name}.example:{running.port}/" for name in ("hooks", "other"))
        (stranger,) = call(right, Outbound(listed, names(["127.0.0.1"])))
        assert stranger.error == "the certificate is not valid"  # an authority nobody trusts
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        trusting = Outbound(listed, names(["127.0.0.1"]))
        assert call(right, trusting) == [Outcome(204, "")]
        assert call(wrong, trusting)[0].error == "the certificate is not valid"
    assert asked == ["hooks.example", "hooks.example", "other.example"]
