"""Whatever single thing of a valid plan is changed at random, the verifier finds fault with it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.plan import Plan, PlanLine
from optimizer.verify import verify
from tests.optimizer import medium
from tests.optimizer.forging import changed, forged, with_amount

SOME_FEN = st.integers(-10_000_000, 10_000_000).filter(bool)
PLACES = st.integers(0, 10_000)


def fault_found(plan: Plan) -> bool:
    assume(plan != medium.plan())
    return bool(verify(medium.county(), medium.loaded(), plan))


def line_changed(plan: Plan, place: int, **differs: object) -> Plan:
    place %= len(plan.lines)
    lines = list(plan.lines)
    lines[place] = changed(lines[place], **differs)
    return changed(plan, lines=tuple(lines))


@st.composite
def single_changes(draw: st.DrawFn) -> Plan:
    """The medium plan with one field of one of its parts another."""
    plan, place = medium.plan(), draw(PLACES)
    codes = st.sampled_from([*medium.county().units, *medium.county().projects, *medium.county().funds, "X"])
    match draw(
        st.sampled_from(["amount", "part", "code", "rules", "fund", "site", "objective", "claim", "run", "hash"])
    ):
        case "amount":
            line = plan.lines[place % len(plan.lines)]
            return line_changed(plan, place, amount_fen=line.amount_fen + draw(SOME_FEN))
        case "part":
            line = plan.lines[place % len(plan.lines)]
            part = draw(st.sampled_from(["floor", "need", "priority", "duty", "project", "site", "manual"]))
            return line_changed(plan, place, parts={**line.parts, part: line.parts.get(part, 0) + draw(SOME_FEN)})
        case "code":
            return line_changed(
                plan, place, **{draw(st.sampled_from(["line", "fund", "unit", "project"])): draw(codes)}
            )
        case "rules":
            return line_changed(plan, place, rules=(draw(codes),))
        case "fund":
            funds = list(plan.funds)
            field = draw(st.sampled_from(["amount_fen", "allocated_fen", "unallocated_fen"]))
            use = funds[place % len(funds)]
            funds[place % len(funds)] = changed(use, **{field: getattr(use, field) + draw(SOME_FEN)})
            return changed(plan, funds=tuple(funds))
        case "site":
            return changed(plan, sites=tuple(sorted({*plan.sites} ^ {draw(st.sampled_from([*medium.county().units]))})))
        case "objective":
            return _objective_changed(draw, plan, place)
        case "claim":
            return _claim_changed(draw, plan, place)
        case "run":
            field = draw(st.sampled_from(["instance_hash", "policy_hash", "policy"]))
            return changed(plan, run=changed(plan.run, **{field: draw(st.text(max_size=5))}))
        case _:
            return changed(plan, plan_hash=draw(st.text(max_size=64)))


def _objective_changed(draw: st.DrawFn, plan: Plan, place: int) -> Plan:
    objectives = list(plan.run.objectives)
    step = objectives[place % len(objectives)]
    field = draw(
        st.sampled_from(["name", "sense", "unit", "value", "bound", "gap", "tolerance", "raw_value", "raw_floor"])
    )
    old = getattr(step, field)
    if isinstance(old, int):
        new: object = old + draw(SOME_FEN)
    elif isinstance(old, Decimal):
        new = old + Decimal(draw(SOME_FEN)) / 10**6
    else:
        new = draw(st.sampled_from(["max", "min", "yuan", "points", "benefit"]))
    objectives[place % len(objectives)] = changed(step, **{field: new})
    return changed(plan, run=changed(plan.run, objectives=tuple(objectives)))


def _claim_changed(draw: st.DrawFn, plan: Plan, place: int) -> Plan:
    claims = list(plan.not_funded)
    place %= len(claims)
    claim = claims[place]
    match draw(st.sampled_from(["project", "reason", "missing", "drop"])):
        case "project":
            claims[place] = changed(claim, project=draw(st.sampled_from([*medium.county().projects])))
        case "reason":
            others = {"no-money", "rule", "variant", "prerequisite", "objective", "no-fund", "by-hand"} - {claim.reason}
            claims[place] = changed(claim, reason=draw(st.sampled_from(sorted(others))))
        case "missing":
            claims[place] = changed(claim, missing_fen=claim.missing_fen + draw(SOME_FEN))
        case _:
            del claims[place]
    return changed(plan, not_funded=tuple(claims))


@given(single_changes())
@settings(max_examples=200)
def test_any_single_change_of_a_plan_is_found(plan: Plan) -> None:
    assert fault_found(plan)


@given(place=PLACES, other=PLACES, fen=st.integers(1, 10_000_000))
@settings(max_examples=80)
def test_money_moved_between_any_two_lines_is_found_even_when_all_accounts_and_hashes_are_made_to_fit(
    place: int, other: int, fen: int
) -> None:
    lines = medium.plan().lines
    giver, taker = lines[place % len(lines)], lines[other % len(lines)]
    assume(giver != taker)
    # two grants that the objectives decide may trade whole quanta within the tolerance of the welfare step
    assume(not (giver.fund == taker.fund == "care" and giver.project is taker.project is None))
    moved = {giver.line: giver.amount_fen - fen, taker.line: taker.amount_fen + fen}

    def edit(line: PlanLine) -> PlanLine | None:
        amount = moved.get(line.line, line.amount_fen)
        return with_amount(line, amount) if amount > 0 else None

    plan = forged(medium.county(), medium.loaded(), medium.plan(), edit=edit)
    assert verify(medium.county(), medium.loaded(), plan) != []
