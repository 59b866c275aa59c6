"""A folder to type commands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """An empty folder; nothing of this machine's environment reaches the commands."""
    return Desk(tmp_path, monkeypatch, capsys)
