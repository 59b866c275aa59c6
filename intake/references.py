"""References: codes in one sheet that name rows of another, and the circles that prerequisites must not make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import cast

from intake.rows import Rows

_SUGGESTIONS_MAX = 50
_SEARCHED_MAX = 5_000
"""Looking for the code that was meant takes time by the number of codes: it is done for the first faults only."""
_SHOWN_MAX = 12


class Suggestions:
    """Which known code an unknown one may have meant."""

    def __init__(self) -> None:
        self._left = _SUGGESTIONS_MAX

    def clause(self, code: str, known: Collection[str]) -> str:
        """The likely code, or `–`."""
        if self._left <= 0 or len(known) > _SEARCHED_MAX:
            return "–"
        self._left -= 1
        close = get_close_matches(code, known, n=1, cutoff=0.7)
        return close[0] if close else "–"


def check_references(rows: Rows, key: str, known: Collection[str], sheet: str, suggestions: Suggestions) -> None:
    """Every code in column `key` must be among the codes of another sheet."""
    for row in rows.rows:
        value = row.values.get(key)
        for code in value if isinstance(value, tuple) else () if value is None else (value,):
            if code not in known:
                likely = suggestions.clause(str(code), known)
                details = {"code_": code, "sheet_": sheet}
                if likely == "–":
                    rows.fault("unknown-reference", row, key, **details)
                else:
                    rows.fault("misspelt-reference", row, key, likely=likely, **details)


def check_circles(rows: Rows, further: Mapping[str, Collection[str]]) -> None:
    """No project may need itself, directly or through others; each circle is told once, at its first row.

    `further` are the prerequisites of projects that stand elsewhere.
    """
    own = {str(row.values["code"]): row for row in reversed(rows.rows) if "code" in row.values}
    needs: dict[str, list[str]] = {code: sorted(codes) for code, codes in further.items()}
    needs |= {code: sorted(cast(tuple[str, ...], row.values.get("requires", ()))) for code, row in own.items()}
    for circle in circles(needs):
        inside = [code for code in circle if code in own]
        if inside:
            row = min((own[code] for code in inside), key=lambda row: row.number)
            start = circle.index(str(row.values["code"]))
            turned = [*circle[start:], *circle[:start], circle[start]]
            shown = turned if len(turned) <= _SHOWN_MAX else [*turned[: _SHOWN_MAX - 1], "…", turned[-1]]
            rows.fault("circle", row, "requires", circle=" → ".join(shown))


def circles(needs: Mapping[str, list[str]]) -> list[list[str]]:
    """One circle for every edge that closes one in a walk over all nodes in order; none means there is none at all.

    In a knot of very many circles only as many are told as come to ten times the number of nodes.
    """
    left = max(1_000, 10 * len(needs))
    done: set[str] = set()
    found: list[list[str]] = []
    for root in sorted(needs):
        if root in done:
            continue
        path: list[str] = []
        position: dict[str, int] = {}
        stack: list[tuple[str, int]] = [(root, 0)]
        while stack:
            node, at = stack.pop()
            if at == 0:
                position[node] = len(path)
                path.append(node)
            edges = needs.get(node, [])
            if at < len(edges):
                stack.append((node, at + 1))
                target = edges[at]
                if target in position:
                    if left > 0:
                        found.append(path[position[target] :])
                        left -= len(found[-1])
                elif target not in done:
                    stack.append((target, 0))
            else:
                done.add(node)
                path.pop()
                del position[node]
    return found
