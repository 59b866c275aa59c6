"""Use cases of lists: posts, policies, evidence and objections as flat rows, and the catalogue of measures."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from documents.measure_words import measure_name
from domain.errors import Refusal
from domain.facts import POLICY_FACTS
from domain.facts.policies import PolicyAdopted
from domain.folds import PolicyFold
from domain.money import Lang
from domain.register import Register
from scenarios.measures import MEASURES
from service.county import County
from service.evidence import evidence_at
from service.hearing import objections_at
from service.policies import parse_policy
from service.posts import posts_at
from service.registers import Moment, counting, day_of


class PolicyUnknown(Refusal):
    """A policy, or a version of one, that was never adopted."""

    code = "policy-unknown"
    sentence_en = "No such policy {policy}, or no such version of it, was adopted by then."
    cure_en = "GET /v1/policies lists those that were."


class PostRow(Struct, frozen=True, kw_only=True):
    """A post and its place: who stands above it, who supervises it (M32). Posts are public, who holds them is not."""

    post: str
    name_zh: str
    name_en: str
    above: str | None
    """The post one level up."""
    supervised_by: str | None
    """The supervising post (纪检)."""
    department: str | None


class PolicyRow(Struct, frozen=True, kw_only=True):
    """An adopted policy."""

    policy: str
    version: int
    title_zh: str
    title_en: str
    policy_hash: str
    """SHA-256 over what the text says."""
    in_force_from: date
    adopted_on: date
    """The day from which the adoption counts."""
    position: int
    """Of the adoption on the record."""
    in_force: bool
    """Whether it is the rule on the day that is asked about."""


class EvidenceRow(Struct, frozen=True, kw_only=True):
    """A piece of evidence: a file's hash, what it is about, and whether it stands (M29, M31)."""

    evidence: str
    kind: str
    """photo, report, inspection (an unannounced one, 暗访), …"""
    sha256: str
    """Of the file, which stays outside the record."""
    township: str | None
    """Of what it is about; null for the county."""
    unit: str | None
    indicator: str | None
    """The field of the unit it is about."""
    project: str | None
    objection: str | None
    disbursement: str | None
    found_on: date
    finder: str
    """Pseudonymous id of who found it …"""
    finder_name: str | None
    """… and the name, where whoever asks may see names and it was not erased."""
    finder_post: str
    state: str
    """standing, superseded or withdrawn."""
    supersedes: str | None
    superseded_by: str | None
    note: str
    withdrawn_because: str
    cited_by: tuple[str, ...]
    """Stored names of the facts that rest on it."""


class ObjectionRow(Struct, frozen=True, kw_only=True):
    """An objection to an announced plan and what came of it (公示, M27)."""

    objection: str
    plan: str
    state: str
    """open, upheld, rejected, withdrawn or lapsed (the plan was returned or changed before it was answered)."""
    capacity: str
    """As what the person speaks: resident, village head, department, …"""
    unit: str | None
    project: str | None
    line: str | None
    lodged_on: date
    settled_on: date | None
    reason: str
    """Of the answer or withdrawal."""
    text: str | None
    """What is objected; null where whoever asks may not see it."""
    objector: str | None
    """Pseudonymous id of who objects; null likewise."""


class MeasureRow(Struct, frozen=True, kw_only=True):
    """A named figure of a plan, or of how two plans compare: what gates, sweeps and comparisons speak of."""

    measure: str
    name: str
    """In the language that was asked for."""
    unit: str
    """yuan, share (a part of one), count, ratio, or own (that of its rule or objective)."""
    of: str
    """What kind of code it asks for, such as unit or fund; empty for none."""
    compares: bool
    """Whether it needs another outcome to compare with."""


def post_rows(county: County, at: Moment) -> list[PostRow]:
    """Every post, in order of names."""
    return [
        PostRow(
            post=post.post,
            name_zh=post.name_zh,
            name_en=post.name_en,
            above=post.above,
            supervised_by=post.supervised_by,
            department=post.department,
        )
        for _, post in sorted(posts_at(county, at).posts.items())
    ]


def policy_rows(county: County, at: Moment) -> list[tuple[PolicyRow, str]]:
    """Every adopted policy with its text, in the order of their adoption."""
    fold, found = PolicyFold(), []
    for recorded in counting(county, at, POLICY_FACTS):
        fold.apply(recorded.fact)
        if isinstance(recorded.fact, PolicyAdopted):
            found.append((recorded.position, recorded.fact))
    rule = fold.in_force(day_of(county, at))
    return [(_policy_row(position, fact, in_force=fact is rule), fact.text) for position, fact in found]


def _policy_row(position: int, fact: PolicyAdopted, *, in_force: bool) -> PolicyRow:
    title = parse_policy(fact.text).policy.title
    return PolicyRow(
        policy=fact.policy,
        version=fact.policy_version,
        title_zh=title.zh,
        title_en=title.en,
        policy_hash=fact.policy_hash,
        in_force_from=fact.in_force_from,
        adopted_on=fact.mandate.effective_on,
        position=position,
        in_force=in_force,
    )


def evidence_rows(county: County, at: Moment, register: Register | None) -> list[EvidenceRow]:
    """Every piece of evidence, in the order they were attached."""
    found = []
    for piece in evidence_at(county, at):
        attached = piece.attached
        found.append(
            EvidenceRow(
                evidence=attached.evidence,
                kind=attached.kind,
                sha256=attached.sha256,
                township=_township(register, attached.unit, attached.project),
                unit=attached.unit,
                indicator=attached.indicator,
                project=attached.project,
                objection=attached.objection,
                disbursement=attached.disbursement,
                found_on=attached.found_on,
                finder=attached.finder,
                finder_name=county.name_of(attached.finder),
                finder_post=attached.finder_post,
                state=piece.state,
                supersedes=attached.supersedes,
                superseded_by=piece.by_evidence,
                note=attached.note,
                withdrawn_because=piece.reason,
                cited_by=tuple(sorted({cited.decided for cited in piece.cited_by})),
            )
        )
    return found


def _township(register: Register | None, unit: str | None, project: str | None) -> str | None:
    if register is None:
        return None
    if project is not None and project in register.projects:
        unit = register.projects[project].unit
    found = register.units.get(unit or "")
    return None if found is None else found.township


def objection_rows(county: County, at: Moment, plan: str | None = None) -> list[ObjectionRow]:
    """The objections to a plan, or to any, in the order they were lodged."""
    return [
        ObjectionRow(
            objection=one.lodged.objection,
            plan=one.lodged.plan,
            state=one.state,
            capacity=one.lodged.capacity,
            unit=one.lodged.unit,
            project=one.lodged.project,
            line=one.lodged.line,
            lodged_on=one.lodged.mandate.effective_on,
            settled_on=one.settled_on,
            reason=one.reason,
            text=one.lodged.text,
            objector=one.lodged.objector,
        )
        for one in objections_at(county, at, plan)
    ]


def measure_rows(lang: Lang) -> list[MeasureRow]:
    """Every measure there is, in order of names."""
    return [
        MeasureRow(measure=one.name, name=measure_name(one.name)[lang], unit=one.unit, of=one.of, compares=one.compares)
        for _, one in sorted(MEASURES.items())
    ]
