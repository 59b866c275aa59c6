"""Sums of money from the command line."""

from __future__ import annotations

from cli.options import OptionUnclear
from domain.money import MoneyFault, parse_yuan


def as_fen(option: str, given: str) -> int:
    """A sum in yuan as whole fen. Raises `OptionUnclear`."""
    try:
        return parse_yuan(given)
    except MoneyFault as fault:
        raise OptionUnclear(
            option=option, given=given[:40], expected=f"a sum in yuan such as 1250.50 ({fault})"
        ) from None
