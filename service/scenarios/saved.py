"""Scenarios saved on the server: kept by name for everybody of the county, and usable wherever a shipped one is.

A saved scenario is the text of a file, the very one `tongchou scenario run` takes. Long work that is asked for with one
(`saved` in a request) is asked with its text as it is then, so that deleting it later changes nothing that runs.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from desk.saved_scenarios import SavedRow
from domain.errors import Refusal
from domain.facts import CASE_FACTS
from domain.quoting import printable
from service.access.principal import Principal
from service.county import County
from service.jobs.asks import Ask, ComparisonAsk, ScenarioGiven, SideGiven
from service.jobs.scenario_texts import scenario_given
from service.registers import library
from service.scenarios.finding import ENDING, Composed, composed_of
from texts import Both

if TYPE_CHECKING:
    from service.office import Office

NAME_MAX = 80
SAVED_MAX = 100
"""So many one account may keep; more is a program running wild."""
COMPOSED_KEPT = 256
AnAsk = TypeVar("AnAsk", bound=Ask)


class UnknownSaved(Refusal):
    """A saved scenario there is none of, or no more."""

    code = "unknown-saved-scenario"
    sentence_en = "There is no saved scenario {saved}."
    cure_en = "`GET /v1/saved-scenarios` and the page of scenarios list those there are."


class SavedNameUnfit(Refusal):
    """A name no scenario can be saved under."""

    code = "saved-name-unfit"
    sentence_en = "“{given}” cannot be the name of a saved scenario: {problem}."
    cure_en = "Give it a name of one to {most} letters, digits, signs and blanks, in one line."


class SavedNameTaken(Refusal):
    """A name another saved scenario has."""

    code = "saved-name-taken"
    sentence_en = "Another scenario is saved as “{name}” already."
    cure_en = "Save this one under another name; whoever saved the other can delete it."


class TooManySaved(Refusal):
    """More saved scenarios of one account than anybody will ever look through."""

    code = "too-many-saved"
    sentence_en = "{count} scenarios are saved by this account already."
    cure_en = "Delete those nobody needs any more."


class SavedByAnother(Refusal):
    """Somebody else's saved scenario."""

    code = "saved-by-another"
    sentence_en = "“{name}” was saved by somebody else."
    cure_en = "Ask them to delete it, or an administrator."


@dataclass(frozen=True)
class Saved:
    """One saved scenario with what it asks, and what has happened since."""

    row: SavedRow
    composed: Composed
    who: str | None
    """The name of whoever saved it; None once it is erased."""
    moved_at: int | None
    """The position of the first fact since its base that changes register, funds or policy, if there is one."""
    moved_by: str | None
    """What that fact is."""

    @property
    def question(self) -> Both:
        """What it asks."""
        asked = self.composed.loaded.scenario.question
        return Both(asked.zh, asked.en)

    @property
    def based_on(self) -> int | None:
        """The position it is based on; None where it is the record as it stands, a day, or a shipped register."""
        return self.composed.loaded.scenario.based_on.position

    @property
    def on_record(self) -> bool:
        """Whether it is about this record under a policy that is on it."""
        based_on = self.composed.loaded.scenario.based_on
        return based_on.register_name is None and based_on.policy is None


def save(office: Office, name: str, text: str, who: Principal) -> str:
    """Keep a scenario under a name; its id. The same text saved twice by somebody under one name is one.

    Raises `SavedNameUnfit`, `SavedNameTaken`, `TooManySaved`, or what is wrong with the text: `PolicyFaults` with every
    fault of it, `ScenarioReachesOut`.
    """
    called = _name(name)
    with scenario_given(None, text):  # whatever is wrong with it is told now
        pass
    before = office.saved.named(called)
    if before is not None and (before.account, before.text) == (who.account, text):
        return before.id
    if (count := office.saved.count(who.account)) >= SAVED_MAX:
        raise TooManySaved(count=count)
    row = SavedRow(secrets.token_hex(8), called, who.account, office.clock(), office.head(), text)
    if before is not None or not office.saved.add(row):
        raise SavedNameTaken(name=called)
    return row.id


def delete(office: Office, saved: str, who: Principal) -> None:
    """Delete one of one's own; an administrator may delete any. Raises `UnknownSaved` or `SavedByAnother`."""
    row = row_of(office, saved)
    if row.account != who.account and "admin" not in who.roles:
        raise SavedByAnother(name=row.name)
    office.saved.remove(saved)


def row_of(office: Office, saved: str) -> SavedRow:
    """One as it is kept. Raises `UnknownSaved`."""
    row = office.saved.get(saved)
    if row is None:
        raise UnknownSaved(saved=printable(saved[:40]))
    return row


def saved_one(office: Office, county: County, saved: str) -> Saved:
    """One of them. Raises `UnknownSaved`."""
    return _looked_at(county, row_of(office, saved))


def all_saved(office: Office, county: County) -> list[Saved]:
    """Every saved scenario, the newest first."""
    return [_looked_at(county, row) for row in office.saved.newest()]


def with_texts(office: Office, ask: AnAsk) -> AnAsk:
    """A request with the texts of the saved scenarios it names. Raises `UnknownSaved`."""
    changes: dict[str, Any] = {}
    if isinstance(ask, ScenarioGiven | SideGiven) and ask.saved is not None:
        changes = {"saved": None, "text": row_of(office, ask.saved).text}
    elif isinstance(ask, ComparisonAsk):
        changes = {"before": with_texts(office, ask.before), "after": with_texts(office, ask.after)}
    return ask.model_copy(update=changes) if changes else ask


def on_record_now(composed: Composed) -> str:
    """The text of a scenario whose changes are made on the record as it stands."""
    whole: Any = composed.loaded.tree.data
    kept = {key: value for key, value in (whole.get("based_on") or {}).items() if key == "policy"}
    exact = msgspec.json.Encoder(decimal_format="number").encode({**whole, "based_on": kept})  # JSON is YAML
    return msgspec.json.format(exact, indent=1).decode()


def _looked_at(county: County, row: SavedRow) -> Saved:
    composed = _composed(row.text)
    position, moved = composed.loaded.scenario.based_on.position, None
    if position is not None:
        moved = next(county.log.facts(after=position, types=CASE_FACTS), None)
    return Saved(
        row,
        composed,
        county.people.name_of(row.account),
        None if moved is None else moved.position,
        None if moved is None else moved.fact.stored_name(),
    )


@lru_cache(COMPOSED_KEPT)
def _composed(text: str) -> Composed:
    return composed_of(text, library() / f"saved{ENDING}")


def _name(given: str) -> str:
    name = unicodedata.normalize("NFC", " ".join(given.split()))
    problem = None
    if not name:
        problem = "it is empty"
    elif len(name) > NAME_MAX:
        problem = "it is too long"
    elif not name.isprintable() or any(unicodedata.category(sign) in ("Cs", "Co", "Cn", "Cf") for sign in name):
        problem = "it has signs that cannot be seen"
    if problem is not None:
        raise SavedNameUnfit(given=printable(given[:40]), problem=problem, most=NAME_MAX)
    return name
