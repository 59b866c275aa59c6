"""Amounts in cells: whole fen from a cell whose header says 元, 万元 or 亿元, exactly or not at all."""

from __future__ import annotations

import math
import re
from datetime import date

from domain.money import FEN_PER_YUAN, MoneyFault, fen_from_cell, parse_yuan
from intake.faults import CellProblem
from intake.tables import Cell

_ZEROS_WORD = {0: "", 4: "万", 8: "亿"}
_OWN_UNIT = re.compile(r"(?:元|万元?|亿元?|yuan)\s*$")
_CELL_FEN_MAX = 2**52
"""From here on neighbouring doubles may be a fen apart, so that a number cell no longer says which fen it means."""


def fen(cell: Cell, yuan_zeros: int, *, signed: bool = False) -> int:
    """The fen of a cell in units of 10^`yuan_zeros` yuan; the unit that a text states itself (`12.5万元`) counts first.
    Amounts below zero are taken only where `signed`.

    Raises `CellProblem` with the code of the `MoneyFault`.
    """
    if isinstance(cell, bool | date) or cell is None:
        raise CellProblem("money-kind")
    try:
        if isinstance(cell, str):
            own = _OWN_UNIT.search(cell)
            whole = cell if own or not yuan_zeros else cell.strip() + _ZEROS_WORD[yuan_zeros]
            return parse_yuan(whole, allow_negative=signed)
        if isinstance(cell, int):
            return parse_yuan(cell * 10**yuan_zeros, allow_negative=signed)
        return fen_from_cell(cell, allow_negative=signed) if not yuan_zeros else _scaled(cell, yuan_zeros, signed)
    except MoneyFault as fault:
        raise CellProblem(fault.code) from fault


def _scaled(cell: float, yuan_zeros: int, signed: bool) -> int:
    """As `fen_from_cell`, for larger units: the cell must be the double nearest to a whole number of fen."""
    scale: int = FEN_PER_YUAN * 10**yuan_zeros
    if not math.isfinite(cell):
        raise CellProblem("money-kind")
    if abs(cell) * scale >= _CELL_FEN_MAX:
        raise CellProblem("money-too-large")
    numerator, denominator = cell.as_integer_ratio()
    whole = (2 * scale * numerator + denominator) // (2 * denominator)
    # int / int is correctly rounded, so this asks exactly: is the cell the double nearest to whole / scale?
    if whole / scale != cell:
        raise CellProblem("money-fraction")
    if whole < 0 and not signed:
        raise CellProblem("money-negative")
    return whole
