"""The case: scores, funds, formula grants, costs and payers, worked out anew from register and policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import gcd, prod
from typing import Any

from documents.standalone.certificate_check.apportionment import apportion, whole_weights
from documents.standalone.certificate_check.expression import Expression, Names, Value, figure_name
from documents.standalone.certificate_check.files import at, only, texts
from documents.standalone.certificate_check.policy import (
    CHECKLIST,
    DROPPED_RULES,
    FORMULA_KEYS,
    FUND_KEYS,
    KNOWN_RULES,
    MUST_ONLY,
    POLICY_KEYS,
    RULE_KEYS,
    exact,
    yuan,
)
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.certificate_check.tables import Record, Register, plannable
from documents.standalone.certificate_check.welfare import Welfare


@dataclass
class FundCase:
    """One fund: how much, who may receive, what its formula is sure of."""

    total: int
    cap: int
    """For projects at most, in fen."""
    units: list[str]
    purposes: set[str]
    formula: Mapping[str, Any] | None
    decides: bool
    rest: bool
    floors: dict[str, int] = field(default_factory=dict)
    duties: dict[str, int] = field(default_factory=dict)
    sure: dict[str, int] = field(default_factory=dict)
    """Unit -> guaranteed formula grant in fen (mode `factor`)."""
    claims: set[str] = field(default_factory=set)
    """Units to which the formula gives a weight."""


class Case:
    """Register and policy worked out once more."""

    def __init__(self, register: Register, policy: Mapping[str, Any]) -> None:
        self.register = register
        self.policy = only(policy, POLICY_KEYS, "policy")
        self.checklist = texts(policy.get("checklist", CHECKLIST), "policy.checklist")
        self.projects_of: dict[str, list[str]] = {unit: [] for unit in register.units}
        self._names_of = {unit: self._figures(unit) for unit in register.units}
        self._score()
        self.policy_quantum = yuan(policy.get("quantum_yuan", 100), "policy.quantum_yuan")
        self.funds: dict[str, FundCase] = {}
        for code, spec in sorted(at(policy, "funds", dict, "policy").items()):
            fund = register.funds.get(code)
            if fund is None:
                raise Wrong("unknown", where="policy.funds", name=code)
            if fund["pooled"] and not fund["closed"]:
                self.funds[code] = self._fund(code, fund, only(spec, FUND_KEYS, f"policy.funds.{code}"))
        self._projects()
        self._quantum()
        self._welfare()
        every = [(rule, self._rule(rule)) for rule in at({"rules": [], **policy}, "rules", list, "policy")]
        self.rules = [understood for _, understood in every if understood is not None]
        self.dropped = sorted(rule["id"] for rule, understood in every if understood is None)
        """Rules that are not worked out: the plan is not held against them, and no bound rests on them."""

    # Figures and scores.

    def _figures(self, unit: str) -> Names:
        record = self.register.units[unit]
        town = self.register.townships.get(record["township"])
        if town is None:
            raise Wrong("unknown", where=f"unit {unit}", name=record["township"])
        values: dict[str, Value] = {
            "code": unit, "kind": record["kind"], "township": record["township"], "township_kind": town["kind"],
            "poor": record["poor"], "backward": record["backward"], "office_rented_out": record["office_rented_out"],
            "haves": sum(have in record["haves"] for have in self.checklist),
            "missing": sum(have not in record["haves"] for have in self.checklist),
            **{name: record[name] for name in ("households", "population", "stars", "last_result")},
            **{figure_name(f"has_{have}"): have in record["haves"] for have in self.checklist},
            **{figure_name(header): value for header, value in record["indicators"].items()},
        }  # fmt: skip
        for name, key, divisor in (
            ("income", "income_fen", 100), ("collective_income", "collective_income_fen", 100),
            ("longitude", "lon_e6", 10**6), ("latitude", "lat_e6", 10**6),
        ):  # fmt: skip
            values[name] = None if record[key] is None else Fraction(record[key], divisor)
        texts_of = {"code", "kind", "township", "township_kind"}
        found = {
            name: value if name in texts_of or isinstance(value, (bool, Fraction)) else Fraction(value)
            for name, value in values.items()
            if value is not None
        }
        return found.__getitem__

    def _score(self) -> None:
        rubric = only(
            at(self.policy, "priority", dict, "policy"), ("need", "need_label", "clause", "criteria"), "policy.priority"
        )
        need = Expression(rubric.get("need", ""))
        criteria = []
        for line in rubric.get("criteria", []):
            only(line, ("id", "clause", "add", "when", "per", "label"), "policy.priority.criteria")
            when, per = (Expression(line[key]) if key in line else None for key in ("when", "per"))
            criteria.append((exact(line.get("add"), "criteria.add"), when, per))
        self.need: dict[str, Fraction] = {}
        self.priority: dict[str, Fraction] = {}
        for unit, names in self._names_of.items():
            self.need[unit] = need.number(names, unit)
            self.priority[unit] = 1 + sum(
                (add * (1 if per is None else per.number(names, unit)) for add, when, per in criteria
                 if when is None or when.holds(names, unit)),
                Fraction(0),
            )  # fmt: skip
            if self.need[unit] <= 0 or self.priority[unit] <= 0:
                raise Wrong("expression", text="need × priority", unit=unit, found="not above 0")
        self.weight = {unit: self.need[unit] * self.priority[unit] for unit in self.need}
        self.total_weight = sum(self.weight.values(), Fraction(0))

    def chosen(self, where: Any) -> list[str]:
        """Units for which a condition holds; all without one."""
        if where is None:
            return list(self.register.units)
        asked = Expression(where)
        return [unit for unit, names in self._names_of.items() if asked.holds(names, unit)]

    def figures(self, expression: Any, units: Iterable[str]) -> list[Fraction]:
        """What an expression comes to for each of some units."""
        asked = Expression(expression)
        return [asked.number(self._names_of[unit], unit) for unit in units]

    # Funds and their formulas.

    def _fund(self, code: str, fund: Record, spec: Mapping[str, Any]) -> FundCase:
        total, where = plannable(fund), f"policy.funds.{code}"
        envelopes = only(spec.get("envelopes", {}), ("projects_at_most_yuan", "projects_at_most_share", "rest"), where)
        if "projects_at_most_share" in envelopes:
            cap = int(exact(envelopes["projects_at_most_share"], where) * total)
            cap -= cap % self.policy_quantum
        else:
            cap = min(yuan(envelopes.get("projects_at_most_yuan", 0), where), total)
        formula = None if spec.get("formula") is None else only(spec["formula"], FORMULA_KEYS, f"{where}.formula")
        result = FundCase(
            total=total,
            cap=cap,
            units=self.chosen(fund["eligibility"]),
            purposes=set(texts(spec.get("purposes") or fund["purposes"], where)),
            formula=formula,
            decides=formula is not None and self.word(spec, "mode", ("factor", "optimize"), where) == "optimize",
            rest=self.word(envelopes, "rest", ("unallocated", "formula"), where) == "formula",
        )
        for duty in self.register.duties.values():
            if duty["fund"] == code:
                result.duties[duty["unit"]] = result.duties.get(duty["unit"], 0) + duty["amount_fen"]
        if (formula is None and (result.duties or result.rest)) or set(result.duties) - set(result.units):
            raise Wrong("formula", fund=code)
        if formula is not None:
            self._split(code, result, formula)
        return result

    def word(self, data: Mapping[str, Any], key: str, words: Sequence[str], where: str) -> str:
        """One of a few words, the first where nothing is written."""
        value = data.get(key, words[0])
        if value not in words:
            raise Wrong("unknown", where=f"{where}.{key}", name=value)
        return str(value)

    def _split(self, code: str, fund: FundCase, formula: Mapping[str, Any]) -> None:
        """Floors and claims and, in mode `factor`, what the formula is sure to give out of what is not for projects."""
        names = {unit: self._of_formula(unit) for unit in fund.units}
        floor = formula.get("floor_yuan", 0)
        if isinstance(floor, list):
            steps = [
                (Expression(only(s, ("when", "amount_yuan"), "floor")["when"]), yuan(s["amount_yuan"], "floor"))
                for s in floor
            ]
            fund.floors = {u: next((fen for when, fen in steps if when.holds(names[u], u)), 0) for u in fund.units}
        else:
            fund.floors = dict.fromkeys(fund.units, yuan(floor, "floor"))
        factors = []
        for factor in at(formula, "factors", list, "formula"):
            only(factor, ("id", "clause", "share", "weight", "part", "label"), "formula.factors")
            asked, share = Expression(factor.get("weight", "")), exact(factor.get("share"), "formula.share")
            column = {u: asked.number(names[u], u) for u in fund.units}
            if min(column.values(), default=Fraction(0)) < 0:
                raise Wrong("formula", fund=code)
            factors.append((share, column))
            if share:
                fund.claims |= {u for u, weight in column.items() if weight > 0}
        if fund.decides:
            return
        groups: dict[str | None, tuple[int, list[str]]] = {None: (fund.total - fund.cap, fund.units)}
        if formula.get("group_by") is not None:
            by = self.word(formula, "group_by", ("township", "kind"), "formula")
            amounts = {
                at(g, "group", str, "groups"): yuan(g.get("amount_yuan"), "groups") for g in formula.get("groups", [])
            }
            groups = {
                g: (fen, [u for u in fund.units if self.register.units[u][by] == g]) for g, fen in amounts.items()
            }
        for amount, units in groups.values():
            self._split_group(code, fund, formula, factors, amount, units)

    def _split_group(
        self, code: str, fund: FundCase, formula: Mapping[str, Any],
        factors: Sequence[tuple[Fraction, dict[str, Fraction]]], amount: int, units: list[str],
    ) -> None:  # fmt: skip
        sure = [fund.floors[u] + fund.duties.get(u, 0) for u in units]
        rest = amount - sum(sure)
        if rest < 0:
            raise Wrong("formula", fund=code)
        columns = []
        for share, column in factors:
            weights = whole_weights([column[u] for u in units])
            if sum(weights) and share:
                columns.append((share, weights, sum(weights)))
        shares, scale = whole_weights([share for share, *_ in columns]), prod(whole for *_, whole in columns)
        claims = [0] * len(units)
        for (_, weights, whole), part in zip(columns, shares, strict=True):
            times = 1 if len(columns) == 1 else part * (scale // whole)
            claims = [claim + times * weight for claim, weight in zip(claims, weights, strict=True)]
        rooms = None
        if formula.get("cap_yuan") is not None:
            rooms = [yuan(formula["cap_yuan"], "cap") - fund.floors[u] for u in units]
        given = self._give(rest, claims, rooms, str(formula.get("method", "sainte-lague")))
        fund.sure |= {u: own + more for u, own, more in zip(units, sure, given, strict=True)}

    def _give(self, fen: int, claims: list[int], rooms: list[int] | None, method: str) -> list[int]:
        """Whole quanta by the claims; what is less than a quantum goes to the unit that would be served next."""
        if not any(claims):
            return [0] * len(claims)
        q = self.policy_quantum
        wide = fen // q + 1
        caps = [wide if rooms is None else room // q for room in rooms or claims]
        caps = [cap if claim else 0 for cap, claim in zip(caps, claims, strict=True)]
        quanta = min(fen // q, sum(caps))
        served = apportion(quanta, claims, caps, method)
        given = [part * q for part in served]
        left = fen - quanta * q
        if left and (rooms is None or quanta < sum(caps)):
            after = apportion(quanta + 1, claims, caps, method)
            given[next(i for i, (now, then) in enumerate(zip(served, after, strict=True)) if then > now)] += left
        elif left and rooms is not None:
            for i in sorted(range(len(claims)), key=lambda i: (-claims[i], i)):
                step = min(rooms[i] - given[i], left) if claims[i] else 0
                given[i], left = given[i] + step, left - step
        return given

    def _of_formula(self, unit: str) -> Names:
        scores = {"need": self.need[unit], "priority": self.priority[unit], "weight": self.weight[unit]}
        return lambda name: scores[name] if name in scores else self._names_of[unit](name)

    # Projects, quanta, welfare.

    def _projects(self) -> None:
        every = self.register.projects
        open_ = {c: p for c, p in every.items() if p["stage"] == "admitted" and p["cost_fen"] > p["spent_fen"]}
        self.cost_fen = {code: project["cost_fen"] - project["spent_fen"] for code, project in open_.items()}
        self.coming = {
            c for c, p in every.items() if p["stage"] == "accepted" or (p["stage"] == "admitted" and c not in open_)
        }
        self.payers: dict[str, list[str]] = {}
        for code, project in open_.items():
            payers = [
                f for f, fund in self.funds.items()
                if fund.cap > 0 and project["unit"] in fund.units and fund.purposes.issuperset(project["purposes"])
            ]  # fmt: skip
            if payers:
                if project["unit"] not in self.projects_of:
                    raise Wrong("unknown", where=f"project {code}", name=project["unit"])
                self.payers[code] = payers
                self.projects_of[project["unit"]].append(code)
        self.missing: dict[str, list[str]] = {}
        for unit, record in self.register.units.items():
            paid = [
                every[c]["closes"] for c in self.coming if every[c]["unit"] == unit and every[c]["stage"] == "admitted"
            ]
            have = {*record["haves"], *(have for closes in paid for have in closes)}
            self.missing[unit] = [one for one in self.checklist if one not in have]

    def _quantum(self) -> None:
        amounts = [self.policy_quantum, *self.cost_fen.values()]
        for fund in self.funds.values():
            amounts += [fund.total, fund.cap, *fund.duties.values()]
            if fund.formula is not None:
                floor = fund.formula.get("floor_yuan", 0)
                amounts += (
                    [yuan(s["amount_yuan"], "floor") for s in floor]
                    if isinstance(floor, list)
                    else [yuan(floor, "floor")]
                )
                amounts.append(yuan(fund.formula.get("cap_yuan") or 0, "cap"))
                amounts += [yuan(g["amount_yuan"], "groups") for g in fund.formula.get("groups", [])]
        self.quantum = gcd(*amounts)
        self.cost = {code: self.cost_fen[code] // self.quantum for code in self.payers}
        self.sure = {f: {u: fen // self.quantum for u, fen in fund.sure.items()} for f, fund in self.funds.items()}
        self.grants: dict[tuple[str, str], tuple[int, int]] = {}
        self.rests: dict[tuple[str, str], int] = {}
        for code, fund in self.funds.items():
            if fund.formula is None:
                continue
            cap = fund.formula.get("cap_yuan")
            for unit in fund.units:
                duty = fund.duties.get(unit, 0)
                if fund.decides:
                    high = fund.total if cap is None else min(yuan(cap, "cap") + duty, fund.total)
                    self.grants[code, unit] = ((fund.floors[unit] + duty) // self.quantum, high // self.quantum)
                elif fund.rest:
                    room = fund.cap
                    if cap is not None:
                        room = min(room, yuan(cap, "cap") - fund.sure[unit] + duty)
                    if fund.formula.get("groups") or unit not in fund.claims:
                        room = 0
                    self.rests[code, unit] = room // self.quantum
        self.never: set[tuple[str, ...]] = {("rest", *pair) for pair, room in self.rests.items() if not room}
        self.never |= {("grant", *pair) for pair, bounds in self.grants.items() if bounds == (0, 0)}

    def _welfare(self) -> None:
        spec = only(self.policy.get("welfare", {}), ("alpha", "pieces"), "policy.welfare")
        alpha = exact(spec.get("alpha", 1), "welfare.alpha")
        if alpha not in (0, Fraction(1, 2), 1, 2):
            raise Wrong("unknown", where="policy.welfare", name=alpha)
        pieces = spec.get("pieces", 12)
        if type(pieces) is not int or not 2 <= pieces <= 64:
            raise Wrong("shape", where="policy.welfare.pieces", found=pieces, expected="2 to 64")
        money = Fraction(sum(fund.total for fund in self.funds.values()), self.quantum)
        mean = money / self.total_weight if self.total_weight else Fraction(0)
        self.welfare = Welfare.scale(Decimal(alpha.numerator) / alpha.denominator, pieces, mean)
        self.pieces = {unit: self.welfare.pieces(weight) for unit, weight in self.weight.items()}
        self.held = {unit: sum(own.get(unit, 0) for own in self.sure.values()) for unit in self.register.units}

    def _rule(self, rule: Any) -> Mapping[str, Any] | None:
        """A rule as it is understood; None for one that only forbids and is dropped."""
        kind, name = at(rule, "rule", str, "policy.rules"), at(rule, "id", str, "policy.rules")
        must = self.word(rule, "kind", ("must", "should"), f"rule {name}") == "must"
        if kind in DROPPED_RULES and must and not rule.get("points_per_pair"):
            return None
        if kind not in KNOWN_RULES or (kind in MUST_ONLY and not must):
            raise Wrong("unknown", where="policy.rules", name=kind)
        return only(rule, RULE_KEYS | KNOWN_RULES[kind], f"rule {rule['id']}")
