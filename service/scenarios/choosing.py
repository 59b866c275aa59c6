"""What somebody may put beside something else on a page, and what is meant by what was chosen.

The words are those of `service/scenarios/sides.py` but for policies: they are chosen among those on the record, never
as files of this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from desk.saved_scenarios import SavedRow
from service.county import County
from service.jobs.asks import SideGiven
from service.listings import policy_rows
from service.plan_reading import standing
from service.registers import moment
from service.scenarios.finding import shipped_scenarios
from service.scenarios.gallery import exhibits, on_record
from service.scenarios.sides import SideUnclear
from texts import Both, both, literal

Group = tuple[str, list[tuple[str, Both]]]
"""A kind of things and, of each, what it is written as and called."""
NOW = "record"
POSITION_MAX = 2**53


@dataclass(frozen=True)
class Chosen:
    """One side: as it stands in an address, and as long work takes it."""

    written: str
    given: SideGiven

    @property
    def plan(self) -> str | None:
        """The plan on the record it is, if it is one."""
        return self.given.plan


def no_saved(saved: str) -> None:
    """Where no saved scenarios are at hand."""


def choices(county: County, saved: Iterable[SavedRow] = ()) -> list[Group]:
    """Everything that can be chosen, by kind; of saved scenarios these."""
    plans = [(f"plan:{plan}", both("web.plan", plan=plan)) for plan, _, _ in standing(county, moment(county))]
    policies = [
        (f"policy:{one.position}", both("web.compare.policy_of", policy=one.policy, version=one.version))
        for one, _ in policy_rows(county, moment(county))
    ]
    fitting = [(f"scenario:{one.name}", one.question) for one in exhibits(county) if one.fits_record]
    found: list[Group] = [
        ("plans", plans[::-1]),
        ("record", [(NOW, both("side.record_now"))]),
        ("saved", [(f"saved:{one.id}", literal(one.name)) for one in saved]),
        ("scenarios", fitting),
        ("policies", policies[::-1]),
    ]
    return [group for group in found if group[1]]


def chosen(
    county: County, written: str, day: date | None = None, saved: Callable[[str], SavedRow | None] = no_saved
) -> Chosen:
    """What is meant; a record is taken at the position it has now, or at the end of a day. Raises `SideUnclear`.

    `saved` finds a saved scenario, which is then meant as it is now.
    """
    kind, _, what = written.partition(":")
    if kind == "saved" and (row := saved(what)) is not None:
        return Chosen(written, SideGiven(text=row.text))
    if kind == "plan" and what:
        return Chosen(written, SideGiven(plan=what[:128]))
    if kind == "scenario" and what in shipped_scenarios():
        return Chosen(written, SideGiven(text=on_record(what)))
    if kind == "policy":
        adopted = policy_rows(county, moment(county))
        text = next((text for one, text in adopted if str(one.position) == what), None)
        if text is not None:
            return Chosen(written, SideGiven(policy=text))
    if written == NOW and day is None:
        head = county.log.head()
        return Chosen(f"{NOW}@{head}", SideGiven(position=max(head, 1)))
    name, _, when = written.partition("@")
    if name == NOW:
        return _record_then(written, day.isoformat() if day is not None else when)
    raise SideUnclear(given=written[:80])


def _record_then(written: str, when: str) -> Chosen:
    if when.isascii() and when.isdigit() and 0 < int(when[:17]) <= POSITION_MAX:
        return Chosen(f"{NOW}@{when}", SideGiven(position=int(when)))
    try:
        return Chosen(f"{NOW}@{when}", SideGiven(known_at=date.fromisoformat(when)))
    except ValueError:
        raise SideUnclear(given=written[:80]) from None
