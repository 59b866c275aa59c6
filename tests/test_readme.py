"""What README promises is run: every `tongchou` line of it, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from intake.register_file import read_register
from intake.register_xlsx import write_register_workbook
from service.registers import library

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The lines of README's shell blocks that call the program, without their remarks."""
    blocks = [block.replace("\\\n", " ") for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)]
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("tongchou ")]
    return [re.sub(r"\s{2,}#.*$", "", line) for line in lines]


def run(line: str, folder: Path, **further: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TONGCHOU_")} | further
    environment |= {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder.with_name(f"{folder.name}-config"))}
    arguments = [sys.executable, "-m", "cli.main", *shlex.split(line)[1:]]
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def serves(line: str, folder: Path) -> bool:
    """Whether a server that is started so answers, and ends when it is asked to; on a port that is free just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TONGCHOU_")}
    environment |= {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder.with_name(f"{folder.name}-config"))}
    arguments = [sys.executable, "-m", "cli.main", *shlex.split(re.sub(r"--port \d+", f"--port {port}", line))[1:]]
    with subprocess.Popen(arguments, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                time.sleep(0.1)
                with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                    return bool(answer.status == 200)
                assert server.poll() is None, line
            return False
        finally:
            server.terminate()
            assert server.wait(timeout=60) in (0, -signal.SIGTERM)


@pytest.mark.slow(seconds=130)
def test_every_command_of_the_readme_does_what_it_says(tmp_path: Path) -> None:
    """A planner's register and policy are those of the shipped county under the names README gives them."""
    shutil.copy(library() / "x-county" / "policy.yaml", tmp_path / "my-policy.yaml")
    for line in commands():
        if line.startswith("tongchou serve"):
            assert serves(line, tmp_path), line
            continue
        done = run(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if line.startswith("tongchou register template"):
            write_register_workbook(read_register(library() / "x-county"), tmp_path / "county.xlsx")
    assert (tmp_path / "out" / "report.html").stat().st_size > 100_000


@pytest.mark.long
@pytest.mark.postgres
def test_what_the_readme_records_and_asks_works_on_a_server_too(tmp_path: Path, postgres_store: str) -> None:
    """Every command about the record; the questions around a plan compute, and do not care where it lies."""
    shutil.copy(library() / "x-county" / "policy.yaml", tmp_path / "my-policy.yaml")
    about = {"ledger", "money", "plan", "plans", "policy", "register", "store", "unit"}
    lines = [line for line in commands() if line.split()[1] in about and " --register " not in line]
    lines = [line for line in lines if "notice-sheet" not in line]  # which is asked of a record that was sealed
    assert len(lines) > 20
    for line in lines:
        done = run(line, tmp_path, TONGCHOU_STORE=postgres_store)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if line.startswith("tongchou register template"):
            write_register_workbook(read_register(library() / "x-county"), tmp_path / "county.xlsx")
    assert list(tmp_path.glob("*.db")) == []


def test_the_readme_names_every_exit_code() -> None:
    from service.faults import Exit

    table = {int(code) for code in re.findall(r"^\| (\d+) \|", README, flags=re.MULTILINE)}
    assert table == {int(code) for code in Exit}


def test_the_picture_of_the_readme_is_there() -> None:
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file(), picture
