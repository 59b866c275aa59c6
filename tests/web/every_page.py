"""Every page there is, a line each: where it is, and who opens it. The walks and the screenshots take them all.

`PAGES` are walked in CI. `STATES` are the same pages as they look at other times; they are photographed, and walked for
long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from tests.web import shelf_states

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

Record = Literal["year", "season", "fresh"]
"""The finished year; the middle of a season, with plans in every state and a hearing that goes on; nothing yet."""
PATIENCE_MS = 180_000
"""What a proof may take on a busy machine, and that nothing can be proven a little longer."""
CERTIFIED = ".box.certified, .hindered"


@dataclass(frozen=True)
class Page:
    """A page in one of its states."""

    name: str
    """What its pictures are called."""
    path: str
    who: str | None = None
    """Login of who opens it; None is a resident who signs in nowhere."""
    status: int = 200
    record: Record = "year"
    fetches: bool = False
    """Whether its script asks the server for more by itself."""
    then: Callable[[Tab], None] | None = None
    """What brings the page into its state once it is open."""


def _until(selector: str) -> Callable[[Tab], None]:
    """Wait until something is there."""

    def wait(tab: Tab) -> None:
        tab.locator(selector).first.wait_for(timeout=PATIENCE_MS)

    return wait


def _refused(tab: Tab) -> None:
    """Sign in with a wrong password."""
    tab.locator("main [name=login]").fill("planner")
    tab.locator("main [name=password]").fill("not mine")
    tab.locator("main form button").click()
    tab.locator(".refusal").wait_for()


def _without_name(tab: Tab) -> None:
    """Object in words that cannot be put on the record: nothing but a blank."""
    tab.locator("textarea[name=said]").fill(" ")
    tab.locator("#object form button.primary").click()
    tab.locator(".refusal").wait_for()


def _opened(selector: str) -> Callable[[Tab], None]:
    """Open what is folded."""

    def click(tab: Tab) -> None:
        for folded in tab.locator(selector).all():
            folded.click()

    return click


def _pinned(tab: Tab) -> None:
    """Both variants are certified."""
    for _ in range(60):
        if tab.locator("#bench[data-final]").count():
            return
        tab.wait_for_timeout(1000)
        tab.reload()


def _asked_exactly(tab: Tab) -> None:
    """Have the levers of a project searched for."""
    if not tab.locator(".levers").count():
        tab.locator(".left-out form button").first.click()
        for _ in range(60):
            if tab.locator(".levers").count():
                return
            tab.wait_for_timeout(1000)
            tab.reload()


PAGES: tuple[Page, ...] = (
    Page("overview", "/", "planner"),
    Page("overview-past", "/?as_of=2026-05-31", "planner"),
    Page("workbench", "/workbench", "planner", fetches=True),
    Page("plans", "/plans", "approver"),
    Page("plan", "/plans/2026-01", "approver"),
    Page("plan-steps", "/plans/2026-01?show=steps", "approver"),
    Page("plan-fairness", "/plans/2026-01?show=fairness", "approver"),
    Page("units", "/units"),
    Page("unit", "/units/1002-hongxing"),
    Page("notices", "/notices"),
    Page("notice", "/notices/2026-01"),
    Page("distribution", "/notices/2026-01/distribution"),
    Page("approval", "/notices/2026-01/approval", "approver"),
    Page("clauses", "/clauses"),
    Page("signin", "/signin"),
    Page("password", "/password", "reader"),
    Page("audit", "/audit?trace=w-001", "auditor"),
    Page("audit-past", "/audit?as_of=2026-06-30&known_at=2026-08-14&since=2026-05-31&trace=d-001", "auditor"),
    Page("register", "/register", "planner"),
    Page("register-units", "/register/units", "planner"),
    Page("register-projects", "/register/projects", "planner"),
    Page("register-funds", "/register/funds", "planner"),
    Page("register-posts", "/register/posts", "planner"),
    Page("register-entry", "/register/units/1002-hongxing", "planner"),
    Page("register-import", "/register/import", "planner"),
    Page("policies", "/policies"),
    Page("scenarios", "/scenarios", "planner"),
    Page("scenario", "/scenarios/late-tranche", "planner"),
    Page("sweeps", "/sweeps", "planner"),
    Page("compare", "/compare", "planner"),
    Page("jobs", "/jobs", "planner"),
    Page("fault", "/plans/none", "planner", 404),
)
"""One line per page and state; a line added here is walked, photographed and read in both languages."""

MOVED = "funds.service.amount_yuan=5000000&policy.priority.criteria.backward.add=0.9"
STATES: tuple[Page, ...] = (
    Page("workbench-moved", f"/workbench?{MOVED}", "planner", then=_until(CERTIFIED)),
    Page(
        "workbench-impossible",
        "/workbench?policy.rules.nobody-below-floor.amount_yuan=90000",
        "planner",
        then=_until(".hindered"),
    ),
    Page("workbench-pinned", f"/workbench?policy.rules.sites=off&pin={quote(MOVED)}", "planner", then=_pinned),
    Page("plan-townships", "/plans/2026-01?show=townships", "approver"),
    Page("plan-funds", "/plans/2026-01?show=funds", "approver"),
    Page("plan-projects", "/plans/2026-01?show=projects", "approver"),
    Page("plan-rules", "/plans/2026-01?show=rules", "approver"),
    Page("unit-left-out", "/units/0302-liushu", "approver"),
    Page("objection", "/units/1002-hongxing/objection"),
    Page("notice-past", "/notices/2026-01?as_of=2026-03-25"),
    Page("audit-without-names", "/audit?trace=d-001", "reader"),
    Page("address-unclear", "/plans/2026-01?show=nothing", "reader", 422),
    Page("unit-poor", "/units/1008-lanhua"),
    Page("unit-signed-in", "/units/1002-hongxing", "planner"),
    Page("unit-why-not", "/units/1002-hongxing", "planner", then=_asked_exactly),
    Page("signin-refused", "/signin", None, then=_refused),
    Page("overview-waiting", "/", "approver", record="season"),
    Page("plans-season", "/plans", "approver", record="season"),
    Page("plan-draft", "/plans/2026-03", "planner", record="season"),
    Page("plan-draft-steps", "/plans/2026-03?show=steps", "planner", record="season"),
    Page("plan-waiting", "/plans/2026-04", "reviewer", record="season"),
    Page("plan-waiting-own", "/plans/2026-04", "planner", record="season"),
    Page("plan-returned", "/plans/2026-01", "planner", record="season"),
    Page("plan-superseded", "/plans/2026-02", "approver", record="season"),
    Page("plan-heard", "/plans/2026-05", "reviewer", record="season"),
    Page("unit-announced", "/units/1002-hongxing", None, record="season"),
    Page("unit-objecting", "/units/1002-hongxing", "reviewer", record="season"),
    Page("unit-objection-refused", "/units/1002-hongxing", "reviewer", record="season", then=_without_name),
    Page("objection-sheet", "/units/1002-hongxing/objection", None, record="season"),
    Page("notice-announced", "/notices/2026-05", None, record="season"),
    Page("audit-verified", "/audit", "auditor", then=shelf_states.verified),
    Page("audit-several", "/audit?trace=25500", "auditor"),
    Page("register-late", "/register/projects?late=true&sort=-cost", "planner"),
    Page("register-project", "/register/projects/1002-hongxing-4", "planner"),
    Page("import-faults", "/register/import", "planner", then=shelf_states.sent("many")),
    Page("import-preview", "/register/import", "planner", then=shelf_states.sent("1480")),
    Page("policies-faults", "/policies", "planner", then=shelf_states.faulty_policy),
    Page("scenario-running", "/scenarios/corridor", "planner", then=shelf_states.run("running", "#job progress")),
    Page("scenario-cancelled", "/scenarios/corridor", "planner", then=shelf_states.run("cancelled", ".lead + p a")),
    Page(
        "scenario-failed", "/scenarios/late-tranche", "planner", then=shelf_states.run("failed", ".said", on="record")
    ),
    Page("scenario-done", "/scenarios/offices-first", "planner", then=shelf_states.run("done", ".three", on="record")),
    Page("sweep-done", "/sweeps", "planner", then=shelf_states.swept),
    Page("compare-done", "/compare", "planner", then=shelf_states.compared),
    Page("jobs-done", "/jobs", "planner"),
    Page("fresh-overview", "/", "planner", record="fresh"),
    Page("fresh-workbench", "/workbench", "planner", 404, record="fresh"),
    Page("fresh-plans", "/plans", "planner", record="fresh"),
    Page("fresh-units", "/units", None, 404, record="fresh"),
    Page("fresh-notices", "/notices", None, record="fresh"),
    Page("fresh-register", "/register", "planner", 404, record="fresh"),
    Page("fresh-audit", "/audit", "auditor", 404, record="fresh"),
)
"""What the pages look like at other times: certified, impossible, waiting, refused, before anything is recorded."""
