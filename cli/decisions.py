"""Commands for decisions that need nothing but their own arguments, made from the decision classes themselves.

One row of `COMMANDS` is one command: its options are the class's fields, its help the class's first sentence. Sums are
given in yuan (`--amount 1250.50`), dates as YYYY-MM-DD; a whole entry (`--set name_en=…`) as key=value pairs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from typing import Annotated, Any, get_type_hints

import msgspec
import typer

from cli import special
from cli.deciding import Mandate, Receipt, Session, deciding
from cli.options import OptionUnclear, as_date
from cli.sums import as_fen
from domain.decisions.arrivals import AnnounceTranche, MakePledge, ReceivePledge, ReceiveTranche
from domain.decisions.base import Deciding
from domain.decisions.duties import MoveDuty
from domain.decisions.funds import AmendFund, AnnounceFund, CarryOver, CloseFund, TakeBack
from domain.decisions.hearing import AnnouncePlan, CloseObjections, NoticePlan, ReturnPlan, ReviewPlan, SupersedePlan
from domain.decisions.paying import Disburse, ReturnMoney
from domain.decisions.pool import JoinPool, RefusePool
from domain.decisions.projects import AppraiseProject, ProposeProject, RankProject
from domain.decisions.spending import ReleaseCommitment
from domain.decisions.units import AssessUnit, CorrectUnit, ListBackward, RegisterUnit, StrikeOff
from domain.decisions.works import AcceptProject, RaiseCost, StartProject, WithdrawProject
from domain.register import Unit

COMMANDS: dict[str, dict[str, type[Deciding]]] = {
    "unit": {
        "register": RegisterUnit,
        "correct": CorrectUnit,
        "assess": AssessUnit,
        "list-backward": ListBackward,
        "strike-off": StrikeOff,
    },
    "duty": {"move": MoveDuty},
    "project": {
        "propose": ProposeProject,
        "appraise": AppraiseProject,
        "rank": RankProject,
        "withdraw": WithdrawProject,
        "start": StartProject,
        "raise-cost": RaiseCost,
        "accept": AcceptProject,
    },
    "fund": {
        "announce": AnnounceFund,
        "amend": AmendFund,
        "announce-tranche": AnnounceTranche,
        "receive": ReceiveTranche,
        "pledge": MakePledge,
        "receive-pledge": ReceivePledge,
        "carry-over": CarryOver,
        "take-back": TakeBack,
        "close": CloseFund,
        "join-pool": JoinPool,
        "refuse-pool": RefusePool,
    },
    "money": {"disburse": Disburse, "release": ReleaseCommitment, "return": ReturnMoney},
    "plans": {
        "review": ReviewPlan,
        "announce": AnnouncePlan,
        "close-objections": CloseObjections,
        "return": ReturnPlan,
        "notice": NoticePlan,
        "supersede": SupersedePlan,
    },
}
GROUP_HELP = {
    "unit": "Villages and communities: register, correct, assess, list as backward, strike off.",
    "duty": "Duties, moved together with their money (M09).",
    "project": "The project library: propose, appraise, admit, rank, start, accept.",
    "fund": "Funds: announce, receive, amend, pledge, carry over, take back, close; the pool.",
    "money": "Money: commit an approved line, disburse against a voucher, release, return.",
}
EFFECTIVE_IF_NOT_GIVEN = {"arrived_on"}
"""Dates that are the decision's own date unless said otherwise."""


def groups() -> dict[str, typer.Typer]:
    """One group of commands per subject; the plans' own ones are added to `tongchou plans`."""
    result = {}
    for group, commands in COMMANDS.items():
        app = typer.Typer(help=GROUP_HELP.get(group), no_args_is_help=True)
        for name, decision in commands.items():
            app.command(name)(command_of(decision))
        for name, work in special.COMMANDS.get(group, {}).items():
            app.command(name)(deciding(work))
        result[group] = app
    return result


def command_of(decision: type[Deciding]) -> Callable[..., None]:
    """A command whose parameters are the decision's fields; the option of a field of several codes is repeated."""
    hints = get_type_hints(decision)
    own = [f for f in fields(decision) if f.init and f.name != "mandate"]

    def work(here: Session, mandate: Mandate, **given: Any) -> Receipt:
        arguments = {f.name: _argument(f, hints[f.name], given, mandate.effective_on) for f in own}
        return here.county.decide(decision(mandate=mandate, **arguments))

    work.__doc__ = (inspect.getdoc(decision) or "").split("\n\n")[0].replace("\n", " ")
    return deciding(work, [_parameter(f, hints[f.name], first=n == 0) for n, f in enumerate(own)])


def _parameter(field: Field[Any], hint: Any, *, first: bool) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    optional = (
        field.default is not MISSING or field.default_factory is not MISSING or field.name in EFFECTIVE_IF_NOT_GIVEN
    )
    if _is_pairs(hint):
        said = "One key=value; repeat for more. Sums as key_yuan=1250.50, lists separated by ;"
        return inspect.Parameter("pairs", kind, annotation=Annotated[list[str], typer.Option("--set", help=said)])
    if first:
        return inspect.Parameter(
            field.name,
            kind,
            annotation=Annotated[str, typer.Argument(help=f"Code of the {field.name.replace('_', ' ')}.")],
        )
    option = "--" + field.name.removesuffix("_fen").replace("_", "-")
    said = "in yuan, such as 1250.50" if field.name.endswith("_fen") else "YYYY-MM-DD" if "date" in str(hint) else ""
    if _is_several(hint):
        said = "A code; repeat for more."
        several = Annotated[list[str] | None, typer.Option("--cite" if field.name == "cites" else option, help=said)]
        return inspect.Parameter(field.name, kind, annotation=several, default=None)
    base: Any = int if hint is int and not field.name.endswith("_fen") else str
    if optional:
        return inspect.Parameter(
            field.name, kind, annotation=Annotated[base | None, typer.Option(option, help=said)], default=None
        )
    return inspect.Parameter(field.name, kind, annotation=Annotated[base, typer.Option(option, help=said)])


def _is_pairs(hint: Any) -> bool:
    return (isinstance(hint, type) and issubclass(hint, msgspec.Struct)) or getattr(hint, "__origin__", None) is Mapping


def _is_several(hint: Any) -> bool:
    return getattr(hint, "__origin__", None) is tuple


def _argument(field: Field[Any], hint: Any, given: dict[str, Any], effective_on: date) -> Any:
    if _is_pairs(hint):
        changes = dict(_pair(text) for text in given["pairs"])
        return _entry(hint, changes) if isinstance(hint, type) else _changes(changes)
    value = given[field.name]
    if _is_several(hint):
        return tuple(value or ())
    if value is None:
        return effective_on if field.name in EFFECTIVE_IF_NOT_GIVEN else field.default
    option = "--" + field.name.removesuffix("_fen").replace("_", "-")
    if field.name.endswith("_fen"):
        return as_fen(option, value)
    return as_date(option, value) if "date" in str(hint) else value


def _pair(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise OptionUnclear(option="--set", given=text[:40], expected="key=value, such as households=412")
    if key.endswith("_yuan"):
        return key.removesuffix("_yuan") + "_fen", as_fen(f"--set {key}", value)
    if key in ("haves", "purposes", "closes", "requires"):
        return key, tuple(sorted(part.strip() for part in value.split(";") if part.strip()))
    lowered = value.strip().lower()
    return key, {"yes": True, "no": False, "true": True, "false": False, "": None}.get(lowered, value)


def _changes(changes: dict[str, Any]) -> dict[str, Any]:
    """Changes to a unit, each value read as its field wants it."""
    hints = get_type_hints(Unit, include_extras=True)
    read = {}
    for name, value in changes.items():
        try:
            read[name] = msgspec.convert(value, hints.get(name, Any), strict=False)
        except msgspec.ValidationError as fault:
            wanted = f"a fitting value ({fault})"
            raise OptionUnclear(option="--set", given=f"{name}={value}"[:40], expected=wanted) from None
    return read


def _entry(struct: type[Any], changes: dict[str, Any]) -> Any:
    try:
        return msgspec.convert(changes, struct, strict=False)
    except msgspec.ValidationError as fault:
        raise OptionUnclear(
            option="--set", given=", ".join(changes), expected=f"every field of the entry ({fault})"
        ) from None
