"""Dates, numbers and money as a reader of a language writes them (CLDR, by Babel): 2026年3月31日, 31 Mar 2026."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from domain.money import Lang, wan_yuan, yuan

LOCALES: dict[Lang, str] = {"zh": "zh_Hans_CN", "en": "en_GB"}


COLON: dict[Lang, str] = {"zh": "：", "en": ": "}
SEMICOLON: dict[Lang, str] = {"zh": "；", "en": "; "}
COMMA: dict[Lang, str] = {"zh": "、", "en": ", "}
"""Between the items of a list."""
BETWEEN_SENTENCES: dict[Lang, str] = {"zh": "", "en": " "}


def day_text(value: date, lang: Lang) -> str:
    """A date in the usual length."""
    return format_date(value, "long" if lang == "zh" else "medium", locale=LOCALES[lang])


def moment_text(value: datetime, lang: Lang) -> str:
    """A date with its time, in the zone of this machine."""
    return format_datetime(value.astimezone(), "medium", locale=LOCALES[lang], tzinfo=value.astimezone().tzinfo)


def number_text(value: int | Decimal, lang: Lang) -> str:
    """A figure with its separators."""
    return format_decimal(value, locale=LOCALES[lang])


def percent_text(share: Decimal, lang: Lang) -> str:
    """A share of a whole."""
    return format_percent(share, "#,##0.0%", locale=LOCALES[lang])


def money_text(fen: int, lang: Lang, *, unit: bool = True) -> str:
    """An amount as planners read it: 万元 in Chinese, yuan to the fen in English; without the unit the head says it."""
    if lang == "en":
        return yuan(fen, "en", unit=unit)
    return _apart(wan_yuan(fen, unit=False), "万元") if unit else wan_yuan(fen, unit=False)


def money_head(label: str, lang: Lang) -> str:
    """The head of a column of `money_text` without its unit: the head says it, the cells do not."""
    return f"{label}（万元）" if lang == "zh" else f"{label} (¥)"


def yuan_head(label: str, lang: Lang) -> str:
    """The head of a column of `resident_money_text` without its unit."""
    return f"{label}（元）" if lang == "zh" else f"{label} (¥)"


def resident_money_text(fen: int, lang: Lang, *, unit: bool = True) -> str:
    """An amount as residents read it: yuan to the fen in both languages."""
    return _apart(yuan(fen, "zh", unit=False), "元") if unit and lang == "zh" else yuan(fen, lang, unit=unit)


def _apart(figure: str, unit: str) -> str:
    """A figure and its unit on one line, a blank between them, as in every sentence of the catalogue."""
    return f"{figure}\N{NO-BREAK SPACE}{unit}"
