"""A past told again as a table for people and as one object for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec
from rich.console import RenderableType

from documents.comparison import Words
from documents.retold import came_of, retold, summary
from documents.telling import said
from domain.counterfactual import Counterfactual, Retold
from service.asking.known import Known
from service.county import County
from service.registers import Moment, register_at
from texts import Both, Lang


def replay_table(county: County, found: Counterfactual, lang: Lang) -> RenderableType:
    """What the terminal shows; names are those of the record at the end of the stretch."""
    names = Known(county, found.until)
    sentences = {one.position: _said(one, names) for one in found.differing}
    return retold(found, sentences, Words(register_at(county, Moment(found.until)), []), lang)


def replay_object(county: County, found: Counterfactual) -> dict[str, Any]:
    """The whole ledger as one JSON object; the same record and ground give the same object."""
    names = Known(county, found.until)
    return {
        "since": found.since,
        "until": found.until,
        "ground": found.ground,
        "same": found.same,
        "summary": _texts(summary(found)),
        "steps": [_step(one, names) for one in found.steps],
        "plans": [
            {
                "plan": one.plan,
                "position": one.position,
                "plan_hash_recorded": one.before_hash,
                "plan_hash_found": one.after_hash,
                "comparison": None if one.comparison is None else msgspec.to_builtins(one.comparison),
            }
            for one in found.plans
        ],
        "open_lines": [{"plan": one.plan, **msgspec.to_builtins(one.line)} for one in found.open_lines],
        "totals": [asdict(one) for one in found.totals],
    }


def _step(step: Retold, names: Known) -> dict[str, Any]:
    """One decision; sums only where money moved, a refusal only where there was one."""
    row: dict[str, Any] = {
        "position": step.position,
        "recorded_at": step.recorded_at.isoformat(),
        "effective_on": step.effective_on.isoformat(),
        "fact": step.fact.stored_name(),
        "fate": step.fate,
        "recorded": _texts(_said(step, names)),
    }
    if step.recorded_fen is not None:
        row |= {"recorded_fen": step.recorded_fen, "found_fen": step.found_fen}
    if step.refusal is not None:
        row |= {"refusal": step.refusal.code, "said": _texts(came_of(step))}
    return row


def _said(step: Retold, names: Known) -> Both:
    return said(step.fact, step.position, names)


def _texts(words: Both) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
