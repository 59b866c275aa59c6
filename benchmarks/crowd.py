"""Many clients at once who each ask, read the whole answer and ask again: how long each of them waited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Waited:
    """What a crowd met: the seconds of every answer, and what went wrong."""

    seconds: list[float]
    faults: list[str]

    def percentile_ms(self, number: int) -> float:
        """So many per cent waited no longer, in ms."""
        return quantiles(self.seconds, n=100)[number - 1] * 1000


def crowd(
    port: int,
    paths: Sequence[str],
    headers: dict[str, str],
    *,
    clients: int,
    each: int,
    apart: int = 1,
    pause_seconds: float = 0.0,
) -> Waited:
    """So many clients ask so often each, over a connection of their own, all beginning at once.

    Each begins `apart` paths after the one before it. With a pause they begin spread over it, and pause after each
    answer.
    """
    with ThreadPoolExecutor(1) as aside:  # a browser open in this process has a loop of its own running here
        return aside.submit(asyncio.run, _crowd(port, paths, headers, clients, each, apart, pause_seconds)).result()


async def _crowd(
    port: int, paths: Sequence[str], headers: dict[str, str], clients: int, each: int, apart: int, pause_seconds: float
) -> Waited:
    waited = Waited([], [])
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.sleep(pause_seconds * number / clients)
            for turn in range(each):
                path = paths[(number * apart + turn) % len(paths)]
                began = time.perf_counter()
                writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
                said = await _answer(reader)
                waited.seconds.append(time.perf_counter() - began)
                if not said.startswith("HTTP/1.1 200"):
                    waited.faults.append(f"{path}: {said}")
                await asyncio.sleep(pause_seconds)
        except (OSError, asyncio.IncompleteReadError) as fault:
            waited.faults.append(f"client {number}: {fault!r}")
        finally:
            writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return waited


async def _answer(reader: asyncio.StreamReader) -> str:
    """The status line of an answer with a stated length, which is read whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").upper()
    length = next(line for line in head.split("\r\n") if line.startswith("CONTENT-LENGTH:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return head.partition("\r\n")[0]
