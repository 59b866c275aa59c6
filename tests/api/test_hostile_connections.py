"""Against a real server: what floods, dribbles or swells is refused with a problem, and memory stays flat."""

from __future__ import annotations

import io
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from service.office import Office
from tests.api.served import served
from tests.api.writers import writer_in
from tests.service.small import store_in

pytestmark = pytest.mark.slow
MEBIBYTE = 2**20
FLAT_BYTES = 24 * MEBIBYTE
"""What the peak of memory may rise by, whatever is thrown at it: less than one of the bodies below unpacked."""
PLANNER = {"Authorization": "Bearer li-na"}


class Server:
    """A running server, its memory, and its record."""

    def __init__(self, address: str, pid: int, url: str) -> None:
        self.address, self.pid, self.url = address, pid, url
        self.client = httpx2.Client(base_url=address, headers=PLANNER, timeout=60)

    def head(self) -> int:
        """The position of the last fact."""
        office = Office(self.url)
        try:
            return office.head()
        finally:
            office.close()

    def rises_by(self, work: Callable[[], None]) -> int:
        """By how many bytes the peak of its memory lies above what it held before."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        before = self._memory("VmRSS")
        work()
        return self._memory("VmHWM") - before

    def _memory(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

    def raw(self, first: bytes) -> socket.socket:
        """A connection on which something was sent already."""
        parts = urlsplit(self.address)
        connection = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=20)
        connection.sendall(first)
        return connection


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, year_store: str) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    with writer_in(folder, year_store):
        pass  # the copy is laid down
    url = store_in(folder / "copy")
    with served(url, folder) as (address, pid):
        server = Server(address, pid, url)
        assert server.client.get("/v1/units").status_code == 200
        yield server
        server.client.close()


def flood(bytes_sent: int) -> Iterator[bytes]:
    """A body without a stated length."""
    for _ in range(bytes_sent // MEBIBYTE):
        yield b" " * MEBIBYTE


def test_floods_are_cut_off_and_memory_stays_flat(server: Server) -> None:
    head = server.head()

    def one(number: int) -> None:
        body = b" " * 8 * MEBIBYTE if number % 2 else flood(12 * MEBIBYTE)
        answer = server.client.post("/v1/units", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")

    def many() -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, range(12)))

    assert server.rises_by(many) < FLAT_BYTES
    assert server.head() == head


def bomb(part: str, inside: bytes, times: int) -> bytes:
    """A workbook one part of which is the same again and again."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name in {"xl/workbook.xml", "xl/sharedStrings.xml"} - {part}:
            archive.writestr(name, "<x/>")
        with archive.open(part, "w") as stream:
            for _ in range(times):
                stream.write(inside)
    return packed.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
WORKBOOKS = {
    "zip bomb": ("w.xlsx", bomb("xl/workbook.xml", b" " * MEBIBYTE, 512)),
    "billion laughs": (
        "w.xlsx",
        bomb("xl/workbook.xml", f"<!DOCTYPE x [{LAUGHS}]><workbook>&l11;</workbook>".encode(), 1),
    ),
    "packed tables": ("w.zip", b""),
    "no workbook": ("w.xlsx", b"PK\x03\x04" + b"\xff" * 100_000),
    "text": ("w.xlsx", b"code,name\n" * 100),
}


def packed_tables() -> bytes:
    """A zip with a table of half a gibibyte in half a mebibyte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("units.csv", "w") as stream:
        for _ in range(512):
            stream.write(b"a,b\n" * (MEBIBYTE // 4))
    return packed.getvalue()


def test_what_swells_when_unpacked_is_refused_and_memory_stays_flat(server: Server) -> None:
    head = server.head()
    files = {name: (file, content or packed_tables()) for name, (file, content) in WORKBOOKS.items()}

    def all_of_them() -> None:
        for name, file in files.items():
            answer = server.client.post("/v1/register-imports", files={"file": file})
            assert answer.status_code == 422, name
            assert answer.headers["content-type"] == "application/problem+json"

    assert server.rises_by(all_of_them) < FLAT_BYTES
    assert server.head() == head


def test_who_dribbles_a_head_is_let_go(server: Server) -> None:
    with server.raw(b"GET /v1/units HTTP/1.1\r\nHost: x\r\nX-Slow: ") as connection:
        began = time.monotonic()
        answer = connection.recv(1000)
    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - began < 20


def test_who_sends_a_head_without_end_is_let_go(server: Server) -> None:
    def endless() -> None:
        with server.raw(b"GET /v1/units HTTP/1.1\r\nHost: x\r\n") as connection:
            try:
                for number in range(2_000):
                    connection.sendall(b"X-%d: " % number + b"y" * 8_000 + b"\r\n")
            except (BrokenPipeError, ConnectionResetError):
                return
        raise AssertionError("16 MB of head were taken")

    assert server.rises_by(endless) < FLAT_BYTES


def test_what_is_no_http_does_not_disturb_others(server: Server) -> None:
    for nonsense in (
        b"\x00" * 1000,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/units HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ):
        with server.raw(nonsense) as connection:
            assert connection.recv(1000).startswith(b"HTTP/1.1 400")
    assert server.client.get("/v1/units").status_code == 200
