"""The approval sheet (审批表): one page to sign, with what is decided, what proves it, who took which step (M27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from documents.hearing import heard
from documents.notice import TEMPLATES, environment
from documents.proof import proof_of
from documents.view import View
from documents.wording import count, day, free, name, reason_words, short, small_money, years
from domain.folds.objections import Hearing
from texts import Both, Lang, both, literal

SIGNATURES = ("maker", "reviewer", "approver")


@dataclass(frozen=True)
class Signed:
    """One step of a plan, and who took it."""

    state: str
    who: str
    post: Both
    on: date
    document: str | None
    opinion: str


def render_approval(
    view: View, plan: str, state: str, steps: Sequence[Signed], hearing: Hearing | None, lang: Lang
) -> str:
    """The sheet as one HTML text to print."""
    paper = {"lang": lang, "style": Markup((TEMPLATES / "notice.css").read_text(encoding="utf-8"))}
    content = approval_content(view, plan, state, steps, hearing)
    return environment(lang).get_template("approval.html.j2").render(**content, **paper)


def approval_content(
    view: View, plan: str, state: str, steps: Sequence[Signed], hearing: Hearing | None
) -> dict[str, Any]:
    """What the sheet says, for papers and pages."""
    policy, title = view.policy, view.policy.title
    listened = heard(view, {"hearing": hearing})
    proof = proof_of(view.plan)
    return {
        "title": both("approval.title", county=name(view.register), years=years(view.budget_years)),
        "plan_code": plan,
        "state_said": both(f"state.{state.replace('_', '-')}"),
        "facts": [
            (both("approval.total"), small_money(view.allocated_fen)),
            (both("approval.units"), literal(count(sum(unit.total_fen > 0 for unit in view.units)))),
            (both("approval.projects"), literal(count(len(view.projects)))),
            (both("approval.sites"), literal(count(len(view.plan.sites)))),
        ],
        "fund_rows": [
            (name(f.fund), free(f.fund.document_no), small_money(f.use.amount_fen), small_money(f.use.allocated_fen))
            for f in view.funds
        ],
        "towns": [
            (name(town), count(len(units)), small_money(sum(unit.total_fen for unit in units)))
            for town, units in view.by_township
        ],
        "proof_saying": proof.saying,
        "policy_line": both(
            "notice.policy",
            title=Both(free(title.zh).zh, free(title.en).en),
            policy=policy.policy,
            version=policy.version,
            hash=short(view.plan.plan_hash),
        ),
        "plan_hash": view.plan.plan_hash,
        "hearing_said": None if listened is None else (listened.period, listened.saying),
        "signed": [_signed(one) for one in steps],
        "signatures": [both(f"approval.sign_{who}") for who in SIGNATURES],
    }


def _signed(one: Signed) -> tuple[Both, ...]:
    state = both(f"state.{one.state.replace('_', '-')}")
    return state, free(one.who), one.post, day(one.on), free(one.document), reason_words(one.opinion)
