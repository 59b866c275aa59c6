"""Sums from the command line, and the word that a decision is on the record."""

from __future__ import annotations

from cli.options import OptionUnclear, Session
from domain.money import MoneyFault, parse_yuan
from service.county import Receipt


def as_fen(option: str, given: str) -> int:
    """A sum in yuan as whole fen. Raises `OptionUnclear`."""
    try:
        return parse_yuan(given)
    except MoneyFault as fault:
        raise OptionUnclear(option=option, given=given[:40], expected=f"a sum in yuan such as 1250.50 ({fault})") from None


def say(here: Session, receipt: Receipt) -> None:
    """Say where a decision is on the record."""
    names = [recorded.fact.stored_name() for recorded in receipt.recorded]
    said = "already recorded" if receipt.repeated else "recorded"
    content = {"position": receipt.position, "facts": names, "repeated": receipt.repeated}
    here.answer(content, f"{', '.join(names) or 'Nothing'} {said} at position {receipt.position}.")
