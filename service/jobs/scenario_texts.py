"""Scenarios and policies that come with a request: laid into a folder of their own for as long as they are needed.

Nothing in them reaches a file of this machine but what is shipped: names of other files have no way out of the folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from domain.errors import Refusal
from service.jobs.asks import ScenarioGiven
from service.policies import parse_policy
from service.scenarios.finding import ENDING, Composed, read_scenario, shipped_scenarios
from service.scenarios.shelf import NotShipped


class ScenarioReachesOut(Refusal):
    """A scenario that names a file elsewhere on this machine."""

    code = "scenario-reaches-out"
    sentence_en = "The scenario is based on the policy {policy}, which is neither shipped nor sent with it."
    cure_en = "Send the policy in `files` and write its name there, or name one of the library."


@contextmanager
def given(ask: ScenarioGiven) -> Iterator[Composed]:
    """The scenario of a request. Raises `NotShipped`, `ScenarioReachesOut`, or `PolicyFaults` with every fault."""
    whole = ask.scenario if ask.text is None else None
    with scenario_given(whole, ask.text, ask.files) as composed:
        yield composed


@contextmanager
def scenario_given(
    whole: str | dict[str, Any] | None, text: str | None = None, files: Mapping[str, str] | None = None
) -> Iterator[Composed]:
    """A shipped scenario by its name, one as an object, or one as the text of a file."""
    if isinstance(whole, str):
        known = shipped_scenarios()
        if whole not in known:
            raise NotShipped(scenario=whole[:80], known=", ".join(known))
        yield read_scenario(whole)
        return
    with TemporaryDirectory(prefix="tongchou-job-") as folder:
        for name, content in (files or {}).items():
            (Path(folder) / name).write_text(content, encoding="utf-8")
        # JSON is YAML; a line for each value, so that a fault names a place one finds
        content = text if text is not None else json.dumps(whole, ensure_ascii=False, indent=1)
        path = Path(folder) / f"given{ENDING}"
        path.write_text(content, encoding="utf-8", errors="surrogatepass")
        composed = read_scenario(str(path))
        _must_stay(composed)
        yield composed


@contextmanager
def policy_file(text: str) -> Iterator[Path]:
    """A policy that came with a request, as a file. Raises `PolicyFaults` with every fault."""
    parse_policy(text)
    with TemporaryDirectory(prefix="tongchou-job-") as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        yield path


def _must_stay(composed: Composed) -> None:
    policy = composed.loaded.scenario.based_on.policy
    if policy is None:
        return
    path = PurePosixPath(policy)
    if path.is_absolute() or ".." in path.parts or "\0" in policy:
        raise ScenarioReachesOut(policy=policy[:80])
