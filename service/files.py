"""Files written whole or not at all, so that nobody ever reads half of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def whole_file(path: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` fill a file beside the target, then move it into place; returns the target."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(handle)
    draft = Path(name)
    try:
        write(draft)
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
