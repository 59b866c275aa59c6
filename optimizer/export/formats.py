"""A sheet as free-format MPS and as CPLEX LP, line by line; every number is written out whole.

Written here because the writers of OR-Tools give six digits (9007199254740991 becomes 9.0072e+15) and so another model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from optimizer.export.sheet import Row, Sheet

Format = Literal["mps", "lp"]
LINE_MAX = 200
"""Signs in a line of an LP file; readers stop at 255 or 560."""
_KIND = {"<=": "L", ">=": "G", "=": "E"}


def lines_of(sheet: Sheet, form: Format) -> Iterator[str]:
    """The file's lines, without their ends."""
    write: dict[Format, Callable[[Sheet], Iterator[str]]] = {"mps": mps_lines, "lp": lp_lines}
    return write[form](sheet)


def mps_lines(sheet: Sheet) -> Iterator[str]:
    """Free-format MPS, said to be free: without the word some readers take short names for columns of a card.

    OBJSENSE is what HiGHS, SCIP, CPLEX and Gurobi read; CBC reads past it and must be told `-max`, hence the comment.
    """
    if sheet.maximise:
        yield "* maximise; CBC does not read OBJSENSE: call it with -max, or give it the LP file"
    yield from (f"* {_ascii(line)}" for line in sheet.heading)
    yield "NAME tongchou FREE"
    yield "OBJSENSE"
    yield "    MAX" if sheet.maximise else "    MIN"
    yield "ROWS"
    yield " N  obj"
    yield from (f" {_KIND[row.sign]}  {row.name}" for row in sheet.rows)
    yield "COLUMNS"
    yield "    MARKER  'MARKER'  'INTORG'"
    held: list[list[tuple[str, int]]] = [[] for _ in sheet.columns]
    for c, k in sheet.objective.items():
        held[c].append(("obj", k))
    for row in sheet.rows:
        for c, k in zip(row.columns, row.coefficients, strict=True):
            if k:
                held[c].append((row.name, k))
    for name, entries in zip(sheet.columns, held, strict=True):
        for row_name, k in entries or [("obj", 0)]:
            yield f"    {name}  {row_name}  {k}"
    yield "    MARKER  'MARKER'  'INTEND'"
    yield "RHS"
    yield from (f"    rhs  {row.name}  {row.end}" for row in sheet.rows if row.end)
    yield "BOUNDS"
    for name, lower, upper in zip(sheet.columns, sheet.lower, sheet.upper, strict=True):
        if lower == upper:
            yield f" FX bound  {name}  {lower}"
        else:
            yield f" LO bound  {name}  {lower}"
            yield f" UP bound  {name}  {upper}"
    yield "ENDATA"


def lp_lines(sheet: Sheet) -> Iterator[str]:
    """CPLEX LP."""
    yield from (f"\\ {_ascii(line)}" for line in sheet.heading)
    yield "Maximize" if sheet.maximise else "Minimize"
    yield from _folded(" obj:", _terms(sheet, sheet.objective.items()))
    yield "Subject To"
    for row in sheet.rows:
        yield from _folded(f" {row.name}:", [*_terms(sheet, _of(row)), f"{row.sign} {row.end}"])
    yield "Bounds"
    for name, lower, upper in zip(sheet.columns, sheet.lower, sheet.upper, strict=True):
        yield f" {name} = {lower}" if lower == upper else f" {lower} <= {name} <= {upper}"
    yield "Generals"
    yield from _folded("", sheet.columns)
    yield "End"


def _of(row: Row) -> Iterable[tuple[int, int]]:
    return zip(row.columns, row.coefficients, strict=True)


def _terms(sheet: Sheet, entries: Iterable[tuple[int, int]]) -> list[str]:
    return [f"{'-' if k < 0 else '+'} {abs(k)} {sheet.columns[c]}" for c, k in entries]


def _folded(head: str, words: Iterable[str]) -> Iterator[str]:
    """Words in as many lines as they need."""
    line = head
    for word in words:
        if len(line) + len(word) >= LINE_MAX:
            yield line
            line = " "
        line += f" {word}"
    yield line


def _ascii(text: str) -> str:
    """A comment in plain ASCII, on one line: some readers count bytes."""
    return text.replace("\n", " ").encode("ascii", "backslashreplace").decode()
