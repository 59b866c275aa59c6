"""A plan as pages show it: every sentence, picture and table of its report, in the one language of who looks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from documents.report import TEMPLATES, report_parts
from documents.svg import markup
from documents.view import make_view
from domain.money import Lang
from service.planning import Planned

PAPER_TEMPLATES = TEMPLATES
"""Where the bodies of papers are that pages show, too."""


def speaking(lang: Lang) -> AbstractContextManager[None]:
    """What is drawn and written inside is in one language."""
    return markup.speaking(lang)


def shown_plan(planned: Planned, lang: Lang, generated_for: Mapping[str, object] | None = None) -> dict[str, Any]:
    """The parts of a plan's report by their names (`documents.report.report_parts`), pictures in one language."""
    computed = planned.computed
    view = make_view(computed.register, computed.loaded.policy, computed.plan, computed.measures)
    about = {"plan": planned.plan_id, "state": planned.state, "verified": True, "hearing": planned.hearing}
    with speaking(lang):
        return report_parts(view, {**about, **(generated_for or {})})


@cache
def drawing(name: str) -> str:
    """A style sheet or drawing that papers and pages share, such as `report.css`."""
    return (TEMPLATES / name).read_text(encoding="utf-8")
