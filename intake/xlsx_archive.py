"""The outside of a workbook: what kind of file it really is, and its parts unpacked within limits (no zip bombs)."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator

from intake.faults import IntakeFault
from intake.limits import Limits

CHUNK_BYTES = 1024 * 1024
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_DIRECTORY_ENTRY = b"PK\x01\x02"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, KeyError, NotImplementedError,
    OverflowError, RuntimeError,
)  # fmt: skip
"""What `zipfile` raises for archives that are cut off, altered, encrypted or packed in a way no spreadsheet uses."""


class Archive:
    """The parts of a workbook, each read at most to the limits, whatever the archive says of their sizes.

    `of_tables`: it holds a folder of tables instead, and is no workbook.
    """

    def __init__(self, file: str, content: bytes, limits: Limits, *, of_tables: bool = False) -> None:
        self.file = file
        self._packed_bytes = len(content)
        self._limits = limits
        self._unpacked_bytes = 0
        refuse_other_kinds(file, content)
        if content.count(_DIRECTORY_ENTRY) > limits.members:
            raise IntakeFault("too-many-members", file, limit=limits.members)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN as fault:
            raise IntakeFault("damaged", file) from fault
        members = self._zip.infolist()
        self._members = {_folded(member.filename): member for member in members}
        if len(self._members) != len(members):
            raise IntakeFault("damaged", file)
        if not of_tables:
            self._refuse_other_archives()

    @property
    def parts(self) -> list[str]:
        """The names of the parts, folded as they are compared."""
        return list(self._members)

    def __contains__(self, part: str) -> bool:
        return _folded(part) in self._members

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece. Raises `IntakeFault`."""
        member = self._members.get(_folded(part))
        if (
            member is None
            or member.flag_bits & 1
            or member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        ):
            raise IntakeFault("damaged", self.file)
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(CHUNK_BYTES):
                    self._count(len(piece))
                    yield piece
        except _BROKEN as fault:
            raise IntakeFault("damaged", self.file) from fault

    def _count(self, more: int) -> None:
        """Stop at the limits by what really came out."""
        self._unpacked_bytes += more
        limits = self._limits
        suspicious = self._unpacked_bytes > limits.ratio_counts_from_bytes
        if self._unpacked_bytes > limits.unpacked_bytes or (
            suspicious and self._unpacked_bytes > limits.unpacked_ratio * self._packed_bytes
        ):
            raise IntakeFault("bomb", self.file, unpacked_mb=self._unpacked_bytes // 10**6)

    def _refuse_other_archives(self) -> None:
        names = self._members
        packaged = "[content_types].xml" in names and any(name.endswith("workbook.xml") for name in names)
        if packaged or "xl/workbook.xml" in names:
            return
        if "xl/workbook.bin" in names:
            raise IntakeFault("binary-workbook", self.file)
        if "mimetype" in names and "content.xml" in names:
            raise IntakeFault("opendocument", self.file)
        if any(name.startswith(("word/", "ppt/")) for name in names):
            raise IntakeFault("other-office", self.file)
        if any(name.endswith((".csv", ".xlsx", ".xls", ".geojson")) for name in names):
            raise IntakeFault("zipped-folder", self.file)
        raise IntakeFault("not-a-workbook", self.file)


def refuse_other_kinds(file: str, content: bytes) -> None:
    """Tell by its first bytes what a file is that is no workbook. Raises `IntakeFault`, or returns."""
    if not content:
        raise IntakeFault("empty", file)
    if content.startswith(_COMPOUND_FILE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise IntakeFault("password" if encrypted else "old-workbook", file)
    if content.startswith(b"PK"):
        return
    if content.startswith(_ARCHIVES):
        raise IntakeFault("zipped-folder", file)
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<"):
        raise IntakeFault("web-page", file)
    if head.startswith(b"%pdf") or b"\0" in content[:4096]:
        raise IntakeFault("not-a-workbook", file)
    raise IntakeFault("text-renamed", file)


def _folded(part: str) -> str:
    """Part names are compared without case, slashes either way, as spreadsheet programs do."""
    return posixpath.normpath(part.replace("\\", "/")).lstrip("/").lower()
