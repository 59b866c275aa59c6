"""Files written whole or not at all, so that nobody ever reads half of one; small ones read without trusting them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from domain.errors import Refusal

KEY_LINE_BYTES_MAX = 1_000
"""A public key in its file; its name may be long."""


class FileTooLarge(Refusal):
    """A file that should be a checkpoint or a key and is as long as a book."""

    code = "proof-file-too-large"
    sentence_en = "{path} is too large to be a checkpoint or a key."
    cure_en = "Hand in the file as it was exported or printed."


def read_small(path: Path, bytes_max: int) -> bytes:
    """A file's content. Raises `FileTooLarge`, or `OSError`."""
    with path.open("rb") as file:
        content = file.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise FileTooLarge(path=path)
    return content


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


def write_pieces(pieces: Iterable[bytes]) -> Callable[[Path], None]:
    """What `whole_file` lets write a file piece by piece, as they are made."""

    def write(draft: Path) -> None:
        with draft.open("wb") as file:
            file.writelines(pieces)

    return write
