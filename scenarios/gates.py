"""Gates: what a scenario's answer must keep, so that a county can hold its promises in a program that checks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.comparison import Comparison
from domain.policy.checks import Finding
from domain.policy.placing import placed
from domain.policy.wording import Wording, suggest
from domain.policy.yaml_tree import Tree
from scenarios.language import Gate
from scenarios.measures import MEASURES, Figure
from scenarios.outcome import Outcome


@dataclass(frozen=True)
class Passed:
    """One gate and what was measured; `kept` is False also where there was nothing to measure."""

    gate: Gate
    figure: Figure
    kept: bool


def check_gates(gates: Sequence[Gate], tree: Tree) -> None:
    """Raise `PolicyFaults` for every gate whose measure there is not, or that says `of` where it should not."""
    findings = []
    for number, gate in enumerate(gates):
        measure = MEASURES.get(gate.measure)
        if measure is None:
            known = sorted(MEASURES)
            expected = f"one of {', '.join(known)}"
            wording = Wording("scenario-no-measure", f"`{gate.measure}`", expected, "", suggest(gate.measure, known))
            findings.append(Finding(("gates", number, "measure"), wording))
        elif bool(measure.of) != (gate.of is not None):
            wanted = f"`of`, which {measure.of} is meant" if measure.of else "no `of`, as it is about the whole plan"
            findings.append(Finding(("gates", number), Wording("scenario-gate-of", "", wanted, "correct the gate")))
    if findings:
        raise placed(findings, tree)


def passed(gates: Sequence[Gate], outcome: Outcome, comparison: Comparison | None) -> list[Passed]:
    """Every gate with what was measured."""
    return [_passed(gate, measured(gate.measure, outcome, comparison, gate.of or "")) for gate in gates]


def measured(name: str, outcome: Outcome, comparison: Comparison | None, of: str = "") -> Figure:
    """One measure of the table, worked out."""
    return MEASURES[name].work_out(outcome, comparison, of)


def _passed(gate: Gate, figure: Figure) -> Passed:
    if figure is None:
        return Passed(gate, None, kept=False)
    kept = (
        (gate.at_least is None or figure >= Fraction(gate.at_least))
        and (gate.at_most is None or figure <= Fraction(gate.at_most))
        and (gate.equals is None or figure == Fraction(gate.equals))
    )
    return Passed(gate, figure, kept)
