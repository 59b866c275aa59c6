"""The command line: what was found, as a table, as JSON, or as the one sentence that is wrong."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from documents.standalone.certificate_check.files import read_json
from documents.standalone.certificate_check.impossible import Refuted, check_impossible
from documents.standalone.certificate_check.sayings import Wrong, brief
from documents.standalone.certificate_check.steps import check

TABLE = {
    "en": (
        "Step",
        "The plan reaches",
        "Certified: at best",
        "Certified gap",
        "Solver: at best",
        "Solver's gap",
        "Unit",
    ),
    "zh": ("步骤", "方案达到", "已证：至多（至少）", "已证差距", "求解器的界", "求解器差距", "单位"),
}
ENDS = {
    "en": ("Without a price, and so not part of the proof of {step}: {names}.", "All that is stated is right."),
    "zh": ("{step} 的证明没有用到（未定价）：{names}。", "所写属实，全部核对无误。"),
}
NO_PLAN = {
    "en": (
        "Right: no plan keeps these rules within the funds: {names}. Cases told apart: {cases}, each a contradiction.",
        "Taken on trust, as this check does not know their rules or has no policy to work them out: {names}.",
    ),
    "zh": (
        "属实：没有方案能在资金范围内同时守住这些规则：{names}。共分 {cases} 种情形，每种都自相矛盾。",
        "以下各行按原样采信（本程序不认识其规则，或没有附上办法）：{names}。",
    ),
}
DROPPED = {
    "en": "Rules that only forbid and are not worked out here, so that the plan was not held against them: {names}.",
    "zh": "以下规则只作限制，本程序没有推算，方案也没有据此核对：{names}。",
}
MOVED = {
    "en": "Fund {fund}: taken from the record, not from the tables: {names}.",
    "zh": "资金 {fund}：{names} 取自账本的决定，表格里没有。",
}


STRANGE = (ArithmeticError, AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError)
"""What files that no sentence above foresaw make of the arithmetic: they are refused all the same."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; every fault of a file is one sentence and exit code 1."""
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "plan", nargs="?", type=Path, default=here / "plan.json", help="plan.json, or a proof of impossibility"
    )
    parser.add_argument("certificate", nargs="?", type=Path, help="certificate.json (default: beside the plan)")
    parser.add_argument(
        "register", nargs="?", type=Path, help="folder of CSV tables or .xlsx (default: register, beside the plan)"
    )
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    given = parser.parse_args(arguments)
    beside = given.plan.parent
    files = (given.plan, given.certificate or beside / "certificate.json", given.register or beside / "register")
    try:
        plan = _read(files[0])
        if isinstance(plan, dict) and plan.get("kind") == "impossible":
            return _impossible(check_impossible(plan, given.register or given.certificate or files[2]), given)
        certificate = _read(files[1])
        told = check(plan, certificate, files[2])
    except Wrong as wrong:
        return _refused(wrong, given)
    except STRANGE:
        return _refused(Wrong("strange", file=files[1].name), given)
    except OSError as fault:
        return _refused(Wrong("file", file=Path(str(fault.filename or files[2])).name), given)
    decided = {fund: sorted(own) for fund, own in certificate["decided"].items()}
    if given.json:
        lines = [
            {key: value if isinstance(value, list) else str(value) for key, value in vars(one).items()} for one in told
        ]
        sys.stdout.write(json.dumps({"right": True, "steps": lines, "decided": decided}, ensure_ascii=False) + "\n")
        return 0
    head = TABLE[given.lang]
    cells = [
        (
            one.step,
            f"{one.value:,}",
            f"{one.bound:,}",
            f"{one.gap:.4%}",
            f"{one.solver_bound:,}",
            f"{one.solver_gap:.4%}",
            one.unit,
        )
        for one in told
    ]
    wide = [max(_width(row[i]) for row in (head, *cells)) for i in range(len(head))]
    for row in (head, *cells):
        padded = [
            " " * (w - _width(cell)) + cell if 0 < i < 6 else cell + " " * (w - _width(cell))
            for i, (cell, w) in enumerate(zip(row, wide, strict=True))
        ]
        sys.stdout.write("  ".join(padded).rstrip() + "\n")
    dropped, right = ENDS[given.lang]
    for one in told:
        if one.unpriced and (one.bound or not one.step.startswith("shortfall-")):  # 0 needs no proof
            sys.stdout.write(dropped.format(step=one.step, names=brief(one.unpriced)) + "\n")
    if told and told[0].dropped:
        sys.stdout.write(DROPPED[given.lang].format(names=brief(told[0].dropped)) + "\n")
    for fund, names in decided.items():
        sys.stdout.write(MOVED[given.lang].format(fund=brief(fund), names=", ".join(names)) + "\n")
    sys.stdout.write(right + "\n")
    return 0


def _impossible(refuted: Refuted, given: argparse.Namespace) -> int:
    """A proof that no plan exists, found right."""
    if given.json:
        sys.stdout.write(json.dumps({"right": True, **vars(refuted)}, ensure_ascii=False) + "\n")
        return 0
    for said, names in zip(NO_PLAN[given.lang], (refuted.rules, refuted.trusted), strict=True):
        if names or said is NO_PLAN[given.lang][0]:
            sys.stdout.write(said.format(names=brief(names), cases=refuted.cases) + "\n")
    return 0


def _read(path: Path) -> Any:
    try:
        return read_json(path)
    except OSError as fault:
        raise Wrong("file", file=path.name) from fault


def _refused(wrong: Wrong, given: argparse.Namespace) -> int:
    if given.json:
        said = {"right": False, "code": wrong.code, "sentence": wrong.sentence(given.lang)}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(wrong.sentence(given.lang) + "\n")
    return 1


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
