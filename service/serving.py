"""Starting a server: what must hold before the first request, and the processes that answer.

Plain HTTP belongs on the loopback interface, behind a server that speaks TLS: another address is refused unless asked
for. The application is named by its import string, which is how the workers of uvicorn find it.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import uvicorn

from desk.prints import Prints
from domain.errors import Refusal
from history.store import in_memory
from service.access.opening import NewKey, first_key
from service.access.secret import secret_of
from service.feed.targets import Targets
from service.jobs.settings import days_kept, solvers
from service.office import Office

APPLICATION = "web.serving:application"
PROTOCOL = "api.guarded_http:GuardedHttp"
CONNECTIONS_MAX = 1000
"""Of one process at once; more are told to come again."""
STORE = "TONGCHOU_STORE"
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Read by the Prometheus client when it is loaded."""
GRACE_SECONDS = 30
"""How long requests under way may take once the server is asked to end."""


class RemoteNotAllowed(Refusal):
    """Passwords would cross a network in the clear."""

    code = "remote-not-allowed"
    sentence_en = "{host} can be reached from other machines, and this server speaks plain HTTP."
    cure_en = "Serve on 127.0.0.1 behind a server that speaks TLS; on a network that is safe, say --allow-remote."


class StoreNotServable(Refusal):
    """A store in memory is another one in every process, and gone with it."""

    code = "store-not-servable"
    sentence_en = "A store in memory cannot be served."
    cure_en = "Name a file or a server with --store."


class AddressUnusable(Refusal):
    """Nobody can listen there."""

    code = "address-unusable"
    sentence_en = "The server cannot listen on {host}, port {port}: {reason}."
    cure_en = "Name another with --host or --port, or end the program that has it."


@dataclass(frozen=True)
class Serving:
    """How a store is to be served."""

    url: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    proxy: str | None = None
    """The address of the server in front, whose word on where a request comes from is taken."""


def prepare(serving: Serving, *, allow_remote: bool = False, new_secret: bool = False) -> NewKey | None:
    """See that the store can be served, make what is missing; the first key, on a store nobody has an account of.

    Raises `RemoteNotAllowed`, `StoreNotServable`, `AddressUnusable`, `WebhookTargetsUnclear`, and what opening the
    store and its secret raises.
    """
    if not allow_remote and not _is_loopback(serving.host):
        raise RemoteNotAllowed(host=serving.host)
    if in_memory(serving.url):
        raise StoreNotServable()
    Targets.of_environment()  # a list that cannot be read is told before anything is made
    must_be_free(serving.host, serving.port)
    solvers(), days_kept()  # what is wrong with a setting is said now, not by a worker
    with closing(Office(serving.url)) as office:
        secret_of(office.log.recorder.store_id, Prints(office.desk), new=new_secret)
        with office.county() as county:
            county.refresh()
        return first_key(office.access)


def serve(serving: Serving) -> None:
    """Answer requests until the process is told to end; then finish those under way."""
    os.environ[STORE] = serving.url  # workers are processes of their own
    with _counting_together(serving.workers):
        uvicorn.run(
            APPLICATION,
            factory=True,
            host=serving.host,
            port=serving.port,
            workers=serving.workers,
            timeout_graceful_shutdown=GRACE_SECONDS,
            proxy_headers=serving.proxy is not None,
            forwarded_allow_ips=serving.proxy or "",
            server_header=False,
            http=PROTOCOL,
            ws="none",
            limit_concurrency=CONNECTIONS_MAX,
            log_config=None,  # the application says how it logs
            access_log=False,
        )


@contextmanager
def _counting_together(workers: int) -> Iterator[None]:
    """Let several processes count as one: into files of a folder they are told before they start."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="tongchou-counts-") as folder:
        os.environ[COUNTS] = folder
        try:
            yield
        finally:
            del os.environ[COUNTS]


def store_served() -> str:
    """The address of the store a worker was started for."""
    return os.environ[STORE]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def must_be_free(host: str, port: int) -> None:
    """Look before anything is made; uvicorn would say it in its log, after the key was told."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise AddressUnusable(host=host, port=port, reason=fault.strerror or str(fault)) from None
