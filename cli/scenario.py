"""`tongchou scenario`: what-if questions run on branches, compared with what is, held to their gates, swept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.options import DEFAULT_ACTOR, DEFAULT_LANG, As, Json, Lang, Store, print_json, session, wide_console
from cli.scenario_decisions import decisions
from cli.scenario_replay import replay
from cli.searching import Engine, Limit, Seed, Within, how, searching
from service.county import Actor, County
from service.scenarios.finding import Composed, read_scenario, shipped_scenarios
from texts import text

BROKEN_GATE = 1
"""The exit code of a run that broke a gate."""

app = typer.Typer(help="What-if: run a scenario, compare, sweep, hold it to its gates.", no_args_is_help=True)
app.command("replay")(replay)
app.command("decisions")(decisions)
File = Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for the page, the workbook and the figures.")]


@app.command("list")
def list_(
    run_them: Annotated[
        bool, typer.Option("--run", help="Run them too: what each found, the money it moves, its gates.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Run no others than this one; may be given again.")
    ] = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """The shipped scenarios and the questions they answer; with --run exits 1 when a gate is broken."""
    if run_them or only:
        _run_shelf(only or [], lang, as_json)
        return
    found = {name: read_scenario(name).loaded.scenario for name in shipped_scenarios()}
    if as_json:
        print_json([{"scenario": name, **one.question.model_dump()} for name, one in found.items()])
        return
    for name, one in found.items():
        wide_console().print(f"{name:28} {one.question.zh if lang == 'zh' else one.question.en}", soft_wrap=True)


def _run_shelf(names: list[str], lang: Lang, as_json: bool) -> None:
    from service.scenarios.shelf import run_shelf, shelf_object, shelf_table

    runs = searching(wide_console(stderr=True), lang, lambda listener: list(run_shelf(names, listener=listener)))
    if as_json:
        print_json([shelf_object(run) for run in runs])
    else:
        wide_console().print(shelf_table(runs, lang))
    if not all(run.kept for run in runs):
        raise typer.Exit(BROKEN_GATE)


@app.command()
def run(
    scenario: File,
    store: Store = None,
    engine: Engine = None,
    seed: Seed = None,
    limit: Limit = None,
    within: Within = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Find the smallest set of changes that makes the difference.")
    ] = False,
    out: Out = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Run a scenario and compare; exits 1 when a gate is broken. Nothing is recorded."""
    from service.scenarios.answers import run_object, run_table
    from service.scenarios.papers import paper_of_run, write_papers
    from service.scenarios.running import run_scenario

    composed = read_scenario(scenario)
    asked = how(engine, seed, limit, within)
    console = wide_console(stderr=as_json)
    with _record_session(_of_record(composed), store, lang, as_json) as county:
        found = searching(
            console,
            lang,
            lambda listener: run_scenario(composed, county, explain=explain, how=asked, listener=listener),
        )
    content = run_object(found)
    papers = write_papers(paper_of_run(found), content, out, lang=lang) if out is not None else []
    if as_json:
        print_json(content)
    else:
        console.print(run_table(found, lang))
        _say_written(papers, lang)
    if not found.kept:
        raise typer.Exit(BROKEN_GATE)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(help="plan:NAME, scenario:NAME, record, record@DATE, record@POSITION, ….")],
    after: Annotated[str, typer.Argument(help="The other one; policy:FILE is the record under another policy.")],
    store: Store = None,
    engine: Engine = None,
    seed: Seed = None,
    limit: Limit = None,
    within: Within = None,
    out: Out = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Compare anything with anything: plans, scenarios, the record at a moment, another policy. Nothing is recorded."""
    from service.scenarios.answers import sides_object, sides_table
    from service.scenarios.papers import paper_of_sides, write_papers
    from service.scenarios.sides import compare_sides, read_side

    first, second = read_side(before), read_side(after)
    asked = how(engine, seed, limit, within)
    console = wide_console(stderr=as_json)
    with _record_session(first.needs_record or second.needs_record, store, lang, as_json) as county:
        found = searching(
            console, lang, lambda listener: compare_sides(first, second, county, how=asked, listener=listener)
        )
    content = sides_object(found)
    papers = write_papers(paper_of_sides(found), content, out, lang=lang) if out is not None else []
    if as_json:
        print_json(content)
        return
    console.print(sides_table(found, lang))
    _say_written(papers, lang)


@app.command()
def sweep(
    scenario: File,
    out: Annotated[Path, typer.Option("--out", help="Folder for the rows and the table.")] = Path("sweep"),
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=256, help="Processes. Default: one a processor.")] = (
        os.cpu_count() or 1
    ),
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget rows that are there and begin anew.")] = False,
    max_cases: Annotated[
        int | None, typer.Option("--max-cases", min=1, help="Work out at most so many now; run again for more.")
    ] = None,
    show: Annotated[
        list[str] | None,
        typer.Option("--show", help="A measure to picture (repeat); the first two against each other."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Scheduler of a Dask cluster, as tls://HOST:PORT.")
    ] = None,
    cluster_ca: Annotated[Path | None, typer.Option(help="Certificate of the authority both sides trust.")] = None,
    cluster_cert: Annotated[Path | None, typer.Option(help="This side's certificate.")] = None,
    cluster_key: Annotated[Path | None, typer.Option(help="The key of that certificate.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Work out every case of a scenario's sweep; begun again after a crash it goes on where it was.

    With --json every row is told on stderr, an object a line, and the end on stdout.
    """
    from cli.sweeping import hands_of, told
    from service.scenarios.cluster import ClusterAddress
    from service.scenarios.sweep_papers import drawing
    from service.scenarios.sweeps import TABLE
    from service.scenarios.sweeps import sweep as sweep_cases

    composed = read_scenario(scenario)
    there = ClusterAddress(cluster, cluster_ca, cluster_cert, cluster_key) if cluster else None
    at_end = drawing(composed, out, show or (), lang=lang)
    with (
        _record_session(_of_record(composed), store, lang, as_json) as county,
        hands_of(jobs, there, county) as hands,
        told(lang, as_json=as_json) as listener,
    ):
        rows = sweep_cases(
            scenario,
            out,
            hands,
            county=county,
            fresh=fresh,
            at_most=max_cases,
            listener=listener,
            at_end=at_end,
        )
    states = [row["state"] for row in rows]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    if as_json:
        print_json({"cases": len(rows), "states": counts, "table": str(out / TABLE)})
        return
    planned, impossible = counts.get("planned", 0), counts.get("impossible", 0)
    other = len(rows) - planned - impossible
    values = {"size": len(rows), "planned": planned, "impossible": impossible, "other": other, "path": out / TABLE}
    wide_console().print(text("scenario.swept", lang, **values), soft_wrap=True)


@app.command()
def adopt(
    scenario: File,
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    plan_hash: Annotated[
        str | None, typer.Option("--plan-hash", help="Adopt only if it finds this very plan, as a run printed it.")
    ] = None,
    engine: Engine = None,
    seed: Seed = None,
    limit: Limit = None,
    within: Within = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Take the scenario's decisions on the record and draft the plan it finds; refused where the record moved on."""
    from service.scenarios.adopting import adopt as adopt_scenario

    composed = read_scenario(scenario)
    asked = how(engine, seed, limit, within)
    with session(store, lang, as_json) as here:
        console = wide_console(stderr=as_json)
        who = Actor.parse(actor)
        found = searching(
            console,
            lang,
            lambda listener: adopt_scenario(
                here.county, composed, who, plan_hash=plan_hash, how=asked, listener=listener
            ),
        )
        said = text("scenario.adopted", lang, plan=found.plan, position=found.position, facts=found.facts)
        here.answer({**vars(found), "scenario_hash": composed.scenario_hash}, said)


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors that check and complete while one writes."""
    from service.scenarios.finding import scenario_schema

    typer.echo(json.dumps(scenario_schema(), ensure_ascii=False, indent=1))


@contextmanager
def _record_session(needed: bool, store: str | None, lang: str, as_json: bool) -> Iterator[County | None]:
    """The store, for what is based on the record; the others need none."""
    if not needed:
        yield None
        return
    with session(store, "zh" if lang == "zh" else "en", as_json) as here:
        yield here.county


def _of_record(composed: Composed) -> bool:
    return composed.loaded.scenario.based_on.register_name is None


def _say_written(papers: list[Path], lang: str) -> None:
    if papers:
        said = text("comparing.written", "zh" if lang == "zh" else "en", files=", ".join(map(str, papers)))
        wide_console().print(said, soft_wrap=True)
