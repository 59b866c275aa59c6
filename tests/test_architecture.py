"""Who may know whom: the imports and clocks of every room, read from its source, against the plan of the house."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent

# room -> the other rooms it may import. A room that does not exist yet is simply not read.
MAY_KNOW: dict[str, set[str]] = {
    "domain": set(),
    "texts": {"domain"},
    "history": {"domain"},
    "optimizer": {"domain"},
    "projections": {"domain"},
    "intake": {"domain", "texts"},
    "documents": {"domain", "texts"},
    "scenarios": {"domain", "optimizer"},
    "desk": set(),
    "service": {
        "desk", "documents", "domain", "history", "intake", "optimizer", "projections", "scenarios", "texts",
    },
    "api": {"domain", "service", "texts"},
    "web": {"api", "domain", "service", "texts"},  # pages are routes too, under the same rules of who may call them
    "cli": {"domain", "service", "texts"},
}  # fmt: skip
# measures every room, and the peers below, also on the tests' PostgreSQL server; no room knows it
MAY_KNOW["benchmarks"] = {*MAY_KNOW, "tests"}
EVERY_ROOM = set(MAY_KNOW)

# what is imported -> the only places (rooms, or folders inside them) that may
ONLY_IN: dict[str, set[str]] = {
    "sqlite3": {"history", "projections", "desk", "benchmarks"},
    "psycopg": {"history", "projections", "desk", "benchmarks"},
    "ortools": {"optimizer.solve", "benchmarks"},
    "distributed": {"service.scenarios"},
    "highspy": {"benchmarks"},
    "pulp": {"benchmarks"},
    "scipy": {"benchmarks"},
    # version 10 renames much of it: its names stay where one commit can change them
    "eventsourcing": {"domain", "history", "benchmarks"},
}

# `domain` is pure: beside the standard library it has these, and from the standard library none that reaches outside
DOMAIN_HAS = {"annotated_types", "eventsourcing.dcb", "msgspec", "pydantic", "pydantic_core", "rfc8785", "yaml"}
STDLIB = set(sys.stdlib_module_names)
REACHES_OUTSIDE = {
    "asyncio", "ftplib", "http", "importlib", "multiprocessing", "os", "pathlib", "shutil", "smtplib", "socket",
    "sqlite3", "subprocess", "tempfile", "threading", "urllib",
}  # fmt: skip

# Below `service` time and chance are handed in: the recorder's clock, a seed.
BELOW_SERVICE = EVERY_ROOM - {"service", "api", "web", "cli", "benchmarks"}
WALL_CLOCKS = {
    "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow",
    "time.ctime", "time.gmtime", "time.localtime", "time.time", "time.time_ns",
}  # fmt: skip
CHANCE = ("numpy.random.", "os.urandom", "random.", "secrets.", "uuid.uuid1", "uuid.uuid4")
GENERATORS = {  # fine as a type, and fine to build from a seed
    "numpy.random.Generator", "numpy.random.PCG64", "numpy.random.SeedSequence", "numpy.random.default_rng",
    "random.Random",
}  # fmt: skip
# Waiting and progress may be timed where one waits: for a lock, for a solver. Results must not depend on it.
MAY_TIME_ITSELF = {"history", "optimizer"}
STOPWATCHES = {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.process_time"}


@dataclass(frozen=True)
class Source:
    """One module: its dotted name (packages without `__init__`), whether it is a package, and its text."""

    module: str
    text: str
    is_package: bool = False

    @property
    def room(self) -> str:
        return self.module.split(".")[0]

    def lies_in(self, places: set[str]) -> bool:
        return any(within(self.module, place) for place in places)


def within(name: str, place: str) -> bool:
    """Whether a dotted name is `place` or lies inside it."""
    return name == place or name.startswith(place + ".")


class Import(NamedTuple):
    """One imported name: where, what it is, and which local name now stands for which dotted one."""

    line: int
    name: str
    local: str
    stands_for: str


def imports(source: Source, tree: ast.Module) -> Iterator[Import]:
    """Every import of a module, wherever it stands in it; relative ones resolved."""
    package = source.module.split(".") if source.is_package else source.module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                yield Import(node.lineno, alias.name, alias.asname or top, alias.name if alias.asname else top)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                name = f"{base}.{alias.name}"
                yield Import(node.lineno, name, alias.asname or alias.name, name)


def dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    """The full name an expression such as `np.random.rand` stands for, as far as imports tell."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        above = dotted(node.value, names)
        return None if above is None else f"{above}.{node.attr}"
    return None


def faults(source: Source) -> list[str]:
    """Every sentence in which this module breaks the plan of the house; none for a module that keeps it."""
    tree = ast.parse(source.text)
    found = list(imports(source, tree))
    return [
        f"{source.module}, line {line}: {sentence}"
        for line, sentence in sorted({*import_faults(source, found), *time_and_chance_faults(source, tree, found)})
    ]


def import_faults(source: Source, found: list[Import]) -> Iterator[tuple[int, str]]:
    for line, name, *_ in found:
        top = name.split(".")[0]
        if top in {*EVERY_ROOM, "tests"} and top != source.room and top not in MAY_KNOW[source.room]:
            yield line, f"{source.room} may not know {top}"
        for guarded, places in ONLY_IN.items():
            if within(name, guarded) and not source.lies_in(places):
                yield line, f"{guarded} may be imported only in {', '.join(sorted(places))}"
        if source.room == "domain" and top != "domain" and top not in EVERY_ROOM:
            import_is_pure = top in STDLIB and top not in REACHES_OUTSIDE
            if not import_is_pure and not any(within(name, allowed) for allowed in DOMAIN_HAS):
                yield line, f"domain is pure and may not import {name}"


def time_and_chance_faults(source: Source, tree: ast.Module, found: list[Import]) -> Iterator[tuple[int, str]]:
    names = {one.local: one.stands_for for one in found}
    unseeded = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if not node.args and not node.keywords:
                unseeded.add(node.func)
            if source.room == "domain" and isinstance(node.func, ast.Name) and node.func.id in {"open", "__import__"}:
                yield node.lineno, f"domain is pure and may not call {node.func.id}()"
    if source.room not in BELOW_SERVICE:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        name = dotted(node, names)
        if name is None:
            continue
        if name in WALL_CLOCKS:
            yield node.lineno, f"{name}: below service the time is handed in"
        if name in STOPWATCHES and source.room not in MAY_TIME_ITSELF:
            yield node.lineno, f"{name}: nothing is timed in {source.room}"
        is_generator = name in GENERATORS and node not in unseeded
        if name.startswith(CHANCE) and not is_generator:
            yield node.lineno, f"{name}: below service chance comes from a generator built from a seed"


def sources() -> list[Source]:
    return [
        Source(".".join(parts[:-1] if is_package else parts), path.read_text(encoding="utf-8"), is_package)
        for room in sorted(EVERY_ROOM)
        for path in sorted((ROOT / room).rglob("*.py"))
        for parts in [path.relative_to(ROOT).with_suffix("").parts]
        for is_package in [parts[-1] == "__init__"]
    ]


def test_every_room_knows_only_whom_it_may() -> None:
    assert [fault for source in sources() for fault in faults(source)] == []


def test_the_table_of_rooms_has_no_circle() -> None:
    def reach(room: str, on_the_way: tuple[str, ...]) -> None:
        assert room not in on_the_way, " -> ".join([*on_the_way, room])
        for known in MAY_KNOW[room]:
            reach(known, (*on_the_way, room))

    for room in EVERY_ROOM - {"benchmarks"}:
        reach(room, ())


def test_every_folder_of_python_is_a_room_of_the_table_and_every_module_lies_in_a_package() -> None:
    strangers = {path.parent.name for path in ROOT.glob("*/*.py")} - EVERY_ROOM - {"tests", "docs"}
    assert strangers == set(), "a new room belongs into MAY_KNOW of this test and into the plan of the house"
    homeless = {
        str(path.parent.relative_to(ROOT))
        for room in EVERY_ROOM
        for path in (ROOT / room).rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    }
    assert homeless == set(), "these folders hold modules but no __init__.py, so they would not be installed"


def test_every_room_but_the_benchmarks_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = set(project["tool"]["setuptools"]["packages"]["find"]["include"])
    rooms = EVERY_ROOM - {"benchmarks"}
    assert included == rooms | {f"{room}.*" for room in rooms}


@pytest.mark.parametrize(
    "module,text,expected",
    [
        ("optimizer.instance", "import history.sqlite", "optimizer may not know history"),
        ("optimizer.instance", "from service import plan", "optimizer may not know service"),
        ("history.mapper", "from .sqlite import Recorder\nfrom domain.facts import Fact", None),
        ("domain.money", "from texts import say", "domain may not know texts"),
        ("desk.jobs", "from domain.money import Fen", "desk may not know domain"),
        ("cli.main", "import history", "cli may not know history"),
        ("cli.main", "from tests.conftest import SEED", "cli may not know tests"),
        ("cli.main", "from service import plan", None),
        ("service.plan", "import sqlite3", "sqlite3 may be imported only in"),
        ("projections.ledger", "import sqlite3", None),
        ("optimizer.verify", "from ortools.sat.python import cp_model", "ortools may be imported only in"),
        ("optimizer.solve.cpsat", "from ortools.sat.python import cp_model", None),
        ("optimizer.solver", "import ortools", "ortools may be imported only in"),
        ("domain.decisions.funds", "from eventsourcing.dcb.domain import Slice", None),
        ("domain.decisions.funds", "from eventsourcing.sqlite import X", "domain is pure"),
        ("domain.policy.load", "from pathlib import Path", "domain is pure"),
        ("domain.policy.load", "import numpy", "domain is pure"),
        ("domain.policy.load", "text = open('policy.yaml').read()", "domain is pure"),
        ("domain.money", "from decimal import Decimal", None),
        ("domain.money", "if True:\n    def f():\n        import os", "domain is pure"),
        ("domain.facts.base", "from datetime import datetime as moment\nmoment.now()", "the time is handed in"),
        ("domain.facts.base", "import datetime\nf = datetime.datetime.now", "the time is handed in"),
        ("domain.facts.base", "import datetime\nd = datetime.date(2026, 3, 31)", None),
        ("domain.facts.base", "from datetime import datetime\ndatetime.now()", "the time is handed in"),
        ("history.sqlite", "import time\ndef f(clock=time.time): ...", "the time is handed in"),
        ("history.sqlite", "import time\ntime.monotonic()", None),
        ("intake.xlsx", "from time import perf_counter\nperf_counter()", "nothing is timed in intake"),
        ("service.compose", "import time\ntime.time()", None),
        ("scenarios.generate", "import random\nrandom.random()", "chance comes from a generator"),
        ("scenarios.generate", "from random import random\nrandom()", "chance comes from a generator"),
        ("scenarios.generate", "import random\nrandom.Random()", "chance comes from a generator"),
        ("scenarios.generate", "import random\nrandom.Random(7)", None),
        ("scenarios.generate", "import random\ndef f(dice: random.Random) -> int: return dice.randint(1, 6)", None),
        ("optimizer.instance", "import numpy as np\nnp.random.rand(3)", "chance comes from a generator"),
        ("optimizer.instance", "import numpy as np\nnp.random.default_rng(3)", None),
        ("optimizer.instance", "import numpy.random\nnumpy.random.rand(3)", "chance comes from a generator"),
        ("intake.ids", "from uuid import uuid4\nuuid4()", "chance comes from a generator"),
    ],
)  # fmt: skip
def test_the_reader_of_imports_catches_what_it_is_there_for(module: str, text: str, expected: str | None) -> None:
    caught = faults(Source(module, text))
    if expected is None:
        assert caught == []
    else:
        assert len(caught) == 1, caught
        assert expected in caught[0]


def test_a_relative_import_is_read_as_what_it_stands_for() -> None:
    def read(source: Source) -> list[str]:
        return [found.name for found in imports(source, ast.parse(source.text))]

    text = "from .cpsat import Engine\nfrom ..instance import Instance\nfrom . import cpsat"
    expected = ["optimizer.solve.cpsat.Engine", "optimizer.instance.Instance", "optimizer.solve.cpsat"]
    assert read(Source("optimizer.solve.order", text)) == expected
    assert read(Source("optimizer.solve", text, is_package=True)) == expected
