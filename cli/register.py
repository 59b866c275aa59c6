"""`tongchou register`: files in, a template out, and what the register says at any moment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from rich.table import Table

from cli.heads import table_of
from cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_LANG,
    As,
    AsOf,
    Command,
    Document,
    EffectiveOn,
    Json,
    KnownAt,
    Lang,
    Position,
    Store,
    Why,
    print_json,
    session,
    store_url,
)
from domain.money import yuan
from domain.register import Unit
from service.county import store_is_new
from service.registers import import_register, must_be_readable, register_at, register_path, write_empty_template
from texts import text
from texts.recorded import recorded

app = typer.Typer(
    help="Townships, units, projects and funds: import, look at, start from a template.", no_args_is_help=True
)


@app.command("import")
def import_(
    path: Annotated[str, typer.Argument(help="An .xlsx, a folder of CSVs, or the name of a shipped register.")],
    areas: Annotated[Path | None, typer.Option("--areas", help="GeoJSON with the outline of every unit.")] = None,
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    command: Command = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Record what is new or changed in a register file; every fault is listed, and then nothing is recorded."""
    source = register_path(path)
    if store_is_new(store_url(store)):
        must_be_readable(source, areas=areas)
    with session(store, lang, as_json, must_exist=False) as here:
        mandate = here.mandate(actor, why or recorded("import", file=source.name), effective_on, document, command)
        done = import_register(here.county, source, mandate, areas=areas)
        if as_json:
            print_json({"facts": done.facts, "position": done.receipt.position, "repeated": done.receipt.repeated})
            return
        counts = {"units": len(done.register.units), "projects": len(done.register.projects)}
        read = text("cli.register_read", lang, name=source.name, funds=len(done.register.funds), **counts)
        here.console.print(read)
        if not done.facts:
            here.console.print(text("cli.register_nothing", lang, name=source.name))
        for name, count in done.facts.items():
            here.console.print(f"{count:6} {name}")
        for kept in done.kept:
            where = f"{kept.kind} {kept.code}, {kept.field}"
            here.console.print(text("cli.register_kept", lang, where=where, record=kept.in_record, file=kept.in_file))


@app.command("template")
def template(
    path: Annotated[Path, typer.Argument(help="Where to write the empty .xlsx.")], lang: Lang = DEFAULT_LANG
) -> None:
    """Write an empty, commented register to fill in."""
    write_empty_template(path)
    typer.echo(text("cli.template", lang, path=path))


@app.command("list")
def list_(
    kind: Annotated[
        Literal["units", "projects", "funds", "townships"], typer.Argument(help="What to list: its kind.")
    ] = "units",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Every unit, project, fund or township of the register, now or as known or effective at another moment."""
    with session(store, lang, as_json) as here:
        register = register_at(here.county, here.moment(as_of, known_at, position))
        entries = getattr(register, kind).values()
        if kind == "units":
            table = _units(entries, lang)
        else:
            table = table_of("code", "name", lang=lang)
            for entry in entries:
                table.add_row(entry.code, entry.name_zh if lang == "zh" else entry.name_en or entry.name_zh)
        here.answer([msgspec.to_builtins(entry) for entry in entries], table)


@app.command("show")
def show(
    code: Annotated[
        str | None, typer.Argument(help="A unit, project or fund; without it the units are listed.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """What the register says, now or as it was known or effective at another moment."""
    with session(store, lang, as_json) as here:
        register = register_at(here.county, here.moment(as_of, known_at, position))
        if code is None:
            here.answer(
                [msgspec.to_builtins(u) for u in register.units.values()], _units(register.units.values(), lang)
            )
            return
        shelves = (register.units, register.projects, register.funds, register.townships)
        found = next((shelf[code] for shelf in shelves if code in shelf), None)
        if found is None:
            raise typer.BadParameter(f"The register has no unit, project, fund or township {code}.")
        fields = msgspec.to_builtins(found)
        table = table_of("field", "value", lang=lang, title=code)
        for name, value in fields.items():
            table.add_row(name, yuan(value) if name.endswith("_fen") and value is not None else str(value))
        here.answer(fields, table)


UNIT_HEADS = ("code", "name", "township", "kind", "households", "backward", "poor", "stars", "haves")


def _units(units: Iterable[Unit], lang: Lang) -> Table:
    table = table_of(*UNIT_HEADS, lang=lang, figures=("households", "stars", "haves"))
    for unit in units:
        name = unit.name_zh if lang == "zh" else unit.name_en
        marks = (text("times.yes", lang) if marked else "" for marked in (unit.backward, unit.poor))
        table.add_row(
            unit.code,
            name,
            unit.township,
            unit.kind,
            str(unit.households),
            *marks,
            str(unit.stars or ""),
            str(len(unit.haves)),
        )
    return table
