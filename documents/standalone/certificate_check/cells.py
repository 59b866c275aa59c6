"""One row of a register's table: what its cells say, exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong


@dataclass(frozen=True)
class Row:
    """One row of a table by its headers; every reader below takes the column and gives what the cell says."""

    where: str
    cells: Mapping[str, str]

    def cell(self, column: str) -> str | None:
        return self.cells.get(column) or None

    def need(self, column: str) -> str:
        return self.cell(column) or self.bad(column, "a text")

    def bad(self, column: str, expected: str) -> Any:
        raise Wrong("cell", where=f"{self.where}, {column}", found=self.cells.get(column, ""), expected=expected)

    def codes(self, column: str) -> list[str]:
        return sorted({code.strip() for code in (self.cell(column) or "").split(";") if code.strip()})

    def flag(self, column: str) -> bool:
        word = (self.cell(column) or "no").lower()
        return (
            word in {"yes", "true", "1"}
            if word in {"yes", "no", "true", "false", "1", "0"}
            else self.bad(column, "yes or no")
        )

    def decimal(self, column: str) -> Decimal | None:
        text = self.cell(column)
        if text is None:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,30})?", text):
            self.bad(column, "a number")
        whole, _, part = text.lstrip("+").partition(".")
        part = part.rstrip("0")
        return Decimal(f"{whole}.{part}" if part else whole) + 0

    def count(self, column: str) -> int | None:
        value = self.decimal(column)
        if value is not None and value != int(value):
            self.bad(column, "a whole number")
        return None if value is None else int(value)

    def fen(self, column: str) -> int | None:
        value = self.decimal(column)
        if value is not None and (value < 0 or value * 100 != int(value * 100)):
            self.bad(column, "an amount in yuan, to the fen")
        return None if value is None else int(value * 100)

    def micro(self, column: str) -> int | None:
        value = self.decimal(column)
        return None if value is None else int(value.quantize(Decimal("0.000001"), ROUND_HALF_EVEN).scaleb(6))

    def day(self, column: str) -> str | None:
        text = self.cell(column)
        if text is None:
            return None
        if re.fullmatch(r"[0-9]{5}", text):  # a spreadsheet's day number
            return (date(1899, 12, 30) + timedelta(days=int(text))).isoformat()
        return text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else self.bad(column, "a date")

    def names(self) -> dict[str, Any]:
        zh, en = self.cell("name_zh"), self.cell("name_en")
        return {"name_zh": zh or en or self.bad("name_zh", "a name"), "name_en": en or zh}
