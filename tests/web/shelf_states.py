"""What brings the audit page, the register and the shelves into their states: files sent, texts checked, work done."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

from service.registers import library

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

PATIENCE_MS = 300_000
"""What a search may take on a busy machine."""
WENCHANG = ("0103-wenchang,文昌社区,Wenchang Community,community,01-chengguan,1447,", ",1447,")
"""A row of the shipped units as far as its households, and these."""


def sent(households: str) -> Callable[[Tab], None]:
    """Send the shipped register with other households of one unit."""
    county = library() / "x-county"
    row, old = WENCHANG
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for sheet in ("townships", "units", "projects", "funds", "county"):
            text = (county / f"{sheet}.csv").read_text(encoding="utf-8")
            archive.writestr(f"{sheet}.csv", text.replace(row, row.replace(old, f",{households},")))
    file = {"name": "register-2027.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}

    def send(tab: Tab) -> None:
        tab.locator("#file").set_input_files(file)  # type: ignore[arg-type]  # a payload is a dictionary like this
        tab.locator("#drop button").click()
        tab.wait_for_url("**/register/import/*")

    return send


def faulty_policy(tab: Tab) -> None:
    """Check the policy in force with a share that is no number and a clause there is not."""
    text = (library() / "x-county" / "policy.yaml").read_text(encoding="utf-8")
    tab.locator("#text").fill(text.replace("at_least: 0.42", "at_least: many").replace("clause: M14", "clause: X99"))
    tab.locator("#check form button").click()
    tab.locator(".said").wait_for()


def verified(tab: Tab) -> None:
    """Have the record computed anew and its pack made, unless that was done."""
    for kind in ("verify", "pack"):
        if not tab.locator(f".chain li.fine:has([value={kind}])").count():
            tab.locator(f".chain form:has([value={kind}]) button").click(timeout=PATIENCE_MS)
        tab.locator(f".chain li.fine:has([value={kind}])").wait_for(timeout=PATIENCE_MS)


def run(state: str, until: str, *, on: str = "shipped") -> Callable[[Tab], None]:
    """Have the scenario of the page worked out until it is in a state, unless one of its runs is."""

    def work(tab: Tab) -> None:
        if _opened(tab, state):
            return
        tab.locator(f"[name=on][value={on}]").check()
        tab.locator("form[action='/scenarios'] button").click()
        tab.wait_for_url("**/jobs/*")
        if state == "cancelled":
            tab.locator("#job form button").click()
        tab.locator(until).first.wait_for(timeout=PATIENCE_MS)

    return work


def swept(tab: Tab) -> None:
    """Have the first sweep worked out, unless that was done."""
    if not _opened(tab, "done"):
        tab.locator("form[action='/sweeps'] button").first.click()
        tab.locator("#trade").wait_for(timeout=PATIENCE_MS)


def _opened(tab: Tab, state: str) -> bool:
    """Open the newest run of the page's list that is in a state, if there is one."""
    there = tab.locator(f"tr:has(.j-{state}) a")
    if there.count():
        there.first.click()
        tab.wait_for_url("**/jobs/*")
        return True
    return False


def compared(tab: Tab) -> None:
    """Compare the plan with a scenario."""
    tab.locator("#right").select_option("scenario:more-for-backward")
    tab.locator("form.pair button").click()
    tab.locator(".three").wait_for(timeout=PATIENCE_MS)
