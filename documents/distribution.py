"""The distribution table an official hands in: a summary sheet and one sheet per fund, exact to the fen."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from documents.citations import Citations
from documents.distribution_fund import FundSheet
from documents.distribution_schedule import ScheduleSheet
from documents.distribution_summary import SummarySheet
from documents.over_time import later_years
from documents.sheet import OPTIONS, Book
from documents.view import View, make_view
from documents.wording import day, free, name, short
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from texts import Both, both


def write_distribution(
    path: Path,
    register: Register,
    policy: Policy,
    plan: Plan,
    measures: Measures,
    *,
    checkpoint: str | None = None,
    rests_on: Both | None = None,
    as_of: date | None = None,
) -> None:
    """Write the table to `path`. The same arguments give the same bytes: nothing in the file comes from a clock.

    Raises `ForeignPlan` when plan and register do not belong together, and `OSError` when the file cannot be written.
    """
    view = make_view(register, policy, plan, measures)
    content = distribution(view, checkpoint=checkpoint, rests_on=rests_on, as_of=as_of)
    Path(path).write_bytes(content)


def distribution(
    view: View, *, checkpoint: str | None = None, rests_on: Both | None = None, as_of: date | None = None
) -> bytes:
    """The spreadsheet as bytes."""
    buffer = BytesIO()
    with Workbook(buffer, dict(OPTIONS)) as workbook:
        workbook.set_properties(
            {
                "title": both("sheet.summary_title", county=name(view.register), year="").zh,
                "comments": short(view.plan.plan_hash),
                "created": datetime.combine(as_of or view.policy.in_force_from, time()),
            }
        )
        book = Book(workbook)
        lines = _heading(view, checkpoint, as_of)
        SummarySheet(book, view, rests_on).write(lines)
        citations = Citations(view.policy)
        for fund in view.funds:
            FundSheet(book, view, fund, citations).write(lines)
        if later := later_years(view):
            ScheduleSheet(book, view, later).write(lines)
    return buffer.getvalue()


def _heading(view: View, checkpoint: str | None, as_of: date | None) -> list[Both]:
    """What stands under every title: plan and moment, then the policy."""
    pieces = [both("stamp.plan") + Both(f" {short(view.plan.plan_hash)}", f" {short(view.plan.plan_hash)}")]
    if as_of is not None:
        pieces.append(both("stamp.as_of") + Both(" ", " ") + day(as_of))
    if checkpoint is not None:
        pieces.append(both("stamp.checkpoint") + Both(" ", " ") + free(checkpoint))
    title = Both(free(view.policy.title.zh).zh, free(view.policy.title.en).en)
    policy = both("foot.policy", title=title, version=view.policy.version, day=day(view.policy.in_force_from))
    return [Both.join(pieces, zh="　", en="; "), policy]
