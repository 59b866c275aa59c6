"""A register as one workbook, with the headers, notes and choices of the template: for handing out and reading back."""

from __future__ import annotations

from pathlib import Path

from domain.register import Register
from intake.register_rows import sheets_of
from intake.template import write_sheets


def write_register_workbook(register: Register, path: Path) -> None:
    """Write a register as `.xlsx`; `read_register` gives it back, areas excepted, which are a file of their own.

    Raises `UnwritableRegister` before anything is written, and `OSError`.
    """
    write_sheets(path, {sheet.key: sheet for sheet in sheets_of(register)})
