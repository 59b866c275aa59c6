"""The same case in many processes at once, each with other hashes of strings: whether all find one plan, bit for bit.

    python -m tests.optimizer.same_plan [--case medium|small|x-county] [--runs 40] [--at-once 4] [--idle-load 0]

Prints every distinct plan with the hash seeds that led to it, and ends with 1 when there is more than one.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = ("medium", "small", "x-county")


def digest(case: str) -> str:
    """All that is said of a case's plan, run record included, as one hash."""
    import msgspec

    from optimizer.case import build_case
    from optimizer.planning import solve_plan
    from tests.optimizer import medium
    from tests.optimizer.small import small_county
    from tests.optimizer.test_x_county import shipped

    plans: list[object] = []
    if case == "medium":
        plans = [solve_plan(medium.build())]
    elif case == "x-county":
        plans = [solve_plan(build_case(*shipped("x-county")))]
    else:
        for number in range(30):
            try:
                plans.append(solve_plan(small_county(random.Random(f"same plan {number}")).case))
            except ValueError as fault:  # no plan is an answer, too
                plans.append(str(fault))
    return hashlib.sha256(msgspec.json.encode(plans, order="deterministic")).hexdigest()


def in_process(case: str, hash_seed: int) -> str:
    """The digest from a process of its own."""
    code = f"from tests.optimizer.same_plan import digest; print(digest({case!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    return ran.stdout.strip() or f"code {ran.returncode}: {ran.stderr.strip()[-300:]}"


def digests(case: str, runs: int, at_once: int, first: int = 0) -> dict[str, list[int]]:
    """Every distinct digest, with the hash seeds that gave it."""
    seeds = range(first, first + runs)
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        found = list(pool.map(lambda seed: in_process(case, seed), seeds))
    together: dict[str, list[int]] = {}
    for seed, one in zip(seeds, found, strict=True):
        together.setdefault(one, []).append(seed)
    return together


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=CASES, default="medium")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    together = digests(asked.case, asked.runs, asked.at_once, asked.first)
    for one, seeds in together.items():
        sys.stdout.write(f"{one}: hash seeds {seeds}\n")
    return len(together) > 1


if __name__ == "__main__":
    sys.exit(main())
