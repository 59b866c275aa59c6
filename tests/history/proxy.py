"""A line between program and server that can be cut at a chosen word: the network's part in the tests."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self


class Proxy:
    """Passes bytes between its own port and a server's, until the program sends what `cut_at` names.

    With `deliver` that message still reaches the server, and only its answer is lost; else neither arrives. Later
    connections pass unharmed.
    """

    def __init__(self, port: int, *, deliver: bool) -> None:
        self._target = port
        self._deliver = deliver
        self._word: bytes | None = None
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def address(self, url: str, port: int) -> str:
        """The address of a store behind that port, by way of this line."""
        return url.replace(f":{port}/", f":{self.port}/")

    def cut_at(self, word: bytes) -> None:
        """Cut the line when the program sends this."""
        self._word = word

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                program, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=self._to_server, args=(program, server), daemon=True).start()
                threading.Thread(target=self._to_program, args=(server, program), daemon=True).start()

    def _to_server(self, program: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := program.recv(65_536):
                if self._word is not None and self._word in said:
                    self._word = None
                    self.cuts += 1
                    program.shutdown(socket.SHUT_RDWR)
                    if self._deliver:
                        server.sendall(said)
                    break
                server.sendall(said)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _to_program(self, server: socket.socket, program: socket.socket) -> None:
        with suppress(OSError):
            while said := server.recv(65_536):
                program.sendall(said)
        for end in (program, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
