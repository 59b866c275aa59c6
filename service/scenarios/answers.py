"""What a run found, as a table for people and as one object for programs."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.text import Text

from documents.comparison import changes_table, compared, gates_table
from documents.wording import free
from domain.money import MINUS
from scenarios.gates import Passed
from service.scenarios.cases import figure_text
from service.scenarios.running import BASELINE, Explained, ScenarioRun
from service.scenarios.sides import ComparedSides, Side
from texts import Both, Lang, both, literal, text


def run_object(run: ScenarioRun) -> dict[str, Any]:
    """The run as one JSON object; the same scenario on the same base gives the same object."""
    scenario = run.composed.loaded.scenario
    return {
        "scenario": scenario.scenario,
        "scenario_hash": run.composed.scenario_hash,
        "question_zh": scenario.question.zh,
        "question_en": scenario.question.en,
        "based_on_position": run.position,
        "before": {"name": run.before.name, "plan_hash": run.before.plan.plan_hash},
        "after": {"name": run.after.name, "plan_hash": run.after.plan.plan_hash},
        "comparison": msgspec.to_builtins(run.comparison),
        "gates": [gate_object(one) for one in run.gates],
        "kept": run.kept,
        **({"explained": asdict(run.explained)} if run.explained is not None else {}),
    }


def run_table(run: ScenarioRun, lang: Lang) -> RenderableType:
    """What the terminal shows: the question, the answer with its numbers, the tables, the gates."""
    scenario = run.composed.loaded.scenario
    parts: list[RenderableType] = [Text(scenario.question.zh if lang == "zh" else scenario.question.en, style="bold")]
    register = run.after.register
    policies = [run.before.loaded.policy, run.after.loaded.policy]
    parts.append(compared(run.comparison, register, policies, lang, before=name_of(run.before.name)))
    if run.explained is not None:
        parts += _explained(run, run.explained, lang)
    if run.gates:
        parts.append(gates_table([gate_words(one, lang) for one in run.gates], lang))
    parts.append(Text(text("scenario.not_record", lang), style="dim"))
    return Group(*parts)


def sides_object(found: ComparedSides) -> dict[str, Any]:
    """Two sides as one JSON object."""
    return {
        "before": {"name": found.before.name, "plan_hash": found.before.plan.plan_hash},
        "after": {"name": found.after.name, "plan_hash": found.after.plan.plan_hash},
        "comparison": msgspec.to_builtins(found.comparison),
    }


def sides_table(found: ComparedSides, lang: Lang) -> RenderableType:
    """The same table as a run's, of two sides."""
    register = found.after.register
    policies = [found.before.loaded.policy, found.after.loaded.policy]
    return compared(found.comparison, register, policies, lang, before=side_name(found.sides[0]))


def side_name(side: Side) -> Both:
    """What a side is called in a sentence."""
    if side.kind == "record" and not side.what:
        return both("side.record_now")
    key = "record_position" if side.kind == "record" and side.what.isdigit() else side.kind
    return both(f"side.{key}", what=free(side.what))


def _explained(run: ScenarioRun, found: Explained, lang: Lang) -> list[RenderableType]:
    whys = [getattr(change, "why", "") for _, _, change in run.composed.changes]
    needed = "; ".join(whys[number] for number in found.needed)
    said = text("scenario.explained", lang, needed=needed) if found.needed else text("scenario.explained_nothing", lang)
    return [Text(said, style="bold"), changes_table(list(zip(whys, found.alone_fen, strict=True)), lang)]


def name_of(name: str) -> Both:
    """What an outcome is called."""
    return both("scenario.baseline") if name == BASELINE else literal(name)


def gate_object(one: Passed) -> dict[str, Any]:
    """A gate with what was measured, for programs."""
    gate = _words(one)
    return {**gate, "found": None if one.figure is None else figure_text(one.figure), "kept": one.kept}


def _words(one: Passed) -> dict[str, Any]:
    """A gate's own words."""
    words = one.gate.model_dump(exclude_none=True)
    return {key: format(value, "f") if isinstance(value, Decimal) else value for key, value in words.items()}


def gate_words(one: Passed, lang: Lang) -> dict[str, Any]:
    """A gate as tables show it: measure, of, found, wanted, kept."""
    gate = _words(one)
    asked = [key for key in ("at_least", "at_most", "equals") if key in gate]
    bounds = [text(f"scenario.{key}", lang, bound=_read_aloud(gate[key])) for key in asked]
    return {
        "measure": gate["measure"],
        "of": gate.get("of"),
        "found": "–" if one.figure is None else _read_aloud(figure_text(one.figure)),
        "wanted": ", ".join(bounds),
        "kept": one.kept,
    }


def _read_aloud(number: str) -> str:
    """A figure for people: separators, a true minus."""
    return f"{Decimal(number):,f}".replace("-", MINUS)
