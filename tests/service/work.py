"""A small county with long work to do, and servers that do it: in this process, or in others that can be killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.jobs import JobRow
from service.access.principal import ROLES, Principal
from service.jobs.asks import SweepAsk
from service.jobs.runner import Runner
from service.office import Office
from service.policies import adopt_policy, read_policy
from service.registers import import_register
from tests.service.small import PLANNER, small_county, store_in, write_policy, write_register

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import sys
from service.jobs.runner import Runner
from service.office import Office

office = Office(sys.argv[1])
runner = Runner(office, office.jobs, cap=1, silent_seconds=float(sys.argv[2]))
runner.start()
print(runner.name, flush=True)
sys.stdin.read()
runner.close(0)
office.close()
"""
LI = Principal("li", PLANNER.person, PLANNER.post, frozenset(ROLES))


def store_with_work(folder: Path) -> str:
    """The address of a store with register and policy of the small county."""
    with small_county(folder) as county:
        register = write_register(folder / "register")
        held = import_register(county, register, county.mandate(PLANNER)).register
        adopt_policy(county, read_policy(write_policy(folder / "policy.yaml"), held), county.mandate(PLANNER))
    return store_in(folder)


def sweep_of(cases: int) -> SweepAsk:
    """A sweep with so many cases, a fraction of a second each."""
    values = ", ".join(f"{1 - number / 1000:.3f}" for number in range(cases))
    return SweepAsk(
        text="scenario: many\nquestion: {zh: 多, en: many}\n"
        f"sweep:\n  grid:\n    - {{scale: funds.beautiful.amount_yuan, values: [{values}]}}\n"
    )


def until(office: Office, job: str, *states: str, progress: bool = False) -> JobRow:
    """The job once it is in one of the states (by default: has ended), and has told how far it is if that is wanted."""
    for _ in range(6000):
        found = office.jobs.get(job)
        there = found.state in states if states else found.ended
        if there and (found.progress is not None or not progress):
            return found
        time.sleep(0.01)
    raise AssertionError(f"{job} is {office.jobs.get(job)}")


@contextmanager
def working(office: Office, *, cap: int = 1) -> Iterator[Runner]:
    """Somebody who works in this process."""
    runner = Runner(office, office.jobs, cap=cap, silent_seconds=1.0)
    runner.start()
    try:
        yield runner
    finally:
        runner.close(0)


@contextmanager
def serving(url: str, silent_seconds: float = 1.0) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that works; it is killed if it does not end when it is asked to."""
    command = [sys.executable, "-c", SERVER, url, str(silent_seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield process
            process.communicate(timeout=60)
        finally:
            process.kill()
