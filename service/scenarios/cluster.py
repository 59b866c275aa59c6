"""A Dask cluster as the hands of a sweep: machines that share no disk with this one, of the same release.

A request is code for whoever takes it, so both sides must know each other: `tls://` with certificates of one authority,
shown by either side. Plain `tcp://` is for this machine alone. Every thread of a Dask worker works out its cases in a
process of its own (`service/worker.py`), as here; a worker that is lost gives its cases to the others.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from domain.errors import Refusal
from service.county import County
from service.programs import release
from service.scenarios.parcels import Parcel, with_facts
from service.scenarios.processes import worked_out
from service.scenarios.rows import CRASHED, Row
from service.worker import Worker

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

ANSWER_SECONDS = 15
"""How long the scheduler, and its first worker, may take to answer."""


class ClusterUnfit(Refusal):
    """An address or certificates by which nobody should send or take code."""

    code = "cluster-unfit"
    sentence_en = "The cluster {address} is not used: {reason}."
    cure_en = (
        "Name it as tls://HOST:PORT with --cluster-ca, --cluster-cert and --cluster-key; "
        "tcp://127.0.0.1:PORT will do on this machine."
    )


class ClusterNotInstalled(Refusal):
    """The optional library is not there."""

    code = "cluster-not-installed"
    sentence_en = "This installation cannot use a cluster: the library `distributed` is missing."
    cure_en = "Install the dependency group `cluster`, or leave out --cluster."


class ClusterSilent(Refusal):
    """Nobody answers, or the scheduler has no worker."""

    code = "cluster-silent"
    sentence_en = "The cluster {address} does not answer: {reason}."
    cure_en = "See whether scheduler and workers run, and whether the certificates are theirs. Rows are kept."


class ClusterOfAnotherRelease(Refusal):
    """Another release of the program, of the solver or of Python could find another plan."""

    code = "cluster-of-another-release"
    sentence_en = "The worker {worker} is of another release: its {what} is {found}, here it is {wanted}."
    cure_en = "Install the same release, with the same requirements, on every machine of the cluster."


@dataclass(frozen=True)
class ClusterAddress:
    """Where the scheduler is, and by what both sides know each other."""

    url: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def check(self) -> None:
        """Raises `ClusterUnfit`."""
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname, parts.port
        except ValueError as fault:
            raise ClusterUnfit(address=self.url, reason="it is no address") from fault
        if parts.scheme not in ("tls", "tcp") or not host or port is None:
            raise ClusterUnfit(address=self.url, reason="it is not of the form tls://HOST:PORT")
        if parts.scheme == "tcp" and not _loopback(host):
            raise ClusterUnfit(address=self.url, reason="plain tcp:// is for this machine alone")
        if parts.scheme == "tls":
            for option, file in (("ca", self.ca), ("cert", self.certificate), ("key", self.key)):
                if file is None or not file.is_file():
                    reason = f"--cluster-{option} is missing" if file is None else f"there is no file {file}"
                    raise ClusterUnfit(address=self.url, reason=reason)


class Cluster:
    """The workers of a scheduler."""

    def __init__(self, client: Client, address: str, county: County | None) -> None:
        self._client = client
        self._address = address
        self._county = county
        self._parcel: DaskFuture | None = None
        self.size = max(sum(client.nthreads().values()), 1)

    def take_up(self, parcel: Parcel) -> None:
        """See `Hands.take_up`; the record's facts go along."""
        self._parcel = self._client.scatter(with_facts(parcel, self._county), broadcast=True, hash=False)

    def submit(self, number: int) -> Future[Row]:
        """See `Hands.submit`."""
        task = self._client.submit(_row, self._parcel, number, release(), pure=False)
        future: Future[Row] = Future()
        future.set_running_or_notify_cancel()
        task.add_done_callback(lambda done: self._pass_on(done, number, future))
        return future

    def _pass_on(self, task: DaskFuture, number: int, future: Future[Row]) -> None:
        from distributed import KilledWorker

        try:
            fault = task.exception() if task.status == "error" else None
            if isinstance(fault, KilledWorker):
                said = "Every worker that took the case was lost."
                future.set_result({"number": number, "state": CRASHED, "said": said})
            elif fault is not None:
                future.set_exception(fault)
            elif task.status == "finished":
                future.set_result(task.result())
            else:
                future.set_exception(ClusterSilent(address=self._address, reason=f"a case was {task.status}"))
        except Exception as fault:  # noqa: BLE001  # whatever the connection died of, the sweep must hear of it
            future.set_exception(ClusterSilent(address=self._address, reason=str(fault) or type(fault).__name__))


@contextmanager
def cluster(address: ClusterAddress, county: County | None) -> Iterator[Cluster]:
    """The workers at an address. Raises `ClusterUnfit`, `ClusterNotInstalled`, `ClusterSilent`, and
    `ClusterOfAnotherRelease`."""
    address.check()
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError as fault:
        raise ClusterNotInstalled from fault
    security = None
    if address.url.startswith("tls"):
        security = Security(
            tls_ca_file=str(address.ca),
            tls_client_cert=str(address.certificate),
            tls_client_key=str(address.key),
            require_encryption=True,
        )
    try:
        client = Client(address.url, security=security, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        reason = (str(fault) or type(fault).__name__).splitlines()[0][:200]
        raise ClusterSilent(address=address.url, reason=reason) from fault
    with client:
        try:
            client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except TimeoutError as fault:
            raise ClusterSilent(address=address.url, reason="it has no worker") from fault
        _must_be_ours(client)
        try:
            yield Cluster(client, address.url, county)
        finally:
            with suppress(Exception):  # the connection may be gone, and with it whatever was asked
                client.run(end_processes)


def _must_be_ours(client: Client) -> None:
    answers: dict[str, Any] = client.run(release, on_error="return")
    for worker, found in answers.items():
        _same_release(worker, found if isinstance(found, dict) else {"program": str(found) or type(found).__name__})


def _same_release(worker: str, found: dict[str, str]) -> None:
    for what, wanted in {**release(), **dict.fromkeys(found.keys() - release().keys(), "–")}.items():
        if found.get(what) != wanted:
            raise ClusterOfAnotherRelease(worker=worker, what=what, found=found.get(what, "–"), wanted=wanted)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# What follows runs in a worker of the cluster.

_OWN = threading.local()
_ALL: list[Worker] = []


def _row(parcel: Parcel, number: int, asked: dict[str, str]) -> Row:
    """The row of a case, from this thread's own process. Raises `ClusterOfAnotherRelease`."""
    if asked != release():
        from distributed import get_worker

        _same_release(get_worker().address, asked)  # one that joined later: the same sentence, from its side
    if not hasattr(_OWN, "worker"):
        _OWN.worker = Worker()
        _ALL.append(_OWN.worker)
    return worked_out(_OWN.worker, parcel, number)


def end_processes() -> None:
    """End the processes of this worker; the next case would start one anew."""
    for worker in _ALL:
        worker.cancel()
        worker.close()
