"""Private keys as files: readable by their owner alone, never beside the store, never shown.

A file holds a line per key, so that a rotation can keep old and new together until the log has decided; the log says
which of them signs.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from domain.errors import Refusal
from history.note import KEY_BYTES, KeyUnreadable, SigningKey

FILE_BYTES_MAX = 16 * 1024
OWNER_ONLY = 0o600


class KeyFileMissing(Refusal):
    """There is no key where one should be."""

    code = "key-file-missing"
    sentence_en = "There is no key file at {path}."
    cure_en = "Name it with --key or TONGCHOU_KEY; a log’s first key is made with `tongchou audit key new`."


class KeyFileExposed(Refusal):
    """A private key others may read is no private key."""

    code = "key-file-exposed"
    sentence_en = "The key file {path} is not used: {reason}."
    cure_en = "Give it to its owner alone (chmod 600); if others may have read it, rotate the key."


class KeyFileTaken(Refusal):
    """A key file is never written over: the key in it may be the only one there is."""

    code = "key-file-taken"
    sentence_en = "There is a file at {path} already; it was left as it is."
    cure_en = "Name another file with --out, or move that one away."


class KeyFileBesideStore(Refusal):
    """Whoever copies the store’s folder would take the key along."""

    code = "key-file-beside-store"
    sentence_en = "The key file {path} would lie in the folder of the store."
    cure_en = "Name a file in another folder, best on another machine or medium, with --out or TONGCHOU_KEY."


class KeyNotTheLogs(Refusal):
    """The key at hand is not the one the log names."""

    code = "key-not-the-logs"
    sentence_en = "The key file {path} does not hold the key of this log, {public_key}."
    cure_en = (
        "Name the right file with --key or TONGCHOU_KEY; if the key is lost, `tongchou audit key replace` says so."
    )


def key_path(given: Path | None, name: str) -> Path:
    """Where a key is: as given, as TONGCHOU_KEY says, or `tongchou/<name>.key` in the user's config folder."""
    if given is not None:
        return given
    if named := os.environ.get("TONGCHOU_KEY"):
        return Path(named)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tongchou" / f"{name}.key"


def new_key(name: str) -> SigningKey:
    """A key nobody has had before."""
    return SigningKey(name, secrets.token_bytes(KEY_BYTES))


def must_lie_apart(path: Path, store: Path | None) -> None:
    """Raise `KeyFileBesideStore` for a key in the folder of the store."""
    if store is not None and path.resolve().parent == store.resolve().parent:
        raise KeyFileBesideStore(path=path)


def private_content(path: Path) -> bytes:
    """What a file for its owner alone holds, at most one byte more than `FILE_BYTES_MAX`.

    Raises `KeyFileExposed`, or FileNotFoundError.
    """
    with path.open("rb") as file:
        of = os.fstat(file.fileno())
        if not stat.S_ISREG(of.st_mode):
            raise KeyFileExposed(path=path, reason="it is not an ordinary file")
        if stat.S_IMODE(of.st_mode) & 0o077:
            raise KeyFileExposed(path=path, reason="others than its owner may read or write it")
        return file.read(FILE_BYTES_MAX + 1)


def read_keys(path: Path) -> list[SigningKey]:
    """The keys of a file. Raises `KeyFileMissing`, `KeyFileExposed` or `KeyUnreadable`; none repeats what it holds."""
    try:
        content = private_content(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise KeyFileMissing(path=path) from None
    try:
        lines = content.decode("ascii").split()
    except UnicodeDecodeError:
        raise KeyUnreadable(reason="it is not a name, an id and a key with a plus between") from None
    if not lines or len(content) > FILE_BYTES_MAX:
        raise KeyUnreadable(reason="it is not a name, an id and a key with a plus between")
    return [SigningKey.parse(line) for line in lines]


def key_in(path: Path, public: bytes) -> SigningKey:
    """The key of a file that belongs to this public one. Raises `KeyNotTheLogs`, and what `read_keys` raises."""
    for key in read_keys(path):
        if key.public.public == public:
            return key
    raise KeyNotTheLogs(path=path, public_key=public.hex())


def make_file(path: Path, key: SigningKey) -> None:
    """A new key file. Raises `KeyFileTaken`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _fill(path, [key])
    except FileExistsError:
        raise KeyFileTaken(path=path) from None


def put_keys(path: Path, keys: Sequence[SigningKey]) -> None:
    """Put these keys in place of those of a file, all or nothing."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _fill(draft, keys)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _fill(path: Path, keys: Sequence[SigningKey]) -> None:
    """Write a file that is not there yet; at no moment may anybody else read it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(f"{key.secret_line()}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
