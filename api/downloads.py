"""Files out: made in threads of their own, kept for a moment where they are small, streamed where they are large.

At most `MAKERS` are made at once in a process, apart from the threads that answer reads: whoever fetches a whole county
slows nobody down who asks for one line of it. The version of a file is known before it is made, so whoever has it
already (`If-None-Match`) costs next to nothing.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from api.reading import ANSWER_BYTES_MAX, Answers, has_already, packs

MAKERS = 2
BINARY = {"type": "string", "format": "binary"}
CHUNK_BYTES = 1 << 18
GZIP_WINDOW = 31
"""Tells zlib to write gzip's head and foot (zlib manual, deflateInit2)."""
SANDBOX = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:; font-src data:"
)
"""A page may run its own script on itself, and reach nothing of the origin it came from."""
_makers: RunVar[CapacityLimiter] = RunVar("makers of downloads")


@dataclass(frozen=True)
class Download:
    """A file that can be made: what a person's computer may call it, its version, and what writes it."""

    name: str
    file_name: str
    media_type: str
    version: str
    public: bool
    write: Callable[[Path], object]

    def headers(self) -> dict[str, str]:
        """What is said of the file before its bytes."""
        return {
            "content-type": self.media_type,
            "content-disposition": disposition(self.name, self.file_name),
            "content-security-policy": SANDBOX,
            "x-content-type-options": "nosniff",
            "etag": f'"{self.version}"',
            "vary": "Accept-Encoding, Accept-Language, Authorization",
            "cache-control": "no-cache" if self.public else "private, no-cache",
        }


def disposition(name: str, file_name: str) -> str:
    """How a file is to be called: in any script, and plainly for whoever reads only ASCII (RFC 6266, RFC 8187).

    Pages are shown, everything else is kept.
    """
    kind = "inline" if name.endswith(".html") else "attachment"
    return f"{kind}; filename=\"{name}\"; filename*=UTF-8''{quote(file_name, safe='')}"


async def send(request: Request, prepared: AbstractContextManager[Download]) -> Response:
    """Answer with a file; what it is made of is borrowed for as long as it is being made."""
    makers = _makers.get(None)
    if makers is None:
        _makers.set(makers := CapacityLimiter(MAKERS))
    return await run_sync(_answer, request, prepared, limiter=makers)


def whole_file_of(media_type: str) -> dict[int | str, dict[str, Any]]:
    """The documented answer of a route that hands out a file, for its `responses`."""
    kind = media_type.partition(";")[0]
    shape = {"type": "object", "description": "In a format of its own."} if kind.endswith("json") else BINARY
    content = {kind: {"schema": shape}}
    return {
        200: {"description": "The file; its name is in `Content-Disposition`.", "content": content},
        304: {"description": "Whoever asks has it already (`If-None-Match`)."},
    }


def _answer(request: Request, prepared: AbstractContextManager[Download]) -> Response:
    answers: Answers = request.app.state.answers
    with prepared as download:
        headers = download.headers()
        if has_already(request, headers):
            return Response(
                status_code=304, headers={name: headers[name] for name in ("etag", "vary", "cache-control")}
            )
        key = ("download", download.version, download.file_name)
        kept = answers.find(key, None, 0)
        if kept is not None:
            return kept.response(request)
        with tempfile.TemporaryDirectory(prefix="tongchou-download-") as folder:
            path = Path(folder) / download.name
            download.write(path)
            if path.stat().st_size <= ANSWER_BYTES_MAX:
                return answers.keep(key, None, 0, Response(path.read_bytes(), headers=headers)).response(request)
            file = path.open("rb")  # the name goes with the folder, the bytes stay until they are sent
    if packs(headers) and "gzip" in request.headers.get("accept-encoding", ""):
        return StreamingResponse(_packed(file), headers={**headers, "content-encoding": "gzip"})
    return StreamingResponse(_pieces(file), headers=headers)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK_BYTES):
            yield piece


def _packed(file: BinaryIO) -> Iterator[bytes]:
    packer = zlib.compressobj(5, zlib.DEFLATED, GZIP_WINDOW)
    for piece in _pieces(file):
        yield packer.compress(piece)
    yield packer.flush()
