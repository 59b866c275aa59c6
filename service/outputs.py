"""Handing a plan out: distribution table, report and JSON, written whole or not at all; the terminal summary."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from documents.console import summary
from documents.plan_json import plan_json
from documents.proof import objective_name
from domain.money import Lang
from service.files import whole_file
from service.planning import Computed, Planned
from service.sealing import Resting
from texts import text

TABLE, REPORT, JSON = "distribution.xlsx", "report.html", "plan.json"


def plan_object(computed: Computed, *, plan_id: str | None = None) -> dict[str, Any]:
    """The plan as one JSON object; the same case gives the same object, whatever the store."""
    content = plan_json(
        computed.plan,
        verified=True,
        register=computed.register,
        policy=computed.loaded.policy,
        measures=computed.measures,
    )
    return {"plan": plan_id, **content} if plan_id else content


def write_outputs(planned: Planned, folder: Path, *, lang: Lang = "zh", rests_on: Resting | None = None) -> list[Path]:
    """Write table, report, numbers and proof into a folder, each file whole or not at all; returns what was written.

    A plan that no certificate can be made for, as one changed by hand, goes out without. `rests_on` is what the papers
    say of the record they were made from, and of the checkpoint that seals it.
    """
    from service.certificates import PlanNotCertifiable, RegisterNotPortable, clear_proof, write_proof

    folder.mkdir(parents=True, exist_ok=True)
    papers = [
        whole_file(folder / name, write) for name, write in papers_of(planned, lang=lang, rests_on=rests_on).items()
    ]
    try:
        papers += write_proof(planned.computed, folder)
    except (PlanNotCertifiable, RegisterNotPortable):
        clear_proof(folder)  # that of an earlier plan would be found wrong beside this one
    return papers


def papers_of(
    planned: Planned, *, lang: Lang = "zh", rests_on: Resting | None = None
) -> dict[str, Callable[[Path], None]]:
    """File name -> what writes it, of the papers for people and programs: table, report, numbers."""
    from documents.distribution import write_distribution
    from documents.report import render_report

    computed = planned.computed
    register, policy, plan, measures = computed.register, computed.loaded.policy, computed.plan, computed.measures
    stamp, sentences = (rests_on.stamp, rests_on.sentences) if rests_on else (None, None)
    generated_for = {
        "plan": planned.plan_id,
        "state": planned.state,
        "position": plan.run.register_position,
        "verified": True,
        "hearing": planned.hearing,
        "checkpoint": stamp,
        "rests_on": sentences,
    }

    def report(path: Path) -> None:
        html = render_report(register, policy, plan, measures, lang_default=lang, generated_for=generated_for)
        path.write_text(html, encoding="utf-8")

    def table(path: Path) -> None:
        write_distribution(path, register, policy, plan, measures, checkpoint=stamp, rests_on=sentences)

    def numbers(path: Path) -> None:
        content = plan_object(computed, plan_id=planned.plan_id)
        if rests_on is not None:
            content["rests_on"] = rests_on.as_json()
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    return {TABLE: table, REPORT: report, JSON: numbers}


def console_summary(planned: Planned, lang: Lang) -> Any:
    """What the terminal shows of a plan: a renderable of `rich`."""
    return computed_summary(planned.computed, lang)


def computed_summary(computed: Computed, lang: Lang) -> Any:
    """The same of a plan that is on no record."""
    return summary(computed.register, computed.loaded.policy, computed.plan, computed.measures, lang=lang)


def step_name(step: str, lang: Lang) -> str:
    """A step of the strict order in words."""
    return objective_name(step)[lang]


def state_name(state: str, lang: Lang) -> str:
    """A plan's state in words."""
    return text(f"state.{state.replace('_', '-')}", lang)
