"""Names, amounts, dates and shares as documents print them: 万元 in Chinese, yuan in English, units in the head."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from domain.money import MINUS, wan_yuan, yuan
from domain.quoting import printable
from domain.register import Project, Unit
from texts import Both, both, both_or, literal
from texts.recorded import as_recorded

NOTHING = Both("—", "—")
"""What stands in a cell that has nothing to say."""
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
HASH_SHOWN = 12
"""How many characters of a hash people compare; the whole one stands in `plan.json`."""


class Named(Protocol):
    """Whatever has a name in both languages."""

    @property
    def name_zh(self) -> str:
        """The Chinese name."""

    @property
    def name_en(self) -> str:
        """The English name."""


def shown(text: str) -> str:
    """A text of the register on one line, with nothing invisible in it: control and direction marks are written out."""
    return printable(" ".join(text.split()))


def name(thing: Named) -> Both:
    """A name in both languages; where one is empty the other stands for it."""
    zh, en = shown(thing.name_zh), shown(thing.name_en)
    return Both(zh or en, en or zh)


def free(text: str | None) -> Both:
    """A text of the register, which knows only one language; a dash for nothing."""
    return literal(shown(text)) if text and text.strip() else NOTHING


def reason_words(reason: str | None) -> Both:
    """A reason of the record: one a program wrote in both languages, one of somebody's as it stands."""
    return as_recorded(shown(reason)) if reason and reason.strip() else NOTHING


def kind(code: str) -> Both:
    """A kind of unit or township; kinds are data, so an unknown one is printed as its code (M21)."""
    return both_or(f"kind.{code}", code)


def standing(unit: Unit) -> Both:
    """The kind of a unit and whether it is backward or poor: 村·后进·贫困 (M11)."""
    words = [kind(unit.kind)]
    words += [both("standing.backward")] if unit.backward else []
    words += [both("standing.poor")] if unit.poor else []
    return Both.join(words, zh="·", en=", ")


def part(code: str) -> Both:
    """A part of a grant."""
    return both_or(f"part.{code}", code)


def have(code: str) -> Both:
    """One of the haves of the checklist (M18)."""
    return both_or(f"have.{code}", code)


def money(fen: int) -> Both:
    """An amount for a column whose head states the unit: 万元 with two decimals, or yuan to the fen."""
    return Both(wan_yuan(fen, unit=False), yuan(fen, "en", unit=False))


def money_unit(fen: int) -> Both:
    """An amount inside a sentence, with its unit: 13.89万元, ¥138,900.00."""
    return Both(f"{wan_yuan(fen, unit=False)} 万元", yuan(fen, "en"))


def small_money(fen: int | None) -> Both:
    """An amount per household or per need: yuan in both languages, the unit in the head."""
    return NOTHING if fen is None else literal(yuan(fen, "en", unit=False))


def small_money_unit(fen: int | None) -> Both:
    """An amount per household or per need inside a sentence."""
    return NOTHING if fen is None else Both(f"{yuan(fen, 'en', unit=False)} 元", yuan(fen, "en"))


def count(number: int) -> str:
    """A whole number with separators and a true minus."""
    return f"{number:,}".replace("-", MINUS)


def figure(value: Decimal, places: int) -> str:
    """A decimal rounded half to even, with separators and a true minus; what rounds to nothing has no sign."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    if not rounded:
        rounded = abs(rounded)
    return f"{rounded:,.{places}f}".replace("-", MINUS)


def percent(share: Decimal, places: int = 1) -> str:
    """A share of a whole as per cent."""
    return f"{figure(share * 100, places)}%"


def ratio(part_of: int, whole: int) -> Decimal | None:
    """One whole number over another; None when there is nothing to divide by."""
    return None if whole == 0 else Decimal(part_of) / Decimal(whole)


def day(value: date) -> Both:
    """A date: 2026年3月31日, 31 March 2026."""
    return Both(f"{value.year}年{value.month}月{value.day}日", f"{value.day} {MONTHS_EN[value.month - 1]} {value.year}")


def years(budget_years: tuple[int, ...]) -> Both:
    """The years a plan is for: 2026, or 2026–2027."""
    if not budget_years:
        return literal("")
    first, last = budget_years[0], budget_years[-1]
    return literal(first if first == last else f"{first}–{last}")


def short(whole_hash: str) -> str:
    """The start of a hash, enough for two people to compare."""
    return whole_hash[:HASH_SHOWN]


def project_name(code: str, projects: Mapping[str, Project]) -> Both:
    """The name of a project by its code, or the code where the register does not know it."""
    project = projects.get(code)
    return name(project) if project is not None else free(code)
