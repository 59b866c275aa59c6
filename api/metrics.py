"""What a server counts of itself, for Prometheus: requests, refused attempts, facts; how far record and tables are.

Several processes serve one store. Each then counts into files of a folder that PROMETHEUS_MULTIPROC_DIR names, and
whichever is asked adds all of them up (`service/serving.py` makes the folder before the first of them starts).
How far record and tables are is looked up when somebody asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from service.office import Office
from service.readiness import behind, conditions, jobs_by_state, unsealed
from service.serving import COUNTS

__all__ = ["CONTENT_TYPE_LATEST", "counted", "exposition"]

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of the classes of latency; 0.15 is what the slowest reads may take under load."""
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OTHER = "other"
"""A method nobody serves: whatever strangers send, there are only so many series."""
REFUSED = (401, 403, 429)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, which nobody reads
_OWN = CollectorRegistry()
_REQUESTS = Counter("tongchou_http_requests", "Requests answered.", ("route", "method", "status"), registry=_OWN)
_LATENCY = Histogram(
    "tongchou_http_request_seconds", "From request to answer.", ("route", "method"), buckets=SECONDS, registry=_OWN
)
_REFUSALS = Counter("tongchou_http_refused", "Attempts refused for who tried, or how often.", ("code",), registry=_OWN)
_FACTS = Counter("tongchou_facts_recorded", "Facts recorded by this server.", registry=_OWN)


def counted(
    route: str, method: str, status: int, seconds: float | None, *, problem: str | None = None, facts: int = 0
) -> None:
    """Count an answer; `seconds` None for one without an end of its own, such as a tail."""
    method = method if method in METHODS else OTHER
    _REQUESTS.labels(route, method, str(status)).inc()
    if seconds is not None:
        _LATENCY.labels(route, method).observe(seconds)
    if status in REFUSED:
        _REFUSALS.labels(problem or str(status)).inc()
    if facts:
        _FACTS.inc(facts)


def exposition(office: Office) -> bytes:
    """Everything in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Standing(office))
    together = os.environ.get(COUNTS)
    if not together:
        return generate_latest(_OWN) + generate_latest(registry)
    MultiProcessCollector(registry, path=together)  # type: ignore[no-untyped-call]  # the library says no types here
    return generate_latest(registry)


class _Standing(Collector):
    """How the store stands at this moment."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def collect(self) -> Iterable[Metric]:
        """One figure for each thing that must hold; of the record only while the store answers."""
        holds = GaugeMetricFamily("tongchou_ready", "1 where a condition of readiness holds.", labels=("condition",))
        found = conditions(self._office)
        for one in found:
            holds.add_metric([one.name], float(one.holds))
        yield holds
        if all(one.holds for one in found if one.name == "desk"):
            jobs = GaugeMetricFamily("tongchou_jobs", "Jobs of long work.", labels=("state",))
            for state, count in jobs_by_state(self._office).items():
                jobs.add_metric([state], float(count))
            yield jobs
        if all(one.holds for one in found if one.name in ("store", "tables")):
            yield _gauge("tongchou_log_position", "Position of the last fact on the record.", self._office.head())
            yield _gauge("tongchou_views_behind", "Facts the tables have yet to take in.", behind(self._office))
            yield _gauge("tongchou_log_unsealed", "Facts no checkpoint covers yet.", unsealed(self._office))


def _gauge(name: str, meaning: str, value: int) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))
