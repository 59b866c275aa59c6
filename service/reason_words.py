"""The reasons of a plan as programs and pages want them: figures beside the sentences papers print (M03, M32)."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from documents.citations import Citations, clause_name
from documents.reasons import unit_reason
from documents.standings import standing_said
from documents.why import basis
from documents.why_not import sentences
from documents.wording import part
from domain.money import Lang
from domain.reasons import FundWorth, Nearness, Number, WhyNot
from service.why import Asked, RulesAnswer, WhyNotAnswer, why


class Because(Struct, frozen=True, kw_only=True):
    """One piece of a unit's money: from which line, for what, by which rule and clause, and the figures behind it."""

    line: str
    fund: str
    part: str
    """floor, need, priority, duty, project, site or manual …"""
    part_name: str
    """… in words."""
    rule: str
    """As lines of plans cite rules …"""
    rule_name: str
    """… in words."""
    clause: str | None
    """Of the policy catalogue (M01–M52) …"""
    clause_name: str | None
    """… in words."""
    amount_fen: int
    """May be below zero where a criterion lowers the priority."""
    of: str | None
    """The project or duty it is for."""
    figures: dict[str, Decimal]
    """need, priority, added, own, all, share; pool_fen, floor_fen, cost_fen."""
    basis: str
    """The figures in words."""


class Reasons(Struct, frozen=True, kw_only=True):
    """All money of one unit in pieces, which sum to the total to the fen."""

    unit: str
    township: str
    total_fen: int
    sentence: str
    """The answer in one sentence; amounts in 10,000 yuan."""
    pieces: tuple[Because, ...]


class Obstacle(Struct, frozen=True, kw_only=True):
    """Why one project is not built, or one unit is no demonstration site, as far as prices tell without a search."""

    subject: str
    kind: str
    """project or site."""
    unit: str
    obstacle: str | None
    """built, site, not-admitted, paid, no-fund, no-rule, incomplete; null where only better projects are in the way."""
    detail: tuple[str, ...]
    """What the obstacle is about: purposes, haves, the stage."""
    near: Nearness | None
    """How far it is from being built, at least."""
    said: tuple[str, ...]
    """The answer in sentences."""


class Standing(Struct, frozen=True, kw_only=True):
    """How one rule stands in a plan: binding or slack, and how much room its numbers leave."""

    rule: str
    rule_name: str
    clause: str | None
    clause_name: str | None
    kind: str
    """must or should."""
    measure: str
    """What its shortfall is counted in."""
    shortfall: int
    """What the plan lacks of it; a must-rule lacks nothing."""
    binding: bool
    """Whether one of its numbers could not be tightened by a step, or something is lacking."""
    said: str
    """The same in words."""
    numbers: tuple[Number, ...]
    estimate: Decimal | None
    """What one unit of its measure (10,000 yuan of money) of room would add to the last objective, by prices."""


class Standings(Struct, frozen=True, kw_only=True):
    """How every rule of a plan stands, and what more money in each fund is worth, by prices."""

    rules: tuple[Standing, ...]
    funds: tuple[FundWorth, ...]


def reasons_of(about: Asked, unit: str, lang: Lang) -> Reasons:
    """Why a unit gets what it gets. Raises `NameUnknown`."""
    found, view = why(about, unit).found, about.view
    citations = Citations(view.policy)
    pieces = []
    for piece in found.pieces:
        cited = citations[piece.rule]
        pieces.append(
            Because(
                line=piece.line,
                fund=piece.fund,
                part=piece.part,
                part_name=part(piece.part)[lang],
                rule=piece.rule,
                rule_name=cited.label[lang],
                clause=cited.clause,
                clause_name=_clause(cited.clause, lang),
                amount_fen=piece.amount_fen,
                of=piece.of,
                figures=piece.figures,
                basis=basis(view, piece)[lang],
            )
        )
    seen = view.by_code[found.unit]
    return Reasons(
        unit=found.unit,
        township=seen.township.code,
        total_fen=found.total_fen,
        sentence=unit_reason(seen, view, citations)[lang],
        pieces=tuple(pieces),
    )


def obstacles_of(answer: WhyNotAnswer, lang: Lang) -> list[Obstacle]:
    """What stands in the way of each project or site that was asked about."""
    view, near = answer.about.view, {one.project: one for one in answer.near}

    def told(found: WhyNot) -> Obstacle:
        close = near.get(found.subject) if found.kind == "project" else None
        return Obstacle(
            subject=found.subject,
            kind=found.kind,
            unit=found.unit,
            obstacle=found.obstacle,
            detail=found.detail,
            near=close,
            said=tuple(said[lang] for said in sentences(view, found, close)),
        )

    return [told(found) for found in answer.found]


def standings_of(answer: RulesAnswer, lang: Lang) -> Standings:
    """How the rules stand, in words."""
    citations, found = Citations(answer.about.view.policy), []
    for one in answer.standings:
        cited = citations[one.rule]
        found.append(
            Standing(
                rule=one.rule,
                rule_name=cited.label[lang],
                clause=cited.clause,
                clause_name=_clause(cited.clause, lang),
                kind=one.kind,
                measure=one.measure,
                shortfall=one.shortfall,
                binding=one.binding,
                said=standing_said(one)[lang],
                numbers=one.numbers,
                estimate=one.estimate,
            )
        )
    return Standings(rules=tuple(found), funds=answer.funds)


def _clause(clause: str | None, lang: Lang) -> str | None:
    return None if clause is None else clause_name(clause)[lang]
