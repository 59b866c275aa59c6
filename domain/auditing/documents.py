"""Sums over their document number: more was used under a paper, or out of a fund, than the paper granted (指标文号).

Two rules, each over gross sums:

    fund       what arrived, was committed or paid (net of what was released or came back) of a fund exceeds what its
               documents grant: announced, amended, and carried in less carried out and taken back
    document   facts that cite a document number use more of one kind (arrived, committed, paid) than facts that cite,
               or state, the same number grant (a fund's amount, an approval's total, an amendment's increase)

A document that grants no sum is not judged. Numbers are compared without width, case, spaces and brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from domain.auditing.finding import Entry, Finding, largest_first
from domain.auditing.writing import plainly
from domain.facts.base import Fact
from domain.facts.funds import (
    FundAmended,
    FundAnnounced,
    FundCarriedOver,
    FundTakenBack,
    PledgeReceived,
    TrancheReceived,
)
from domain.facts.plans import PlanApproved
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned

USES = ("arrived", "committed", "paid")


@dataclass
class Account:
    """What one fund or document grants, and what was used of it."""

    called: str
    granted_fen: int = 0
    grants: list[int] = field(default_factory=list)
    used_fen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(USES, 0))
    users: dict[str, list[int]] = field(default_factory=lambda: {use: [] for use in USES})
    documents: dict[str, None] = field(default_factory=dict)

    def grant(self, fen: int, position: int, document: str | None) -> None:
        """More (or less) is granted."""
        self.granted_fen += fen
        self.grants.append(position)
        if document:
            self.documents[document] = None

    def use(self, use: str, fen: int, position: int) -> None:
        """More (or less) is used."""
        self.used_fen[use] += fen
        self.users[use].append(position)

    def findings(self, kind: str) -> Iterator[Finding]:
        """Every use above what is granted."""
        for use in USES:
            over = self.used_fen[use] - self.granted_fen
            if self.grants and over > 0:
                yield Finding(
                    kind=f"over.{kind}",
                    positions=tuple(sorted({*self.grants, *self.users[use]})),
                    amount_fen=over,
                    said={
                        kind: self.called,
                        "use": use,
                        "used_fen": self.used_fen[use],
                        "granted_fen": self.granted_fen,
                        "over_fen": over,
                        "documents": tuple(self.documents),
                    },
                )


def over_document(entries: Iterable[Entry]) -> list[Finding]:
    """Every fund and document of which more was used than granted; `entries` in the order of the record."""
    funds: dict[str, Account] = {}
    papers: dict[str, Account] = {}
    for entry in entries:
        _of_fund(funds, entry.fact, entry.position)
        _of_document(papers, entry.fact, entry.position)
    found = [one for fund in funds.values() for one in fund.findings("fund")]
    return largest_first([*found, *(one for paper in papers.values() for one in paper.findings("document"))])


def _of_fund(funds: dict[str, Account], fact: Fact, position: int) -> None:
    code = getattr(fact, "fund", None)
    if not isinstance(code, str):
        return
    account = funds.setdefault(code, Account(code))
    match fact:
        case FundAnnounced():
            account.grant(fact.record.amount_fen, position, fact.record.document_no)
        case FundAmended():
            account.grant(fact.new_amount_fen - fact.old_amount_fen, position, fact.mandate.document)
        case FundCarriedOver():
            account.grant(-fact.amount_fen, position, fact.mandate.document)
            receiving = funds.setdefault(fact.to_fund, Account(fact.to_fund))
            receiving.grant(fact.amount_fen, position, fact.mandate.document)
        case FundTakenBack():
            account.grant(-fact.amount_fen, position, fact.mandate.document)
        case PledgeReceived(kind="money"):
            account.grant(fact.amount_fen, position, fact.mandate.document)
            account.use("arrived", fact.amount_fen, position)
        case _:
            _use(account, fact, position)


def _of_document(papers: dict[str, Account], fact: Fact, position: int) -> None:
    cited = fact.mandate.document
    if isinstance(fact, FundAnnounced):
        for number in dict.fromkeys((fact.record.document_no, cited)):
            if number and plainly(number):
                paper = papers.setdefault(plainly(number), Account(number))
                paper.grant(fact.record.amount_fen, position, number)
        return
    if not cited or not plainly(cited):
        return
    paper = papers.setdefault(plainly(cited), Account(cited))
    match fact:
        case PlanApproved():
            paper.grant(fact.total_fen, position, cited)
        case FundAmended():
            paper.grant(max(fact.new_amount_fen - fact.old_amount_fen, 0), position, cited)
        case _:
            _use(paper, fact, position)


def _use(account: Account, fact: Fact, position: int) -> None:
    match fact:
        case TrancheReceived():
            account.use("arrived", fact.amount_fen, position)
        case LineCommitted():
            account.use("committed", fact.amount_fen, position)
        case CommitmentReleased():
            account.use("committed", -fact.amount_fen, position)
        case MoneyDisbursed():
            account.use("paid", fact.amount_fen, position)
        case MoneyReturned():
            account.use("paid", -fact.amount_fen, position)
            account.use("committed", -fact.amount_fen, position)
        case _:
            pass
