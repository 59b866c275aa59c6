"""Sums of money from the command line."""

from __future__ import annotations

from cli.options import OptionUnclear
from domain.money import MoneyFault, parse_yuan

EXPECTED = "a sum in yuan, not below zero, written out with at most two decimals, such as 1250.50"


def as_fen(option: str, given: str) -> int:
    """A sum in yuan as whole fen. Raises `OptionUnclear`."""
    try:
        return parse_yuan(given)
    except MoneyFault:
        raise OptionUnclear(option=option, given=given[:40], expected=EXPECTED) from None
