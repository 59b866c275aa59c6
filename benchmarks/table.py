"""The table and the picture of a run: each task a row, each subject a column, medians over the seeded counties.

A subject that did not reach what was asked within the limit is shown as more than the limit, with the gap it reached
by its own bound; ratios are then “at least”. The ratio is that of Tongchou to the best raw engine of the same run.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from math import log10
from statistics import median
from typing import Any

from documents.svg.markup import tag

RAW = ("cp-sat", "highs", "gscip")
OURS = "tongchou"
WIDTH, ROW, LEFT, TEXT = 900, 18, 260, 12
LEAST_SECONDS, DECADES = 0.001, 5


@dataclass(frozen=True)
class Measured:
    """One subject on one task and one county."""

    task: str
    subject: str
    seed: str
    seconds: float
    reached: bool
    """Whether it got as near to the best as was asked, by its own bound."""
    gap: float | None
    """What it left open, as a part of its value."""

    @classmethod
    def of(cls, one: dict[str, Any]) -> Measured | None:
        """From what pytest-benchmark writes down; None for benchmarks that compare nothing."""
        info = one["extra_info"]
        if "task" not in info:
            return None
        seconds = float(one["stats"]["median"])
        return cls(info["task"], info["subject"], str(info["seed"]), seconds, bool(info["reached"]), info["gap"])

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Cell:
    """A subject's median on a task."""

    seconds: float
    reached: int
    counties: int
    gap: float | None

    def __str__(self) -> str:
        if self.reached == self.counties:
            return f"{self.seconds:.3g} s"
        left = "–" if self.gap is None else f"{self.gap:.2%}"
        return f">{self.seconds:.3g} s ({self.reached}/{self.counties}, {left})"


def cells(measured: list[Measured]) -> dict[str, dict[str, Cell]]:
    """Task -> subject -> median, in the order they were measured."""
    grouped: dict[str, dict[str, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    for one in measured:
        grouped[one.task][one.subject].append(one)
    return {
        task: {
            subject: Cell(
                median(one.seconds for one in found),
                sum(one.reached for one in found),
                len(found),
                median(gaps) if (gaps := [one.gap for one in found if one.gap is not None]) else None,
            )
            for subject, found in subjects.items()
        }
        for task, subjects in grouped.items()
    }


def table(measured: list[Measured]) -> str:
    """The table as text."""
    found = cells(measured)
    subjects = list(dict.fromkeys(one.subject for one in measured))
    lines = [["task", *subjects, "ratio to the best raw engine"]]
    for task, row in found.items():
        lines.append([task, *(str(row.get(subject, "")) for subject in subjects), _ratio(row)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _ratio(row: dict[str, Cell]) -> str:
    """How many times quicker Tongchou was than the best raw engine."""
    raw = [row[subject] for subject in RAW if subject in row]
    ours = row.get(OURS)
    if ours is None or not raw or ours.reached < ours.counties:
        return "–"
    done = [cell for cell in raw if cell.reached == cell.counties]
    best = min(cell.seconds for cell in done or raw)
    return f"{'' if done else '≥ '}{best / ours.seconds:.1f}×"


def picture(measured: list[Measured]) -> str:
    """Bars on a logarithmic scale, one group a task; a bar that ran into the limit is open at its end."""
    found = cells(measured)
    pieces, y = [], ROW
    for task, row in found.items():
        pieces.append(tag("text", task, x=8, y=y + TEXT, font_weight="bold"))
        y += ROW
        for subject, cell in row.items():
            width = max(3, int((WIDTH - LEFT) * (log10(max(cell.seconds, LEAST_SECONDS) / LEAST_SECONDS)) / DECADES))
            fill = "#1b7f5c" if subject == OURS else "#9aa5b1"
            dashes = {} if cell.reached == cell.counties else {"stroke": "#b3261e", "stroke_dasharray": "4 3"}
            pieces.append(tag("text", f"{subject}  {cell}", x=24, y=y + TEXT))
            pieces.append(tag("rect", x=LEFT, y=y + 2, width=width, height=ROW - 5, fill=fill, **dashes))
            y += ROW
        y += ROW // 2
    words = "Seconds, logarithmic; dashed: not reached within the limit"
    pieces.append(tag("text", words, x=8, y=y + TEXT))
    body = tag(
        "svg",
        *pieces,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {y + ROW}",
        font_family="sans-serif",
        font_size=TEXT,
    )
    return str(body)
