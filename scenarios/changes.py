"""What each change of a scenario does to a situation, exactly and without a log: set, scale, add, remove.

A change that names what does not exist, finds another value than it says, or leaves an entry its type refuses, is a
fault at its own line (`Unfit`, placed by `changed`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import msgspec

from domain.money import FEN_PER_YUAN, MoneyFault, parse_yuan
from domain.policy.checks import Finding
from domain.policy.expression import Expression, ExpressionFault
from domain.policy.faults import PolicyFaults
from domain.policy.placing import placed
from domain.policy.wording import Wording, found_words, suggest
from domain.policy.yaml_tree import Path, Tree
from scenarios.language import Add, AnyChange, Change, Remove, Scale, Set
from scenarios.situation import KINDS, POLICY, NoSuchPath, Situation, fields_of, name_of, steps_of

Edit = Callable[[Any], Any]
"""From the value that is there (None: none) to the one that shall be."""


class Unfit(ValueError):
    """A change that cannot be made: at which of its keys, what was found and expected, and the cure."""

    def __init__(self, key: str, found: str, expected: str, cure: str, suggestion: str | None = None) -> None:
        self.key = key
        self.wording = Wording("scenario-unfit", found, expected, cure, suggestion)
        super().__init__(expected)


def changed(situation: Situation, changes: Sequence[tuple[Path, AnyChange]], tree: Tree) -> Situation:
    """The situation after the changes, one after the other; each comes with its place in the file's `tree`.

    Raises `PolicyFaults` with every change that cannot be made, at its line.
    """
    findings = []
    for path, change in changes:
        try:
            situation = apply(situation, change)
        except Unfit as fault:
            findings.append(Finding((*path, fault.key), fault.wording))
    if findings:
        raise placed(findings, tree)
    return with_tranches_that_fit(situation)


def with_tranches_that_fit(situation: Situation) -> Situation:
    """Where a fund was made smaller than its tranches, those still to come shrink with it, the last due first.

    Money that arrived stays; a fund below that is refused by the decision, as it would be on the record.
    """
    for kind, code in sorted(situation.touched):
        if kind != "funds" or code not in situation.register.funds:
            continue
        fund = situation.register.funds[code]
        too_much = sum(tranche.amount_fen for tranche in fund.tranches) - fund.amount_fen
        fitted = {tranche.code: tranche for tranche in fund.tranches}
        to_come = [tranche for tranche in fund.tranches if tranche.arrived_on is None]
        for tranche in sorted(to_come, key=lambda one: (one.due_on or date.max, one.code), reverse=True):
            less = min(max(too_much, 0), tranche.amount_fen)
            too_much -= less
            fitted[tranche.code] = msgspec.structs.replace(tranche, amount_fen=tranche.amount_fen - less)
        if tuple(fitted.values()) != fund.tranches:
            shrunk = msgspec.structs.replace(fund, tranches=tuple(fitted.values()))
            situation = situation.with_entry(kind, code, shrunk)
    return situation


def apply(situation: Situation, change: AnyChange) -> Situation:
    """One change. `Decide` and `Use` are none of these: the first needs a log, the second other files."""
    try:
        match change:
            case Set():
                return _edit(situation, change, "set", change.set, _setting(change), default=None)
            case Scale():
                return _edit(situation, change, "scale", change.scale, _scaling(change.by), default=...)
            case Add():
                return _add(situation, change)
            case Remove():
                return _remove(situation, change)
    except NoSuchPath as fault:
        key = type(change).__name__.lower()
        found = f"`{fault.step}`" + (f" below `{fault.reached}`" if fault.reached else "")
        raise Unfit(key, found, fault.expected, "write one of them", fault.suggestion) from fault
    raise TypeError(f"{type(change).__name__} is not a change of a situation")


def _edit(situation: Situation, change: Change, key: str, path: str, edit: Edit, default: Any) -> Situation:
    every = [steps for steps in steps_of(path, situation) if _holds(situation, change.where, steps)]
    if not every:
        raise Unfit("where", f"no entry of `{path}` for which it holds", "at least one", "correct the condition")
    data = deepcopy(situation.policy_data) if every[0][0] == POLICY else None
    for steps in every:
        if data is None:
            situation = _edit_record(situation, key, steps, edit)
        else:
            _edit_data(data, key, steps[1:], edit, may_be_new=default is None)
    return situation if data is None else _with_policy(situation, key, data)


def _holds(situation: Situation, where: Expression | None, steps: list[str]) -> bool:
    if where is None:
        return True
    if len(steps) < 2 or steps[0] not in ("units", "projects", "funds"):
        raise Unfit("where", "a condition", "one only beside units, projects or funds", "delete it")
    try:
        answer = where.evaluate(situation.figures(steps[0], steps[1]))
    except ExpressionFault as fault:
        raise Unfit("where", "", "", fault.sentence.removesuffix(".")) from fault
    if not isinstance(answer, bool):
        raise Unfit("where", f"`{where}`, which is a figure", "a condition", "compare it, as in `stars <= 2`")
    return answer


def _edit_record(situation: Situation, key: str, steps: list[str], edit: Edit) -> Situation:
    kind, code, path = steps[0], steps[1] if len(steps) > 1 else "", steps[2] if len(steps) > 2 else ""
    if not path:
        raise Unfit(key, f"an entry, `{'.'.join(steps)}`", "the path of one of its fields", "add the field's name")
    record = situation.shelf(kind)[code]
    after = _edited(record, KINDS[kind], key, path, edit)
    return situation.with_entry(kind, code, after)


def _edited(record: Any, kind: type[msgspec.Struct], key: str, path: str, edit: Edit) -> Any:
    """A record with what lies at a path below it changed."""
    head, _, rest = path.partition(".")
    fields = fields_of(kind)
    if head not in fields:
        known = list(fields)
        raise Unfit(key, f"`{head}`", f"one of {', '.join(known)}", "write one of them", suggest(head, known))
    name = fields[head]
    now = getattr(record, name)
    if rest and isinstance(now, dict):
        value: Any = {**now, rest: edit(now.get(rest))}
    elif rest and isinstance(now, tuple):
        value = _edited_in(now, key, head, rest, edit)
    elif rest:
        raise Unfit(key, f"`{rest}` below `{head}`", "nothing below it", "delete it")
    else:
        value = edit(Money(now) if name.endswith("_fen") else now)
    return _converted(record, kind, name, value, key)


def _edited_in(entries: tuple[Any, ...], key: str, head: str, rest: str, edit: Edit) -> tuple[Any, ...]:
    """Tranches or pledges of a fund, with one of them changed."""
    code, _, field = rest.partition(".")
    known = [str(getattr(entry, "code", entry)) for entry in entries]
    if code not in known or not field:
        expected = f"one of {', '.join(known)}, and one of its fields" if known else f"no entry, as `{head}` has none"
        raise Unfit(key, f"`{rest}` below `{head}`", expected, "correct the path", suggest(code, known))
    return tuple(_edited(entry, type(entry), key, field, edit) if entry.code == code else entry for entry in entries)


def _converted(record: Any, kind: type[msgspec.Struct], name: str, value: Any, key: str) -> Any:
    """The record with one field changed, checked as if it had come from a file."""
    plain = msgspec.to_builtins(record)
    if value is None:
        plain.pop(name, None)
    else:
        plain[name] = msgspec.to_builtins(value)
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as fault:
        raise Unfit(
            "to" if key == "set" else key, found_words(value), expected_by_type(fault), "correct the value"
        ) from fault


_IN_WORDS = {
    "`int`": "a whole number",
    "`str`": "a text",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a section",
    "`decimal`": "a number",
    "`date`": "a date such as 2026-07-31",
    " <= ": ", at most ",
    " >= ": ", at least ",
}
"""msgspec's names of what a field takes, as an official would say them."""


def expected_by_type(fault: msgspec.ValidationError) -> str:
    """msgspec's complaint as what was expected: “a whole number, at most 5”, “the field `target`”."""
    said = str(fault).partition(" - at ")[0].removeprefix("Expected ").partition(", got ")[0]
    said = said.replace("Object missing required", "the").replace(" | null`", "`").removesuffix(".")
    for word, meant in _IN_WORDS.items():
        said = said.replace(word, meant)
    return said


def _edit_data(data: Any, key: str, steps: list[str], edit: Edit, *, may_be_new: bool) -> None:
    """Change what lies at a path of the policy's data, in place."""
    if not steps:
        raise Unfit(key, "the policy as a whole", "the path of something in it", "name what changes")
    holder = data
    for step in steps[:-1]:
        holder = holder[step] if isinstance(holder, dict) else next(one for one in holder if name_of(one) == step)
    last = steps[-1]
    if isinstance(holder, list):
        at = next((n for n, one in enumerate(holder) if name_of(one) == last), None)
        if at is None:
            raise Unfit(key, f"`{last}`", "an item of the list", "correct the path")
        holder[at] = edit(holder[at])
    elif last in holder or may_be_new:
        now = holder.get(last)
        holder[last] = _yuan_text(edit(Money(parse_yuan(now)))) if last.endswith("_yuan") and now else edit(now)
    else:
        raise Unfit(key, f"`{last}`", f"one of {', '.join(holder)}", "write one of them", suggest(last, list(holder)))


class Money(int):
    """An amount that is there, in whole fen; beside it stands a value written in yuan."""


def _yuan_text(value: Any) -> Any:
    """An amount in fen as a policy file writes it; what is no amount of ours is left to the policy's own check."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    whole, rest = divmod(value, FEN_PER_YUAN)
    return whole if not rest else f"{whole}.{rest:02d}"


def _setting(change: Set) -> Edit:
    def edit(now: Any) -> Any:
        to, was = change.to, change.was
        if isinstance(now, Money):
            to, was = _fen(to, "to"), None if was is None else _fen(was, "from")
        if was is not None and not _same(was, now):
            found = f"{found_words(now)} there" if not isinstance(now, Money) else f"{_yuan_text(int(now))} yuan there"
            raise Unfit(
                "from", found, f"{found_words(change.was)}, as `from` says", "correct `from`, or see who moved it"
            )
        return to

    return edit


def _same(was: Any, now: Any) -> bool:
    plain = msgspec.to_builtins(now) if isinstance(now, msgspec.Struct | tuple | date) else now
    given = msgspec.to_builtins(was) if isinstance(was, date) else was
    return bool(given == plain or (isinstance(plain, tuple | list) and list(given) == list(plain)))


def _fen(value: Any, key: str) -> int | None:
    try:
        return None if value is None else parse_yuan(value)
    except MoneyFault as fault:
        raise Unfit(key, found_words(value), fault.expected, fault.cure) from fault


def _scaling(by: Decimal) -> Edit:
    def edit(now: Any) -> Any:
        if isinstance(now, bool) or not isinstance(now, int | Decimal):
            raise Unfit("scale", f"{found_words(now)} there", "a number that can be multiplied", "name another field")
        product = Fraction(now) * Fraction(by)
        if isinstance(now, Decimal):
            exact = Decimal(product.numerator) / Decimal(product.denominator)
            return exact.quantize(Decimal("1E-9"), ROUND_HALF_EVEN).normalize()
        return round(product)  # of a Fraction: half-even

    return edit


def _add(situation: Situation, change: Add) -> Situation:
    kind, _, _rest = change.add.partition(".")
    if kind == POLICY:
        data = deepcopy(situation.policy_data)
        for steps in steps_of(change.add, situation):
            _extend(data, steps[1:], change)
        return _with_policy(situation, "entry", data)
    if kind not in KINDS:
        raise NoSuchPath(change.add, "", kind, [*KINDS, POLICY])
    if _rest:
        raise Unfit("add", f"`{change.add}`", f"the kind alone, `{kind}`", "put the code into the entry")
    fields = {"code": "code", **fields_of(KINDS[kind])}
    plain: dict[str, Any] = {}
    for word, value in change.entry.items():
        if word not in fields:
            expected = f"one of {', '.join(fields)}"
            raise Unfit("entry", f"the key `{word}`", expected, "write one of them", suggest(word, list(fields)))
        plain[fields[word]] = _fen(value, "entry") if fields[word].endswith("_fen") else _builtin(value)
    try:
        record = msgspec.convert(plain, KINDS[kind])
    except msgspec.ValidationError as fault:
        raise Unfit("entry", "", expected_by_type(fault), "complete or correct the entry") from fault
    code = str(plain["code"])
    if code in situation.shelf(kind):
        raise Unfit("entry", f"`{code}`, which is there already", "a code of its own", "use `set` to change it")
    return situation.with_entry(kind, code, record)


def _builtin(value: Any) -> Any:
    return msgspec.to_builtins(value, str_keys=True) if not isinstance(value, Decimal) else str(value)


def _extend(data: Any, steps: list[str], change: Add) -> None:
    holder = data
    for step in steps[:-1]:
        holder = holder[step] if isinstance(holder, dict) else next(one for one in holder if name_of(one) == step)
    last = steps[-1] if steps else ""
    there = holder.get(last) if isinstance(holder, dict) else None
    if there is None and isinstance(holder, dict) and last:
        holder[last] = change.entry if last not in ("rules", "criteria", "objectives") else [change.entry]
    elif isinstance(there, list):
        name = name_of(change.entry)
        if name is not None and name in [name_of(one) for one in there]:
            raise Unfit("entry", f"`{name}`, which is there already", "a name of its own", "use `set` to change it")
        there.append(change.entry)
    else:
        raise Unfit("add", f"`{change.add}`, which is there already", "a list of the policy, or a new key", "use `set`")


def _remove(situation: Situation, change: Remove) -> Situation:
    every = steps_of(change.remove, situation)
    if every and every[0][0] == POLICY:
        data = deepcopy(situation.policy_data)
        for steps in every:
            _drop(data, steps[1:], change)
        return _with_policy(situation, "remove", data)
    for steps in [one for one in every if _holds(situation, change.where, one)]:
        if steps[0] not in ("projects", "duties") or len(steps) != 2:
            expected = "a project, a duty or a part of the policy"
            raise Unfit("remove", f"`{'.'.join(steps)}`", expected, "set its figures to nothing instead")
        situation = situation.with_entry(steps[0], steps[1], None)
    return situation


def _drop(data: Any, steps: list[str], change: Remove) -> None:
    holder = data
    for step in steps[:-1]:
        holder = holder[step] if isinstance(holder, dict) else next(one for one in holder if name_of(one) == step)
    if not steps or (isinstance(holder, dict) and steps[-1] not in holder):
        raise Unfit("remove", f"`{change.remove}`", "something the policy has", "correct the path")
    if isinstance(holder, dict):
        del holder[steps[-1]]
    else:
        holder[:] = [one for one in holder if name_of(one) != steps[-1]]


def _with_policy(situation: Situation, key: str, data: Any) -> Situation:
    try:
        return situation.with_policy(data)
    except PolicyFaults as fault:
        first = fault.faults[0]
        where = f"(at `{first.path}` of the changed policy)"
        raise Unfit(key, first.found, f"{first.expected} {where}".strip(), first.cure, first.suggestion) from fault
