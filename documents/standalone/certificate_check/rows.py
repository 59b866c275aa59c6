"""The rows a plan must keep: what units share, what stands inside a unit, what counts the sites of a town."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from documents.standalone.certificate_check.case import Case
from documents.standalone.certificate_check.expression import figure_name
from documents.standalone.certificate_check.files import at, texts
from documents.standalone.certificate_check.policy import exact, yuan
from documents.standalone.certificate_check.sayings import Wrong

Column = tuple[str, ...]
"""("built", project), ("pays", fund, project), ("grant" | "rest", fund, unit), ("site", unit), ("short", row),
("left" | "full", fund), and ("welfare",), which stands for the whole county's."""
ENUMERATED_MAX = 12
"""Units with more projects are bounded piece by piece of their welfare; the rows inside them are then shared rows."""


class Linear:
    """`constant + Σ terms[column] · value[column]` in whole numbers."""

    def __init__(self, terms: Mapping[Column, int] | None = None, constant: int = 0) -> None:
        self.terms: dict[Column, int] = dict(terms or {})
        self.constant = constant

    def plus(self, other: Linear, factor: int = 1) -> Linear:
        result = Linear(self.terms, self.constant + factor * other.constant)
        for column, k in other.terms.items():
            result.terms[column] = result.terms.get(column, 0) + factor * k
        return result

    def value(self, values: Mapping[Column, int]) -> int:
        return self.constant + sum(k * values.get(column, 0) for column, k in self.terms.items())


@dataclass
class Shared:
    """One row `low <= terms <= high`; `label` is the rule, fund or step it belongs to."""

    name: str
    label: str
    terms: dict[Column, int]
    low: int | None
    high: int | None


class Rows:
    """All rows of a case by name, and the objectives' own expressions."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.every: list[Shared] = []
        """All rows as they were asked for, in their order."""
        self.shared: dict[str, Shared] = {}
        self.inside: dict[str, list[Shared]] = defaultdict(list)
        """Unit -> rows on its own projects and site alone, which are kept exactly."""
        self.counts: dict[str, list[Shared]] = defaultdict(list)
        """Township -> rows that count its sites, kept exactly too."""
        self.shorts: dict[int, Linear] = {}
        self.short_in_money: dict[int, bool] = {}
        self.benefit = Linear({("built", p): case.register.projects[p]["benefit"] for p in case.payers})
        self.left: dict[str, tuple[int, int]] = {}
        """Fund -> what it may leave at most, and what its grants can come to at most."""
        self.sites: set[str] = set()
        for code, payers in case.payers.items():
            paid = Linear({("pays", fund, code): 1 for fund in payers}).plus(
                Linear({("built", code): -case.cost[code]})
            )
            self._note(f"full-funding.{code}", "full-funding", paid, 0, 0)
        for code in case.funds:
            self._fund(code)
        self._order("prerequisites", "variants")
        for rule in case.rules:
            self._rule(rule)

    # Where a row belongs.

    def _add(self, name: str, label: str, row: Linear, low: int | None, high: int | None) -> None:
        self._note(name, label, row, low, high)
        terms: dict[Column, int] = {}
        for column, k in row.terms.items():
            if column[0] == "pays" and len(self.case.payers[column[2]]) == 1:  # then paying is building
                built = ("built", column[2])
                terms[built] = terms.get(built, 0) + k * self.case.cost[column[2]]
            elif column not in self.case.never:
                terms[column] = terms.get(column, 0) + k
        terms = {column: k for column, k in terms.items() if k}
        low, high = (None if end is None else end - row.constant for end in (low, high))
        units = {self.unit_of(column) for column in terms}
        local = all(column[0] in ("built", "site") for column in terms)
        (unit,) = units if len(units) == 1 else (None,)
        made = Shared(name, label, terms, low, high)
        if local and unit is not None and len(self.case.projects_of[unit]) <= ENUMERATED_MAX:
            self.inside[unit].append(made)
            return
        towns = {self.case.register.units[u]["township"] for u in units if u is not None}
        if len(towns) == 1 and None not in units and all(c[0] == "site" and k == 1 for c, k in terms.items()):
            self.counts[towns.pop()].append(made)
            return
        number, unique = 2, name
        while unique in self.shared:
            unique, number = f"{name}#{number}", number + 1
        made.name = unique
        self.shared[unique] = made

    def _note(self, name: str, label: str, row: Linear, low: int | None, high: int | None) -> None:
        terms = {column: k for column, k in row.terms.items() if k and column not in self.case.never}
        low, high = (None if end is None else end - row.constant for end in (low, high))
        self.every.append(Shared(name, label, terms, low, high))

    def unit_of(self, column: Column) -> str | None:
        if column[0] == "built":
            return str(self.case.register.projects[column[1]]["unit"])
        if column[0] == "pays":
            return str(self.case.register.projects[column[2]]["unit"])
        return column[-1] if column[0] in ("grant", "rest", "site") else None

    # Funds.

    def _fund(self, code: str) -> None:
        case, fund = self.case, self.case.funds[code]
        spent = Linear({("pays", code, p): 1 for p, payers in case.payers.items() if code in payers})
        envelope, whole = fund.cap // case.quantum, fund.total // case.quantum
        kind, bounds = ("grant", case.grants) if fund.decides else ("rest", {k: (0, n) for k, n in case.rests.items()})
        own = {unit: high for (f, unit), (_, high) in bounds.items() if f == code}
        given = Linear({(kind, code, unit): 1 for unit in own})
        if fund.decides:
            self._add(f"envelope.{code}", f"envelope.{code}", spent, None, envelope)
        if not fund.rest:
            high = whole if fund.decides else envelope
            self._add(f"budget.{code}", f"budget.{code}", spent.plus(given) if fund.decides else spent, None, high)
            return
        whole, most = whole if fund.decides else envelope, sum(own.values())
        if most >= whole:
            self._add(f"budget.{code}", f"budget.{code}", given.plus(spent), whole, whole)
            return
        left, full = ("left", code), ("full", code)
        self.left[code] = whole - most, most
        self._add(f"budget.{code}", f"budget.{code}", given.plus(spent).plus(Linear({left: 1})), whole, whole)
        name = f"left-only-when-full.{code}"
        self._add(name, name, Linear({left: 1, full: most - whole}), None, 0)
        name = f"full-means-full.{code}"
        self._add(name, name, given.plus(Linear({full: -most})), 0, None)

    def money(self, units: Iterable[str], funds: Any) -> Linear:
        """All that units receive from funds (none named: all), in quanta."""
        case, result = self.case, Linear()
        for unit in units:
            for code in case.funds if funds is None else texts(funds, "rule.funds"):
                if code not in case.funds:
                    continue
                result.constant += case.sure[code].get(unit, 0)
                for kind, bounds in (("grant", case.grants), ("rest", case.rests)):
                    if (code, unit) in bounds:
                        result.terms[kind, code, unit] = result.terms.get((kind, code, unit), 0) + 1
                for project in case.projects_of[unit]:
                    if code in case.payers[project]:
                        column = ("pays", code, project)
                        result.terms[column] = result.terms.get(column, 0) + 1
        return result

    # Rules.

    def _rule(self, rule: Mapping[str, Any]) -> None:
        kind, name = rule["rule"], rule["id"]
        if rule.get("kind", "must") == "should":
            number_ = self._class(rule)
            measure = kind in ("floor", "cap", "share", "unfinished-first")
            if self.short_in_money.setdefault(number_, measure) is not measure:
                raise Wrong("unknown", where=f"rule {name}", name="priority_class")
            self.shorts.setdefault(number_, Linear())
        if kind in ("floor", "cap"):
            self._limit(rule)
        elif kind == "share":
            self._share(rule)
        elif kind == "unfinished-first":
            case = self.case
            for code, cost in case.cost_fen.items():
                if case.register.projects[code]["started"]:
                    left = Linear(
                        {("built", code): -(cost // case.quantum)} if code in case.payers else {}, cost // case.quantum
                    )
                    self._demand(rule, code, left, None, 0)
        elif kind == "demonstration-sites":
            self._demonstration(rule)
        elif kind == "resource":
            self._resource(rule)
        else:
            self._order(*((name, None) if kind == "prerequisites" else (None, name)))

    def _class(self, rule: Mapping[str, Any]) -> int:
        value = rule.get("priority_class", 1)
        if type(value) is not int or not 1 <= value <= 9:
            raise Wrong("shape", where=f"rule {rule['id']}", found=value, expected="a class from 1 to 9")
        return value

    def _demand(
        self, rule: Mapping[str, Any], where: str, row: Linear, low: int | None, high: int | None, per: int = 1
    ) -> None:
        name = f"{rule['id']}.{where}"
        if rule.get("kind", "must") == "should":
            shorts = self.shorts[self._class(rule)]
            short = ("short", f"{name}#{len(shorts.terms)}")
            shorts.terms[short] = 1
            row = row.plus(Linear({short: per if low is not None else -per}))
        self._add(name, rule["id"], row, low, high)

    def _limit(self, rule: Mapping[str, Any]) -> None:
        case, where = self.case, f"rule {rule['id']}"
        for unit in case.chosen(rule.get("where")):
            if rule.get("amount_yuan") is not None:
                fen = yuan(rule["amount_yuan"], where)
            else:
                fen = yuan(rule.get("per_household_yuan"), where) * case.register.units[unit]["households"]
            row = self.money([unit], rule.get("funds"))
            if rule["rule"] == "floor":
                self._demand(rule, unit, row, -(-fen // case.quantum), None)
            else:
                self._demand(rule, unit, row, None, fen // case.quantum)

    def _share(self, rule: Mapping[str, Any]) -> None:
        case, units = self.case, self.case.register.units
        if rule.get("each") is None:
            groups = {"group": case.chosen(rule.get("where"))}
        else:
            by = case.word(rule, "each", ("township", "kind"), f"rule {rule['id']}")
            groups = {g: [u for u in units if units[u][by] == g] for g in sorted({one[by] for one in units.values()})}
        whole = self.money(units, rule.get("funds"))
        for group, members in groups.items():
            part = self.money(members, rule.get("funds"))
            for key, sign in (("at_least", 1), ("at_most", -1)):
                if rule.get(key) is not None:
                    s = exact(rule[key], f"rule {rule['id']}")
                    row = Linear().plus(part, sign * s.denominator).plus(whole, -sign * s.numerator)
                    self._demand(rule, group, row, 0, None, s.denominator)

    def _resource(self, rule: Mapping[str, Any]) -> None:
        """What projects use up beside money, at most or at least, by groups of units."""
        case, where, projects = self.case, f"rule {rule['id']}", self.case.register.projects
        headers = sorted({header for project in projects.values() for header in project["quantities"]})
        header = ({figure_name(h): h for h in headers} | {h: h for h in headers}).get(rule.get("quantity", ""))
        if header is None:
            raise Wrong("unknown", where=where, name=rule.get("quantity"))
        by = {"township": "township", "kind": "kind", "unit": "code"}.get(rule.get("each") or "")
        groups: dict[str, list[str]] = {}
        for unit in case.chosen(rule.get("where")):
            groups.setdefault(case.register.units[unit][by] if by else "county", []).append(unit)
        for name, units in sorted(groups.items()):
            used = {p: Fraction(projects[p]["quantities"].get(header, 0)) for u in units for p in case.projects_of[u]}
            for key, bound in self._limits_of(rule, units, where).items():
                scale = lcm(bound.denominator, *(amount.denominator for amount in used.values()))
                row = Linear({("built", p): int(amount * scale) for p, amount in used.items()})
                low, high = (int(bound * scale), None) if key == "least" else (None, int(bound * scale))
                self._demand(rule, f"{name}.{key}", row, low, high, scale)

    def _limits_of(self, rule: Mapping[str, Any], units: Sequence[str], where: str) -> dict[str, Fraction]:
        """The most and the least a group may use up, as far as the rule says."""
        limits = {}
        if rule.get("supply") is not None:
            limits["most"] = sum(self.case.figures(rule["supply"], units), Fraction(0))
        elif rule.get("at_most") is not None:
            limits["most"] = exact(rule["at_most"], where)
        if rule.get("at_least") is not None:
            limits["least"] = exact(rule["at_least"], where)
        return limits

    def _demonstration(self, rule: Mapping[str, Any]) -> None:
        case, kinds = self.case, texts(rule.get("town_kinds", ["town"]), f"rule {rule['id']}")
        least, most, points = (
            at({"sites_min": 2, "sites_max": 3, "benefit_per_site": 0, **rule}, key, int, f"rule {rule['id']}")
            for key in ("sites_min", "sites_max", "benefit_per_site")
        )
        for town, record in sorted(case.register.townships.items()):
            if record["kind"] not in kinds:
                continue
            count = Linear()
            for unit in sorted(u for u, one in case.register.units.items() if one["township"] == town):
                self._site(rule["id"], unit)
                if unit in self.sites:
                    count.terms["site", unit] = 1
                    self.benefit = self.benefit.plus(Linear({("site", unit): points}))
            self._demand(rule, f"{town}.least", count, least, None)
            self._demand(rule, f"{town}.most", count, None, most)

    def _site(self, rule: str, unit: str) -> None:
        """A unit that its projects can complete may be a site, when they do."""
        case = self.case
        closing = {
            have: [p for p in case.projects_of[unit] if have in case.register.projects[p]["closes"]]
            for have in case.missing[unit]
        }
        if unit in self.sites or not all(closing.values()):
            return
        self.sites.add(unit)
        for have, projects in sorted(closing.items()):
            row = Linear({("built", p): -1 for p in projects}).plus(Linear({("site", unit): 1}))
            self._add(f"{rule}.{unit}.{have}", rule, row, None, 0)

    def _order(self, prerequisites: str | None, variants: str | None) -> None:
        """What needs what, and what stands for what."""
        case, projects = self.case, self.case.register.projects
        if prerequisites is not None:
            for code in case.payers:
                for needed in projects[code]["requires"]:
                    if needed not in case.coming:
                        row = Linear({("built", code): 1})
                        if needed in case.payers:
                            row = row.plus(Linear({("built", needed): -1}))
                        self._add(f"{prerequisites}.{code}.{needed}", prerequisites, row, None, 0)
        if variants is not None:
            done = {projects[code]["variant_group"] for code in case.coming}
            groups: dict[str, Linear] = {}
            for code in case.payers:
                if group := projects[code]["variant_group"]:
                    groups.setdefault(group, Linear()).terms["built", code] = 1
            for group, row in sorted(groups.items()):
                self._add(f"{variants}.{group}", variants, row, None, 0 if group in done else 1)
