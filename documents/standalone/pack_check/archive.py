"""The files of a pack, out of its one file or out of the folder it was unpacked into: read, never run, never followed.

A name is letters, digits, `_`, `-`, `.` and `/` of ASCII; no part of it begins with a dot, so that none leads out of a
folder. A link, a folder, a name twice (whatever the case of its letters), an encrypted or strangely packed file, and
one that unpacks to far more than it says or than belongs here are refused before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}){0,4}")
FILES_MAX = 20_000
BYTES_MAX = 2**31
RATIO_MAX = 250
SMALL_BYTES = 2**20
"""Below this a high ratio is no bomb."""
MANIFEST = "manifest.json"
FORMAT = "tongchou-pack/1"

Files = dict[str, bytes]


def read_pack(path: Path) -> Files:
    """The files of a pack by name, from a .zip or a folder."""
    return read_folder(path) if path.is_dir() else read_zip(path)


def read_zip(path: Path) -> Files:
    files: Files = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in _fitting(archive):
                with archive.open(member) as stream:
                    content = stream.read(member.file_size + 1)
                if len(content) != member.file_size:
                    raise Wrong("pack-size", name=member.filename)
                files[member.filename] = content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as fault:
        raise Wrong("pack-zip", file=path.name) from fault
    return files


def _fitting(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members, when all of them are what a pack may hold."""
    members = archive.infolist()
    seen: set[str] = set()
    if len(members) > FILES_MAX or sum(member.file_size for member in members) > BYTES_MAX:
        raise Wrong("pack-large", files=FILES_MAX, bytes=BYTES_MAX)
    for member in members:
        name = fitting_name(member.orig_filename, seen)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if name != member.filename or kind not in (0, stat.S_IFREG) or member.is_dir():
            raise Wrong("pack-name", name=member.orig_filename)
        if member.flag_bits & 0x41 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Wrong("pack-zip", file=name)
        if member.file_size > max(SMALL_BYTES, RATIO_MAX * member.compress_size):
            raise Wrong("pack-size", name=name)
    return members


def fitting_name(name: str, seen: set[str]) -> str:
    """The name, when a file of a pack may have it and none before it had."""
    if not NAME.fullmatch(name) or name.lower() in seen:
        raise Wrong("pack-name", name=name)
    seen.add(name.lower())
    return name


def read_folder(path: Path) -> Files:
    """The same of a folder; what begins with a dot was put there by a file manager and is passed over."""
    files: Files = {}
    seen: set[str] = set()
    left = BYTES_MAX
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(one for one in inner if not one.startswith((".", "__pycache__")))
        for one in [*inner, *sorted(names)]:
            file = Path(folder) / one
            if one.startswith("."):
                continue
            mode = file.lstat().st_mode
            if stat.S_ISDIR(mode):
                continue
            name = fitting_name(file.relative_to(path).as_posix(), seen)
            if not stat.S_ISREG(mode):
                raise Wrong("pack-name", name=name)
            left -= file.stat().st_size
            if left < 0 or len(files) >= FILES_MAX:
                raise Wrong("pack-large", files=FILES_MAX, bytes=BYTES_MAX)
            files[name] = file.read_bytes()
    return files


def manifest_text(store: str, facts: int, files: Mapping[str, bytes]) -> str:
    """What the manifest says: of which store and how many facts the pack is, and the SHA-256 of every other file."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items()) if name != MANIFEST}
    content: dict[str, Any] = {"format": FORMAT, "store": store, "facts": facts, "files": hashes}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def check_manifest(files: Files) -> tuple[str, int]:
    """Every file is there, none besides, each as it was packed; gives the store's id and the number of facts."""
    try:
        stated = json.loads(files[MANIFEST])
        listed, store, facts = dict(stated["files"]), str(stated["store"]), int(stated["facts"])
        known = stated["format"] == FORMAT
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise Wrong("pack-manifest") from fault
    if not known:
        raise Wrong("unknown", where=MANIFEST, name=stated["format"])
    for name in sorted({*listed, *files} - {MANIFEST}):
        if name not in files:
            raise Wrong("pack-missing", name=name)
        if name not in listed:
            raise Wrong("pack-stranger", name=name)
        if hashlib.sha256(files[name]).hexdigest() != listed[name]:
            raise Wrong("pack-changed", name=name)
    if files[MANIFEST] != manifest_text(store, facts, files).encode():
        raise Wrong("pack-manifest")
    return store, facts


def write_files(files: Mapping[str, bytes], folder: Path, under: str = "") -> None:
    """Write files whose names were found fitting into an empty folder, as far as they lie under a name."""
    for name, content in files.items():
        if name.startswith(under):
            target = folder.joinpath(*name.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
