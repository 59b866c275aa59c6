"""A sweep on a cluster: scheduler and workers as separate processes, over TLS, one of them killed in the middle."""

from __future__ import annotations

import datetime
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.county import open_county
from service.programs import release
from service.scenarios.cases import OpenSweep
from service.scenarios.cluster import (
    ClusterAddress,
    ClusterOfAnotherRelease,
    ClusterSilent,
    ClusterUnfit,
    _same_release,
    cluster,
)
from service.scenarios.finding import read_scenario
from service.scenarios.parcels import packed, record_of
from service.scenarios.sweeps import Row, SweepProgress, sweep
from tests.service.scenarios.swept import recorded, store

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "url", ["tcp://192.0.2.7:8786", "tcp://example.org:1", "http://127.0.0.1:80", "tls://h", "tls://[::1", "127.0.0.1"]
)
def test_an_address_that_is_not_safe_or_none_is_refused(url: str) -> None:
    with pytest.raises(ClusterUnfit):
        ClusterAddress(url).check()


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"])
def test_plain_tcp_will_do_on_this_machine(url: str) -> None:
    ClusterAddress(url).check()


def test_tls_wants_all_three_files(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    with pytest.raises(ClusterUnfit, match="--cluster-cert is missing"):
        ClusterAddress("tls://h:1", tmp_path / "ca.pem").check()
    with pytest.raises(ClusterUnfit, match="there is no file"):
        ClusterAddress("tls://h:1", tmp_path / "ca.pem", tmp_path / "cert.pem", tmp_path / "key.pem").check()


def test_a_worker_of_another_release_is_named_with_what_differs() -> None:
    _same_release("tcp://w", release())
    with pytest.raises(ClusterOfAnotherRelease, match="its ortools is 1,0"):
        _same_release("tcp://w", {**release(), "ortools": "1,0"})
    with pytest.raises(ClusterOfAnotherRelease, match="its python is –"):
        _same_release("tcp://w", {key: value for key, value in release().items() if key != "python"})


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["tcp", "tls"])
def test_a_cluster_gives_the_rows_of_one_process_though_a_worker_is_killed_midway(tmp_path: Path, scheme: str) -> None:
    pytest.importorskip("distributed", reason="the optional dependency group `cluster` is not installed")
    path = recorded(tmp_path / "county")
    secure = certificates(tmp_path) if scheme == "tls" else ()
    with open_county(store(path.parent)) as county:
        composed = read_scenario(str(path))
        opened = OpenSweep(packed(composed, record_of(composed.loaded.scenario.based_on, county)))
        undisturbed: list[Row] = [opened.row(number) for number in range(opened.size)]
        opened.close()
        with running(scheme, secure) as (url, workers):

            def kill(news: SweepProgress) -> None:
                if news.fresh == 3:
                    workers[0].kill()

            address = ClusterAddress(url, *secure)
            with cluster(address, county) as hands:
                assert hands.size == 2
                assert sweep(str(path), tmp_path / "out", hands, county=county, listener=kill) == undisturbed
            assert workers[0].wait(10) != 0


@pytest.mark.slow
def test_a_scheduler_with_certificates_of_others_is_not_talked_to(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the optional dependency group `cluster` is not installed")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").mkdir()
    theirs, ours = certificates(tmp_path / "theirs"), certificates(tmp_path / "ours")
    with running("tls", theirs, count=0) as (url, _):
        refused(ClusterAddress(url, *ours), "")


@pytest.mark.slow
def test_a_scheduler_without_workers_is_not_waited_for_for_ever() -> None:
    pytest.importorskip("distributed", reason="the optional dependency group `cluster` is not installed")
    with running("tcp", (), count=0) as (url, _):
        refused(ClusterAddress(url), "no worker")


def refused(address: ClusterAddress, why: str) -> None:
    """No sweep begins on such a cluster, and a sentence says why."""
    with pytest.raises(ClusterSilent, match=why), cluster(address, None):
        pass


@contextmanager
def running(
    scheme: str, secure: tuple[Path, ...], *, count: int = 2
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler on this machine with so many workers; all are gone at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"{scheme}://127.0.0.1:{port}"
    tls = [f"--tls-{name}={file}" for name, file in zip(("ca-file", "cert", "key"), secure, strict=False)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def start(kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, *tls, "--no-dashboard"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    with ExitStack() as ending:

        def kept(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
            ending.callback(process.wait)
            ending.callback(process.kill)
            return process

        kept(start("scheduler", "--host", url.rpartition(":")[0], "--port", str(port)))
        await_port(port)
        workers = [kept(start("worker", url, "--nthreads", "1", "--no-nanny")) for _ in range(count)]
        if count:
            from distributed import Client
            from distributed.security import Security

            ca, certificate, key = map(str, secure) if secure else (None, None, None)
            security = Security(tls_ca_file=ca, tls_client_cert=certificate, tls_client_key=key) if secure else None
            with Client(url, security=security, set_as_default=False, timeout=60) as client:
                client.wait_for_workers(count, timeout=60)
        yield url, workers


def await_port(port: int) -> None:
    """Until somebody listens there."""
    for _ in range(600):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def certificates(folder: Path) -> tuple[Path, Path, Path]:
    """An authority's certificate, and a certificate of it with its key, for this machine and a few hours."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate("county authority", authority_key, "county authority", authority_key, is_authority=True)
    own = certificate("sweep", key, "county authority", authority_key, is_authority=False)
    paths = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(own.public_bytes(serialization.Encoding.PEM))
    paths[2].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    """A certificate of `name`, signed by `issuer`."""
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=5))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
