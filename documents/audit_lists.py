"""An auditor's list: its rule, then one sentence per finding with where it stands on the record, who, and the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.telling import Names, cost_said, words
from domain.auditing.finding import Finding
from domain.money import yuan
from texts import Both, Lang, both, literal

POSITIONS_MAX = 6
"""Of more witnesses the first ones are shown in a table; JSON has all."""


@dataclass(frozen=True)
class Found:
    """A finding in words, with who put its witnesses on the record."""

    finding: Finding
    sentence: Both
    who: tuple[str, ...]


def sentence(finding: Finding, what: Both, position: int, names: Names) -> Both:
    """A finding as one sentence; `what` is the sentence of the fact it is about, where it is about one."""
    said = words(finding.said, position, names)
    if finding.kind == "backdated":
        closed = finding.said["closed"]
        assert isinstance(closed, tuple)
        closings = Both.join((both(f"audit.closed.{name}") for name in closed), zh="，")
        said["what"] = what
        said["closed_said"] = both("audit.closed", closings=closings) if closed else literal("")
    if "use" in finding.said:
        said["use_said"] = both(f"audit.use.{finding.said['use']}")
    if finding.kind == "by-hand":
        costs = {key.removeprefix("cost."): str(loss) for key, loss in finding.said.items() if key.startswith("cost.")}
        said["cost"] = cost_said(costs)
    return both(f"audit.{finding.kind}", **said) + Both("。", ".")


def list_table(
    title: Both, rule: Both, found: Sequence[Found], count: int, position: int, lang: Lang
) -> RenderableType:
    """What `tongchou audit list` prints; `count` are all there are, of which `found` are shown."""
    note = Text(rule[lang], style="dim")
    if not found:
        return Group(Text(both("audit.none", title=title, position=position)[lang]), note)
    head = both("audit.count", title=title, count=count, position=position)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(both("audit.head.finding")[lang], overflow="fold")
    table.add_column(both("audit.head.positions")[lang], overflow="fold")
    table.add_column(both("audit.head.who")[lang], overflow="fold")
    table.add_column(both("audit.head.amount")[lang], justify="right", no_wrap=True)
    for one in found:
        at = [str(position) for position in one.finding.positions]
        places = ", ".join(at[:POSITIONS_MAX]) + (", …" if len(at) > POSITIONS_MAX else "")
        sum_said = yuan(one.finding.amount_fen, unit=False)
        table.add_row(Text(one.sentence[lang]), places, Text("\n".join(one.who)), sum_said)
    more = [Text(both("audit.more", count=count - len(found))[lang])] if count > len(found) else []
    return Group(Text(head[lang], style="bold"), note, table, *more)
