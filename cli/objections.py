"""`tongchou objection`: lodge, answer, withdraw and list objections to an announced plan (公示, M27)."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from cli.deciding import Mandate, Receipt, Session, deciding
from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, session
from domain.facts.objections import Outcome
from domain.folds.objections import Objection
from service import hearing

app = typer.Typer(help="Objections to an announced plan: lodge, answer, withdraw, list (M27).", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Code of the objection.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, kept on the record.")]


def lodge(
    here: Session,
    mandate: Mandate,
    objection: Code,
    plan: Annotated[str, typer.Option("--plan", help="Code of the plan.")],
    said: Annotated[str, typer.Option("--text", help="What is objected; without names, it stays on the record.")],
    capacity: Annotated[str, typer.Option("--capacity", help="As what: resident, village-head, department, …")],
    by: Annotated[
        str | None, typer.Option("--by", help="Who objects, where somebody else takes it down; kept as an id.")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="The unit it concerns.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="The project it concerns.")] = None,
    line: Annotated[str | None, typer.Option("--line", help="The line: fund.unit or fund.project.")] = None,
) -> Receipt:
    """Put an objection to an announced plan on the record, within the period of the announcement (M27)."""
    return hearing.lodge(
        here.county,
        objection,
        mandate,
        plan=plan,
        capacity=capacity,
        said=said,
        by=by,
        unit=unit,
        project=project,
        line=line,
    )


def answer(
    here: Session,
    mandate: Mandate,
    objection: Code,
    reason: Reason,
    outcome: Annotated[Outcome, typer.Option("--outcome", help="upheld: the plan returns; rejected: it stands.")],
    cites: Annotated[list[str] | None, typer.Option("--cite", help="Evidence it rests on; repeat for more.")] = None,
) -> Receipt:
    """Answer an objection with a reason: upheld, which returns the plan at once, or rejected (M27)."""
    return hearing.answer(here.county, objection, mandate, outcome=outcome, reason=reason, cites=tuple(cites or ()))


def withdraw(here: Session, mandate: Mandate, objection: Code, reason: Reason) -> Receipt:
    """Take an objection back before it is answered (M27)."""
    return hearing.withdraw(here.county, objection, mandate, reason=reason)


app.command("lodge")(deciding(lodge))
app.command("answer")(deciding(answer))
app.command("withdraw")(deciding(withdraw))


@app.command("list")
def list_(
    plan: Annotated[str | None, typer.Argument(help="Only objections to this plan.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Every objection with what it concerns, what was said and what came of it."""
    with session(store, lang, as_json) as here:
        found = hearing.objections_at(here.county, here.moment(as_of, known_at, position), plan)
        rows = [_row(here, one) for one in found]
        table = Table("objection", "plan", "on", "by", "capacity", "concerns", "text", "state", "reason")
        for row in rows:
            table.add_row(*(str(value or "") for value in row.values()))
        here.answer(rows, table)


def _row(here: Session, one: Objection) -> dict[str, object]:
    lodged = one.lodged
    named = {"unit": lodged.unit, "project": lodged.project, "line": lodged.line}
    return {
        "objection": lodged.objection,
        "plan": lodged.plan,
        "on": str(lodged.mandate.effective_on),
        "by": here.county.people.name_of(lodged.objector) or lodged.objector,
        "capacity": lodged.capacity,
        "concerns": ", ".join(f"{kind} {code}" for kind, code in named.items() if code),
        "text": lodged.text,
        "state": one.state,
        "reason": one.reason,
    }
