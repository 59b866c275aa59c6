"""An audit pack as one file: an archive whose bytes depend on nothing but what is in it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from documents.standalone.bundle import VERIFY
from documents.standalone.pack_check.archive import MANIFEST, manifest_text
from documents.standalone.pack_check.readme import README

FIRST = (README, VERIFY)
"""What whoever opens the archive should see first."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest date an archive can state; when it was packed is nothing the pack is about."""
PLAIN_FILE = 0o100644 << 16


def with_manifest(files: Mapping[str, bytes], store: str, facts: int) -> dict[str, bytes]:
    """The files of a pack with the list of them."""
    return {**files, MANIFEST: manifest_text(store, facts, files).encode()}


def write_archive(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a .zip: in one order, dated long ago, so that the same files give the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files, key=lambda name: (name not in FIRST, name)):
            archive.writestr(member(name), files[name], compresslevel=9)


def member(name: str) -> zipfile.ZipInfo:
    """A file of an archive that says nothing of the machine and the hour it was packed at."""
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, whatever this machine is
    info.external_attr = PLAIN_FILE
    return info
