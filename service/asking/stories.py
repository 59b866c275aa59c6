"""The story of a unit, fund, project, plan or commitment: every fact that concerns it as one sentence, oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from documents.story import Told, story_table
from documents.telling import amount, late_days, said, told
from domain.facts.plans import PlanApproved, PlanDrafted, PlanLineAdjusted
from domain.money import Lang
from domain.plan import PlanLine
from history.log import Recorded
from service.asking.known import Known
from service.asking.subjects import IN_PLANS, Subject, facts_about, subject_of
from service.county import County
from service.registers import Moment
from texts import Both, both


@dataclass(frozen=True)
class Story:
    """What the record says of one subject at a moment."""

    subject: Subject
    called: Both
    at: Moment
    count: int
    """All facts of it …"""
    told: tuple[Told, ...]
    """… and those that were asked for in words."""

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return story_table(self.called, self.at.as_of, self.at.position, self.told, lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "subject": {"kind": self.subject.kind, "code": self.subject.code},
            "position": self.at.position,
            "as_of": self.at.as_of,
            "facts": [one.json() for one in self.told],
        }


def story_of(county: County, given: str, at: Moment, window: slice = slice(None)) -> Story:
    """The story of what `given` means, the facts in the window in words.

    Raises `SubjectUnknown` or `SubjectAmbiguous`.
    """
    subject = subject_of(county, given, at)
    names = Known(county, at.position)
    tellings = list(_tellings(facts_about(county, subject, at), names, subject))
    told = tuple(in_words() for in_words in tellings[window])
    return Story(subject, names.subject(subject, at.position), at, len(tellings), told)


def tell(facts: Iterator[Recorded], names: Known, subject: Subject | None = None) -> Iterator[Told]:
    """Facts as sentences; with a unit, fund or project as subject, a plan's facts say what of its money is theirs."""
    return (in_words() for in_words in _tellings(facts, names, subject))


def _tellings(facts: Iterator[Recorded], names: Known, subject: Subject | None) -> Iterator[Callable[[], Told]]:
    """What makes the sentence of each fact, when it is wanted: to word a fact takes longer than to read it."""
    shares: dict[str, int] = {}
    for recorded in facts:
        fact, position = recorded.fact, recorded.position
        share = None
        if subject is not None and subject.kind in IN_PLANS:
            if isinstance(fact, PlanDrafted | PlanLineAdjusted):
                shares[fact.plan] = sum(line.amount_fen for line in fact.content.lines if _of(line, subject))
            if isinstance(fact, PlanDrafted | PlanLineAdjusted | PlanApproved) and fact.plan in shares:
                whose = names.thing(subject.kind, subject.code, position)
                sum_said = amount(shares[fact.plan])
                share = both("history.share", said=said(fact, position, names), subject=whose, amount=sum_said)
        yield partial(_told, recorded, names, share)


def _told(recorded: Recorded, names: Known, share: Both | None) -> Told:
    fact, position, mandate = recorded.fact, recorded.position, recorded.fact.mandate
    what = share or said(fact, position, names)
    return Told(
        position=position,
        recorded_at=recorded.recorded_at,
        effective_on=mandate.effective_on,
        late_days=max(late_days(fact, recorded.recorded_at), 0),
        fact=fact.stored_name(),
        person=names.person(mandate.person),
        post=mandate.post,
        why=mandate.why,
        document=mandate.document,
        what=what,
        sentence=told(fact, position, recorded.recorded_at, names, what),
    )


def _of(line: PlanLine, subject: Subject) -> bool:
    return bool(msgspec.structs.asdict(line)[subject.kind] == subject.code)
