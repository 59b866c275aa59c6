"""How far the proof of an answer is, in a sentence: what the page says while it shows an estimate, or nothing yet."""

from __future__ import annotations

from decimal import Decimal

from documents.proof import objective_name
from documents.wording import percent
from service.workbench.certifying import Standing
from texts import Both, both


def proof_said(standing: Standing | None) -> Both | None:
    """Waiting for a free place, in line behind other workbenches, or what is searched and how much is missing."""
    if standing is None:
        return None
    if standing.state != "searching":
        return both("workbench.proof.no_place" if standing.state == "no-place" else "workbench.proof.in_line")
    news = standing.news
    if news is None:
        return both("workbench.proof.begun")
    if news.value is None:
        return both("workbench.proof.none_yet", objective=objective_name(news.step))
    gap = Decimal(abs(news.bound - news.value)) / max(1, abs(news.value))
    if gap >= 1:
        return both("workbench.proof.found", objective=objective_name(news.step))
    return both("workbench.proof.gap", objective=objective_name(news.step), gap=percent(gap, 2))
