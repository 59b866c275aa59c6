"""`tongchou evidence`: attach a file to what it shows, find where a file is attached, withdraw, list (M29, M31)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.deciding import Mandate, Receipt, Session, deciding
from cli.decisions import command_of
from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, as_date, session
from domain.decisions.evidence import WithdrawEvidence
from domain.folds.evidence import Evidence, Subject, subjects_of
from service import evidence as uses
from service.county import Actor
from service.faults import Exit
from texts import text

app = typer.Typer(
    help="Evidence by the hash of its file: attach, check, withdraw, list (M29, M31).", no_args_is_help=True
)

Unit = Annotated[str | None, typer.Option("--unit", help="About this unit.")]
Project = Annotated[str | None, typer.Option("--project", help="About this project.")]
Objection = Annotated[str | None, typer.Option("--objection", help="About this objection.")]
Disbursement = Annotated[str | None, typer.Option("--disbursement", help="About this disbursement.")]


def attach(
    here: Session,
    mandate: Mandate,
    evidence: Annotated[str, typer.Argument(help="Code of the piece.")],
    file: Annotated[Path, typer.Option("--file", help="The file; it stays where it is, its hash is recorded.")],
    kind: Annotated[str, typer.Option("--kind", help="photo, report, document, minutes, inspection (暗访), …")],
    found_on: Annotated[
        str | None, typer.Option("--found-on", help="YYYY-MM-DD. Default: the date the decision counts from.")
    ] = None,
    finder: Annotated[
        str | None, typer.Option("--finder", help="Who found it, PERSON@POST. Default: who decides.")
    ] = None,
    unit: Unit = None,
    indicator: Annotated[str | None, typer.Option("--indicator", help="The unit's field, such as stars.")] = None,
    project: Project = None,
    objection: Objection = None,
    disbursement: Disbursement = None,
    supersedes: Annotated[str | None, typer.Option("--supersedes", help="The piece this one replaces.")] = None,
    note: Annotated[str, typer.Option("--note", help="What it shows.")] = "",
) -> Receipt:
    """Put the hash of a file on the record as evidence of one unit, project, objection or disbursement."""
    return uses.attach(
        here.county,
        evidence,
        file,
        mandate,
        kind=kind,
        found_on=as_date("--found-on", found_on),
        finder=None if finder is None else Actor.parse(finder),
        unit=unit,
        indicator=indicator,
        project=project,
        objection=objection,
        disbursement=disbursement,
        supersedes=supersedes,
        note=note,
    )


app.command("attach")(deciding(attach))
app.command("withdraw")(command_of(WithdrawEvidence))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="The file.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Find what a file is attached to, by its hash; exit 1 when it is attached to nothing."""
    with session(store, lang, as_json) as here:
        found = uses.attached_to(here.county, file, here.moment(as_of, known_at, position))
        if found:
            _answer(here, found)
        else:
            here.answer([], text("cli.evidence_none", here.lang, sha256=uses.hash_of(file)))
            raise typer.Exit(Exit.REFUSED)


@app.command("list")
def list_(
    unit: Unit = None,
    project: Project = None,
    objection: Objection = None,
    disbursement: Disbursement = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """The evidence about some things, or all there is: whether it stands, and which decisions cite it."""
    named = {"unit": unit, "project": project, "objection": objection, "disbursement": disbursement}
    about = [Subject(kind, code) for kind, code in named.items() if code is not None]
    with session(store, lang, as_json) as here:
        _answer(here, uses.evidence_at(here.county, here.moment(as_of, known_at, position), about))


def _answer(here: Session, found: list[Evidence]) -> None:
    rows = [_row(here, piece) for piece in found]
    table = Table("evidence", "about", "kind", "found on", "by", "state", "cited by", "note")
    table.add_column("SHA-256", overflow="fold")
    for row in rows:
        table.add_row(*(str(value or "") for value in row.values()))
    here.answer(rows, table)


def _row(here: Session, piece: Evidence) -> dict[str, object]:
    attached = piece.attached
    about = ", ".join(f"{subject.kind} {subject.code}" for subject in subjects_of(attached))
    finder = here.county.people.name_of(attached.finder) or attached.finder
    return {
        "evidence": attached.evidence,
        "about": f"{about} ({attached.indicator})" if attached.indicator else about,
        "kind": attached.kind,
        "found_on": str(attached.found_on),
        "by": f"{finder}@{attached.finder_post}",
        "state": f"superseded by {piece.by_evidence}" if piece.by_evidence else piece.state,
        "cited_by": ", ".join(sorted({cited.decided for cited in piece.cited_by})),
        "note": piece.reason or attached.note,
        "sha256": attached.sha256,
    }
