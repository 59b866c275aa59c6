"""What a question is about: a code, `kind:code` or a name found on the record, and the facts that concern it.

Everything is found by tags, never by reading the whole log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from domain.errors import Refusal
from domain.facts import PLAN_FACTS
from domain.facts.base import TAGGED_FIELDS, Fact
from domain.facts.projects import ProjectProposed
from domain.facts.spending import LineCommitted, MoneyDisbursed, MoneyReturned
from history.log import Recorded
from service.county import County
from service.registers import Moment, register_at

NARROWEST_FIRST = ("plan", "fund", "unit", "project", "township", "commitment", "disbursement")
"""In this order kinds are tried for a bare code; the further kinds of tags come after."""
BY_TAG_ONLY = ("evidence", "post", "witness", "key")
"""Kinds a fact is tagged with beyond its fields."""
IN_PLANS = ("unit", "fund", "project")
"""Kinds of which a plan's lines say what they get."""


class SubjectUnknown(Refusal):
    """A question about something the record does not know at that moment."""

    code = "subject-unknown"
    sentence_en = "Nothing called {given} was on the record at position {position}."
    cure_en = "Give a code or a whole name, or KIND:CODE such as unit:V012; `tongchou store facts` lists what is there."


class SubjectAmbiguous(Refusal):
    """A code or name of several things."""

    code = "subject-ambiguous"
    sentence_en = "{given} can mean several things: {meanings}."
    cure_en = "Ask for one of them."


@dataclass(frozen=True)
class Subject:
    """One thing the record has facts about."""

    kind: str
    code: str

    @property
    def tag(self) -> str:
        """The tag its facts carry."""
        return f"{self.kind}:{self.code}"


def subject_of(county: County, given: str, at: Moment, kinds: tuple[str, ...] | None = None) -> Subject:
    """What a code, `kind:code` or name means. Raises `SubjectUnknown` or `SubjectAmbiguous`."""
    kind, colon, code = given.partition(":")
    known = tuple(dict.fromkeys((*NARROWEST_FIRST, *TAGGED_FIELDS, *BY_TAG_ONLY)))
    if colon and kind in known:
        if not _on_record(county, Subject(kind, code), at):
            raise SubjectUnknown(given=given[:80], position=at.position)
        return Subject(kind, code)
    found = [one for kind in kinds or known if _on_record(county, one := Subject(kind, given), at)]
    if not found:
        named = county.views.names.called(given, at.position)
        found = [Subject(kind, code) for kind, code in named if kinds is None or kind in kinds]
    if not found:
        raise SubjectUnknown(given=given[:80], position=at.position)
    if len(found) > 1:
        raise SubjectAmbiguous(given=given[:80], meanings=", ".join(one.tag for one in found[:8]))
    return found[0]


def facts_about(county: County, subject: Subject, at: Moment) -> Iterator[Recorded]:
    """Every fact that concerns a subject, in both times, in the order the log learned of them.

    Of a unit also those of its projects; of a unit, fund or project the lives of the plans that have a line for it; of
    a plan also what was paid and came back under its commitments.
    """
    wanted: list[tuple[Sequence[type[Fact]], Sequence[str]]] = [((), [subject.tag])]
    if subject.kind in IN_PLANS:
        kind = cast(Literal["unit", "fund", "project"], subject.kind)
        plans = county.views.plans.touching(kind, subject.code, position=at.position)
        wanted += [(PLAN_FACTS, [f"plan:{plan}"]) for plan in plans]
    if subject.kind == "unit":
        declared = county.log.facts(until=at.position, types=[ProjectProposed], tags=[subject.tag])
        projects = [one.fact.project for one in declared if isinstance(one.fact, ProjectProposed)]
        wanted += [((), [f"project:{project}"]) for project in projects]
    if subject.kind == "plan":
        made = county.log.facts(until=at.position, types=[LineCommitted], tags=[subject.tag])
        codes = [one.fact.commitment for one in made if isinstance(one.fact, LineCommitted)]
        wanted += [((MoneyDisbursed, MoneyReturned), [f"commitment:{code}"]) for code in codes]
    for recorded in county.log.matching(wanted, until=at.position):
        if counts(recorded, at):
            yield recorded


def township_of(county: County, subject: Subject, at: Moment) -> str | None:
    """The township a unit, project, commitment or township itself lies in; None for what concerns the whole county."""
    if subject.kind == "township":
        return subject.code
    unit: str | None = subject.code if subject.kind == "unit" else None
    tag_has_unit = subject.kind in ("project", "commitment", "disbursement")
    if tag_has_unit:
        about = county.log.facts(until=at.position, tags=[subject.tag])
        unit = next((found for one in about if (found := getattr(one.fact, "unit", None)) is not None), None)
    if unit is None:
        return None
    known = register_at(county, at).units.get(unit)
    return None if known is None else known.township


def counts(recorded: Recorded, at: Moment) -> bool:
    """Whether a fact counts by the moment's effective date."""
    return at.as_of is None or recorded.fact.mandate.effective_on <= at.as_of


def _on_record(county: County, subject: Subject, at: Moment) -> bool:
    return next(county.log.facts(until=at.position, tags=[subject.tag]), None) is not None
