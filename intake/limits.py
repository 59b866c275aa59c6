"""Limits: how large a file may be before anything in it is believed or unpacked."""

from __future__ import annotations

from dataclasses import dataclass

from intake.faults import IntakeFault

MEGABYTE = 10**6


@dataclass(frozen=True)
class Limits:
    """What a reader accepts. The defaults hold a province of 30,000 units in one workbook many times over."""

    workbook_bytes: int = 50 * MEGABYTE
    """A workbook as it lies on disk …"""
    unpacked_bytes: int = 512 * MEGABYTE
    """… and all of its parts that are read, unpacked."""
    unpacked_ratio: int = 100
    """How many times larger than the file its parts may be, once they are larger than `ratio_counts_from_bytes`."""
    ratio_counts_from_bytes: int = 16 * MEGABYTE
    members: int = 10_000
    """Parts of a workbook, or entries of a folder."""
    table_bytes: int = 100 * MEGABYTE
    """One CSV file."""
    areas_bytes: int = 100 * MEGABYTE
    rows: int = 1_000_000
    columns: int = 300
    cells: int = 20_000_000
    """Cells over all sheets, with the empty ones to the left of a filled one and the texts they share."""
    cell_characters: int = 32_767
    """The longest text a spreadsheet cell can hold."""
    corners: int = 5_000_000
    """Corners of all areas together."""


class Budget:
    """How many cells all sheets together may still have."""

    def __init__(self, limits: Limits) -> None:
        self._left = self._limit = limits.cells

    def spend(self, file: str, cells: int) -> None:
        """Count cells. Raises `IntakeFault` when there are too many."""
        self._left -= cells
        if self._left < 0:
            raise IntakeFault("too-many-cells", file, limit=f"{self._limit:,}")
