"""What docs/api.md tells is run: every line of its shell blocks, in order, against a server of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from intake.register_file import read_register
from intake.register_xlsx import write_register_workbook
from tests.service.small import write_policy, write_register

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
PORT = "8000"
PATIENCE_SECONDS = 300
NEEDED = ("bash", "curl", "jq")


def script(port: int) -> str:
    """The shell blocks of the page as one script that ends at the first line that fails, on a port of its own."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(blocks) > 8
    return "set -euxo pipefail\nshopt -s inherit_errexit\n" + "\n".join(blocks).replace(PORT, str(port))


def program_in(folder: Path) -> Path:
    """A folder with `tongchou` as this tree has it."""
    folder.mkdir()
    called = folder / "tongchou"
    called.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli.main "$@"\n')
    called.chmod(0o755)
    return folder


@pytest.mark.slow(seconds=30)
def test_the_year_over_http_goes_as_the_page_tells_it(tmp_path: Path) -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"the page needs {', '.join(missing)}")
    assert missing == []
    write_register_workbook(read_register(write_register(tmp_path / "register")), tmp_path / "county.xlsx")
    write_policy(tmp_path / "policy.yaml")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TONGCHOU_")}
    environment |= {
        "PATH": f"{program_in(tmp_path / 'bin')}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "no_proxy": "127.0.0.1",
    }
    with (tmp_path / "said.txt").open("w") as said:
        running = subprocess.Popen(
            ["bash", "-c", script(port)],
            cwd=tmp_path,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            code = running.wait(PATIENCE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)  # the server, where the script did not come to its end
    assert code == 0, (tmp_path / "said.txt").read_text()[-4000:]
    assert (tmp_path / "data.zip").read_bytes().startswith(b"PK")
    assert (tmp_path / "checkpoint.txt").read_text().startswith("tongchou/")
