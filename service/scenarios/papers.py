"""Handing a comparison out: a page, a workbook and the figures as JSON, each file whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from documents.compared import ChangeRow, Compared, GateRow, Side, State
from documents.measure_words import measure_name
from documents.svg.markup import speaking
from documents.wording import free, money_unit, shown
from scenarios.gates import Passed
from scenarios.language import Add, AnyChange, Decide, Remove, Scale, Set, Use
from scenarios.outcome import Outcome
from service.files import whole_file
from service.scenarios.answers import gate_words, name_of, side_name
from service.scenarios.running import ScenarioRun
from service.scenarios.sides import ComparedSides
from service.scenarios.sides import Side as Asked
from texts import Both, Lang, both, literal

PAGE, TABLE, JSON = "comparison.html", "comparison.xlsx", "comparison.json"
BODIES: Mapping[Lang, str] = {"zh": "comparison.zh.html", "en": "comparison.en.html"}
"""What the page says, without a head, for pages of a server: a file for each language."""


def paper_of_run(run: ScenarioRun) -> Compared:
    """What the papers of a scenario say."""
    scenario = run.composed.loaded.scenario
    alone = run.explained.alone_fen if run.explained is not None else None
    return Compared(
        question=Both(scenario.question.zh, scenario.question.en),
        state="what-if",
        before=_side(run.before, name_of(run.before.name)),
        after=_side(run.after, free(run.after.name)),
        comparison=run.comparison,
        changes=tuple(
            ChangeRow(
                change_words(change), getattr(change, "why", ""), _alone(alone[number]) if alone is not None else None
            )
            for number, (_, _, change) in enumerate(run.composed.changes)
        ),
        gates=tuple(_gate(one) for one in run.gates),
        stamps=(
            (both("stamp.scenario"), free(scenario.scenario)),
            (both("stamp.scenario_hash"), literal(run.composed.scenario_hash[:12])),
            (both("stamp.position"), literal(run.position)),
        ),
    )


def paper_of_sides(found: ComparedSides) -> Compared:
    """What the papers of two sides say."""
    names = [side_name(side) for side in found.sides]
    return Compared(
        question=both("comparing.question", before=names[0], after=names[1]),
        state=_state(found.sides),
        before=_side(found.before, names[0]),
        after=_side(found.after, names[1]),
        comparison=found.comparison,
        stamps=(
            (both("scenario.was"), free(found.sides[0].given)),
            (both("scenario.is"), free(found.sides[1].given)),
        ),
    )


def write_papers(paper: Compared, content: dict[str, Any], folder: Path, *, lang: Lang = "zh") -> list[Path]:
    """Page, workbook and figures into a folder; returns what was written."""
    from documents.comparison_page import render_comparison
    from documents.comparison_sheet import write_comparison

    folder.mkdir(parents=True, exist_ok=True)
    page = render_comparison(paper, lang_default=lang)
    figures = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return [
        whole_file(folder / PAGE, lambda path: _write(path, page)),
        whole_file(folder / TABLE, lambda path: write_comparison(path, paper)),
        whole_file(folder / JSON, lambda path: _write(path, figures)),
    ]


def papers_of(paper: Compared, content: dict[str, Any], folder: Path) -> list[str]:
    """Everything that can be handed out of a comparison, into a folder; the names of the files."""
    from documents.comparison_page import comparison_body

    files = write_papers(paper, content, folder) + write_bodies(BODIES, partial(comparison_body, paper), folder)
    return [path.name for path in files]


def comparison_said(found: ComparedSides, lang: Lang) -> str:
    """What the page of two sides says, in one language."""
    from documents.comparison_page import comparison_body

    with speaking(lang):
        return comparison_body(paper_of_sides(found))


def write_bodies(bodies: Mapping[Lang, str], body: Callable[[], str], folder: Path) -> list[Path]:
    """What a page says, in each language, into files of a folder; `body` writes it in the language spoken then."""

    def written(lang: Lang, name: str) -> Path:
        with speaking(lang):
            said = body()
        return whole_file(folder / name, lambda path: _write(path, said))

    return [written(lang, name) for lang, name in bodies.items()]


def change_words(change: AnyChange) -> Both:
    """What a change does, in its own paths."""
    match change:
        case Set():
            was = f"{_plain(change.was)} → " if change.was is not None else "→ "
            return literal(f"{change.set}: {was}{_plain(change.to)}")
        case Scale():
            return literal(f"{change.scale} × {_plain(change.by)}")
        case Add():
            return both("side.added", path=change.add, entry=_entry(change.entry))
        case Remove():
            return both("side.removed", path=change.remove)
        case Decide():
            return both("side.decided", decision=change.decide, arguments=_plain(change.arguments))
        case Use():
            return literal(change.use)


def _entry(entry: Any) -> Both:
    """What is added by its label, or else as it is written."""
    label = entry.get("label") if isinstance(entry, dict) else None
    if isinstance(label, dict) and label.get("zh") and label.get("en"):
        return Both(shown(str(label["zh"])), shown(str(label["en"])))
    return literal(_plain(entry))


def _plain(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)[:200]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _alone(fen: int | None) -> Both:
    return both("scenario.impossible_alone") if fen is None else money_unit(fen)


def _state(sides: Sequence[Asked]) -> State:
    if any(side.hypothetical for side in sides):
        return "what-if"
    return "past" if any(side.kind == "record" for side in sides) else "record"


def _side(outcome: Outcome, name: Both) -> Side:
    return Side(name, outcome.register, outcome.loaded.policy, outcome.plan)


def _gate(one: Passed) -> GateRow:
    zh, en = (gate_words(one, lang) for lang in ("zh", "en"))
    called = measure_name(f"{en['measure']} {en['of'] or ''}".strip())
    return GateRow(called, en["found"], Both(zh["wanted"], en["wanted"]), one.kept)


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
