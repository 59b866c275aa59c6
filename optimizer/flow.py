"""Which fund pays how much of which project, when several may: a largest flow from funds to projects, in whole fen."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence


def share_costs(
    costs: Mapping[str, int],
    payers: Mapping[str, Sequence[str]],
    capacity: Mapping[str, int],
    already: Mapping[tuple[str, str], int] | None = None,
) -> tuple[dict[tuple[str, str], int], int]:
    """Let funds with limited `capacity` pay project `costs`, each project only from its `payers`.

    Returns who pays what, `(fund, project) -> fen`, and what stays unpaid at best; 0 means that all fit. What is paid
    `already` stays paid, though by another fund where that makes room. Shortest augmenting paths (Edmonds and Karp
    1972), so exact; projects and funds are tried in their given order, so that equal input gives equal answer.
    """
    paid = dict(sorted((already or {}).items()))  # so that search and verifier move the same money
    left = dict(capacity)
    for (fund, _), fen in paid.items():
        left[fund] -= fen
    unpaid = 0
    for project, cost in costs.items():
        open_fen = cost
        while open_fen:
            path = _path(project, payers, left, paid)
            if path is None:
                break
            given_up = list(zip(path[1:-1:2], path[2::2], strict=True))
            moved = min(open_fen, left[path[-1]], *(paid[pair] for pair in given_up))
            for p, f in zip(path[::2], path[1::2], strict=True):
                paid[f, p] = paid.get((f, p), 0) + moved
            for pair in given_up:
                paid[pair] -= moved
            left[path[-1]] -= moved
            open_fen -= moved
        unpaid += open_fen
    return {pair: fen for pair, fen in sorted(paid.items()) if fen}, unpaid


def _path(
    project: str, payers: Mapping[str, Sequence[str]], left: Mapping[str, int], paid: Mapping[tuple[str, str], int]
) -> list[str] | None:
    """project, fund, project, fund …: the last fund has money left, every earlier one gives up the project after it."""
    for fund in payers[project]:
        if left[fund] > 0:
            return [project, fund]  # the shortest of all, found without a look at what else is paid
    served: dict[str, list[str]] = {}
    for (f, p), fen in paid.items():
        if fen:
            served.setdefault(f, []).append(p)
    came_from: dict[tuple[str, str], tuple[str, str] | None] = {("project", project): None}
    queue = deque([("project", project)])
    while queue:
        node = queue.popleft()
        kind, name = node
        if kind == "fund" and left[name] > 0:
            path: list[str] = []
            step: tuple[str, str] | None = node
            while step is not None:
                path.append(step[1])
                step = came_from[step]
            return path[::-1]
        following = (
            [("fund", f) for f in payers[name]] if kind == "project" else [("project", p) for p in served.get(name, [])]
        )
        for after in following:
            if after not in came_from:
                came_from[after] = node
                queue.append(after)
    return None
