"""From a changed situation to the decisions that bring a branch there: the same ones the county itself would take.

What a named decision can say, it says (a unit struck off, a project withdrawn, a duty moved with its money); the rest
is said as a register file would say it. Afterwards the branch must stand exactly where the scenario wanted it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from domain.decisions.base import Deciding
from domain.decisions.common import changed_names
from domain.decisions.duties import MoveDuty
from domain.decisions.register import ImportRegister
from domain.decisions.units import CorrectUnit, ListBackward, RegisterUnit, StrikeOff
from domain.decisions.works import WithdrawProject
from domain.errors import Refusal
from domain.facts import Mandate
from domain.policy.yaml_writing import yaml_text
from domain.register import Register
from scenarios.situation import POLICY, Situation
from service.county import County
from service.policies import adopt_policy, parse_policy
from service.registers import moment, register_at


class ScenarioOutOfReach(Refusal):
    """A change no decision of the county can make."""

    code = "scenario-out-of-reach"
    sentence_en = "No decision can make this change: {what}."
    cure_en = "State it as what the county could decide, or begin from another register."


def decide_changes(county: County, before: Situation, after: Situation, mandate: Mandate) -> None:
    """Take the decisions that lead from one situation to the other, on a branch.

    Raises the decisions' own refusals, or `ScenarioOutOfReach`; the branch then is as far as it came.
    """
    for number, decision in enumerate(_decisions(before, after, mandate)):
        decision.mandate = replace(mandate, command=f"{mandate.command}-{number}")
        county.decide(decision)
    if after.loaded.policy_hash != before.loaded.policy_hash:
        adopt_policy(county, _next_version(before, after), replace(mandate, command=f"{mandate.command}-policy"))
    wanted = [(kind, code) for kind, code in sorted(after.touched) if kind != POLICY]
    if wanted:
        stands = register_at(county, moment(county))
        for kind, code in wanted:
            if _fields(stands, kind, code) != _fields(after.register, kind, code):
                raise ScenarioOutOfReach(what=f"{kind}.{code}")


def _fields(register: Register, kind: str, code: str) -> Any:
    """An entry as far as plans go by it; a withdrawn project is none."""
    entry = getattr(register, kind).get(code)
    return None if entry is None or getattr(entry, "stage", "") == "withdrawn" else _without_reason(entry)


def _without_reason(entry: Any) -> Any:
    """A unit without the words why it is on the list: a decision writes its own."""
    return replace(entry, backward_reason=None) if hasattr(entry, "backward_reason") else entry


def _decisions(before: Situation, after: Situation, mandate: Mandate) -> Iterator[Deciding]:
    order = {"townships": 0, "units": 1, "funds": 2, "projects": 3, "duties": 4}
    for kind, code in sorted((one for one in after.touched if one[0] != POLICY), key=lambda one: (order[one[0]], one)):
        old, new = before.shelf(kind).get(code), after.shelf(kind).get(code)
        if old != new:
            yield from _of_entry(kind, code, old, new, after.register, mandate)


def _of_entry(kind: str, code: str, old: Any, new: Any, register: Register, mandate: Mandate) -> Iterator[Deciding]:
    match kind:
        case "units" if old is None:
            yield RegisterUnit(mandate=mandate, entry=new)
        case "units":
            yield from _of_unit(code, old, new, mandate)
        case "projects" if new is None:
            yield WithdrawProject(mandate=mandate, project=code, reason=mandate.why)
        case "duties" if new is not None:
            yield MoveDuty(
                mandate=mandate, duty=code, unit=new.unit, fund=new.fund, amount_fen=new.amount_fen, name=new.name
            )
        case _ if new is not None:
            yield ImportRegister(mandate=mandate, wanted=_file_with(kind, code, new, register))
        case _:
            raise ScenarioOutOfReach(what=f"{kind}.{code} is taken away")


def _of_unit(code: str, old: Any, new: Any, mandate: Mandate) -> Iterator[Deciding]:
    if new.backward and not old.backward:
        yield ListBackward(mandate=mandate, unit=code, reason=mandate.why)
    elif old.backward and not new.backward:
        yield StrikeOff(mandate=mandate, unit=code, evidence=mandate.why)
    others = [name for name in changed_names(old, new) if name not in ("backward", "backward_reason")]
    if others:
        yield CorrectUnit(mandate=mandate, unit=code, changes={name: getattr(new, name) for name in others})


def _file_with(kind: str, code: str, entry: Any, register: Register) -> Register:
    """A register file that says one entry and nothing else."""
    bare: dict[str, Any] = {"townships": {}, "units": {}, "projects": {}, "funds": {}, "areas": {}, "duties": {}}
    return replace(register, adjacency=(), **{**bare, kind: {code: entry}})


def _next_version(before: Situation, after: Situation) -> Any:
    """The changed policy as the next version of the one in force, which is how a county changes its policy."""
    data = {**after.policy_data, "version": before.loaded.policy.version + 1}
    return parse_policy(yaml_text(data), after.register)
