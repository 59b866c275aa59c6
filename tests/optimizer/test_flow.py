"""Who pays for what when several may: the flow against brute force, and against the theorem on cuts."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.flow import share_costs
from tests.optimizer.brute import spreads

FUNDS = ("f", "g", "h")
SETS = [c for size in (1, 2, 3) for c in combinations(FUNDS, size)]
Needs = list[tuple[int, tuple[str, ...]]]

needs = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(SETS)), max_size=4)
capacities = st.fixed_dictionaries({fund: st.integers(0, 6) for fund in FUNDS})


def most_payable(wanted: Needs, left: dict[str, int]) -> int:
    """By trying every payment of every project, whole or in part."""
    if not wanted:
        return 0
    (cost, payers), rest = wanted[0], wanted[1:]
    best = 0
    for paid in range(cost + 1):
        for parts in spreads(paid, [left[f] for f in payers]):
            after = {**left, **{f: left[f] - part for f, part in zip(payers, parts, strict=True)}}
            best = max(best, paid + most_payable(rest, after))
    return best


def largest_lack(wanted: Needs, capacity: dict[str, int]) -> int:
    """The largest excess, over all sets of funds, of what only they may pay above what they have."""
    sets = chain.from_iterable(combinations(FUNDS, size) for size in range(4))
    return max(sum(c for c, p in wanted if set(p) <= set(s)) - sum(capacity[f] for f in s) for s in sets)


@given(needs, capacities)
@settings(max_examples=150)
def test_as_much_is_paid_as_can_be(wanted: Needs, capacity: dict[str, int]) -> None:
    costs = {f"p{i}": cost for i, (cost, _) in enumerate(wanted)}
    payers = {f"p{i}": of for i, (_, of) in enumerate(wanted)}
    pays, unpaid = share_costs(costs, payers, capacity)
    assert unpaid == sum(costs.values()) - most_payable(wanted, dict(capacity)) == largest_lack(wanted, capacity)
    assert all(fund in payers[project] and fen > 0 for (fund, project), fen in pays.items())
    for fund in FUNDS:
        assert sum(fen for (f, _), fen in pays.items() if f == fund) <= capacity[fund]
    for project, cost in costs.items():
        assert sum(fen for (_, p), fen in pays.items() if p == project) <= cost
    assert sum(pays.values()) == sum(costs.values()) - unpaid


@given(needs, capacities, st.integers(1, 5), st.sampled_from(SETS))
@settings(max_examples=150)
def test_one_more_project_leaves_the_others_paid_and_finds_room_when_there_is_any(
    wanted: Needs, capacity: dict[str, int], cost: int, of: tuple[str, ...]
) -> None:
    costs = {f"p{i}": c for i, (c, _) in enumerate(wanted)}
    payers = {f"p{i}": p for i, (_, p) in enumerate(wanted)} | {"new": of}
    before, unpaid = share_costs(costs, payers, capacity)
    if unpaid:
        return
    after, missing = share_costs({"new": cost}, payers, capacity, before)
    assert missing == max(0, largest_lack([*wanted, (cost, of)], capacity))
    for project, c in costs.items():
        assert sum(fen for (_, p), fen in after.items() if p == project) == c


def test_money_is_moved_over_to_make_room_only_when_it_must_be() -> None:
    payers = {"road": ("f", "g"), "hall": ("f",)}
    pays, unpaid = share_costs({"road": 5, "hall": 5}, payers, {"f": 6, "g": 5})
    assert (pays, unpaid) == ({("f", "hall"): 5, ("f", "road"): 1, ("g", "road"): 4}, 0)
    kept, missing = share_costs({"hall": 1}, payers, {"f": 6, "g": 5}, {("f", "road"): 5})
    assert (kept, missing) == ({("f", "hall"): 1, ("f", "road"): 5}, 0)
