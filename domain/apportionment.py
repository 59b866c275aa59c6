"""Apportionment: the one place where a whole amount is split into whole parts in proportion to weights, within bounds.

A divisor method hands out quanta one at a time: item `i`, which holds `k`, has the priority `w[i] / d(k)`, and the next
quantum goes to the highest priority among the items below their cap. With `t` as the share per weight this means
(Balinski and Young, *Fair Representation*, 1982):

    (1)  a[i] = the number of k with d(k) < w[i]·t, clamped into [lower[i], upper[i]]; at d(k) = w[i]·t, either
    (2)  max over a[i] < upper[i] of w[i] / d(a[i])   <=   min over a[j] > lower[j] of w[j] / d(a[j] - 1)
    (3)  one more quantum in the total never takes one from anyone (house-monotone)

    adams d(k) = k · huntington-hill d(k) = √(k(k+1)) · sainte-lague d(k) = k + ½ · dhondt d(k) = k + 1

`largest-remainder` (Hamilton) rounds the bounded exact shares down and gives the rest to the largest fractions; it does
*not* keep (3) and is there for policies that ask for it by name. All arithmetic is in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heapreplace
from typing import Literal, get_args

from domain.quoting import quoted

Method = Literal["sainte-lague", "dhondt", "adams", "huntington-hill", "largest-remainder"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Every method a policy may name; the first is the default."""

_DIVISORS: dict[str, Callable[[int], int]] = {
    # Whole numbers that order claims as d(k) does: Sainte-Laguë's doubled, Huntington-Hill's squared like its weights.
    "sainte-lague": lambda k: 2 * k + 1,
    "dhondt": lambda k: k + 1,
    "adams": lambda k: k,
    "huntington-hill": lambda k: k * (k + 1),
}
_Claim = Callable[[int, int], int]
_Ratio = tuple[int, int]


class ApportionmentFault(ValueError):
    """A split that cannot exist: `code` is stable, `sentence` says what was found, what was expected and the cure."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(code, sentence)

    def __str__(self) -> str:
        return self.sentence


def apportion(
    total: int,
    weights: Sequence[int],
    *,
    method: Method = "sainte-lague",
    lower: Sequence[int] | int = 0,
    upper: Sequence[int] | int | None = None,
) -> list[int]:
    """`total` quanta over the items in proportion to `weights`, each part within its bounds, the sum exactly `total`.

    `lower` and `upper` are one number for all or one per item; no `upper` means no cap. An item of weight 0 gets its
    `lower` and never more. Where a divisor is 0 (the first quantum of `adams` and `huntington-hill`) everyone with a
    weight comes first, the heavier before the lighter. Every other tie goes to the earlier position.

    Raises `ApportionmentFault` with one of the codes
    `split-input`: not whole, negative, lengths that differ, a floor above its cap, an unknown method;
    `split-floors-above-total`; `split-caps-below-total`;
    `split-no-weight`: what is left could only go to items of weight 0.
    """
    if method not in _DIVISORS and method != "largest-remainder":
        expected = ", ".join(METHODS)
        raise ApportionmentFault("split-input", f"Found the method {quoted(method)}, expected one of {expected}.")
    floors, caps = _checked(total, weights, lower, upper)
    level = _level(total, weights, floors, caps)
    if method == "largest-remainder":
        return _largest_remainder(total, weights, floors, caps, level)
    parts = [
        floor if part < floor else cap if part > cap else part
        for part, floor, cap in zip(_rounded(method, weights, level), floors, caps, strict=True)
    ]
    # Every rounding is off by at most one quantum, so at most one step per item is left, however large the total.
    rest = total - sum(parts)
    if rest > 0:
        _give(rest, parts, caps, _claims(total, weights, method))
    elif rest < 0:
        _take(-rest, parts, floors, _claims(total, weights, method))
    return parts


def _checked(
    total: int, weights: Sequence[int], lower: Sequence[int] | int, upper: Sequence[int] | int | None
) -> tuple[list[int], list[int]]:
    """Floors and caps as lists, when a split exists; no cap is above the total, and at weight 0 it is the floor."""
    count = len(weights)
    wide = total if upper is None else upper
    floors = list(lower) if isinstance(lower, Sequence) else [lower] * count
    stated = list(wide) if isinstance(wide, Sequence) else [wide] * count
    for name, column in (("total", [total]), ("weights", weights), ("lower", floors), ("upper", stated)):
        for position, value in enumerate(column):
            # the exact type: neither a bool nor a number of fixed width, which would overflow silently below
            if type(value) is not int or value < 0:
                raise ApportionmentFault(
                    "split-input",
                    f"Found {quoted(value)} at position {position} of {name}, expected a whole number (int) of 0 or "
                    "more; convert it exactly before splitting.",
                )
    if not count == len(floors) == len(stated):
        raise ApportionmentFault(
            "split-input",
            f"Found {count} weights, {len(floors)} floors and {len(stated)} caps, expected as many of each; "
            "state one floor and one cap per item.",
        )
    for position, (floor, cap) in enumerate(zip(floors, stated, strict=True)):
        if floor > cap and upper is not None:
            raise ApportionmentFault(
                "split-input",
                f"Found the floor {floor} above the cap {cap} at position {position}, expected a floor no higher than "
                "its cap; lower the floor or raise the cap.",
            )
    if (needed := sum(floors)) > total:
        raise ApportionmentFault(
            "split-floors-above-total",
            f"The floors add up to {needed}, {needed - total} more than the {total} to be split; "
            "lower the floors or raise the total.",
        )
    if (room := sum(stated)) < total and upper is not None:
        raise ApportionmentFault(
            "split-caps-below-total",
            f"The caps add up to {room}, {total - room} less than the {total} to be split; "
            "raise the caps or lower the total.",
        )
    caps = [min(cap, total) if weight else floor for weight, floor, cap in zip(weights, floors, stated, strict=True)]
    if (reach := sum(caps)) < total:
        raise ApportionmentFault(
            "split-no-weight",
            f"Items with a weight, and the floors of the others, take at most {reach} of the {total} to be split; "
            "give more items a weight above 0, raise the caps of those that have one, or lower the total.",
        )
    return floors, caps


def _level(total: int, weights: Sequence[int], floors: Sequence[int], caps: Sequence[int]) -> _Ratio:
    """The exact share per weight t, as (numerator, denominator), at which Σ clamp(w·t, floor, cap) = total.

    Variable fixing (Bitran and Hax, 1981): solve as if nothing were clamped. Where the floors then add more than the
    caps cut off, t is smaller and the floors reached are final; where they add less, the caps reached are. Every round
    settles somebody, in practice a handful of rounds settles all.
    """
    rest = total
    moving: list[tuple[int, int, int]] = []
    for item in zip(weights, floors, caps, strict=True):
        if item[1] < item[2]:
            moving.append(item)
        else:
            rest -= item[1]
    while moving:
        weight_sum = sum(weight for weight, _, _ in moving)
        added = cut = 0
        for weight, floor, cap in moving:
            share = weight * rest
            if share < floor * weight_sum:
                added += floor * weight_sum - share
            elif share > cap * weight_sum:
                cut += share - cap * weight_sum
        if added == cut:
            return rest, weight_sum
        if added > cut:
            settled = sum(floor for weight, floor, _ in moving if weight * rest <= floor * weight_sum)
            moving = [item for item in moving if item[0] * rest > item[1] * weight_sum]
        else:
            settled = sum(cap for weight, _, cap in moving if weight * rest >= cap * weight_sum)
            moving = [item for item in moving if item[0] * rest < item[2] * weight_sum]
        rest -= settled
    return 0, 1


def _rounded(method: str, weights: Sequence[int], level: _Ratio) -> list[int]:
    """Per item the number of k with d(k) strictly below w·t, before bounds; −1 may stand for none."""
    up, down = level
    if method == "sainte-lague":
        return [-((down - 2 * up * weight) // (2 * down)) for weight in weights]
    if method == "dhondt":
        return [(up * weight - 1) // down for weight in weights]
    if method == "adams":
        return [-(-up * weight // down) for weight in weights]
    # Huntington-Hill: with x = w·t and q = ⌊x⌋ every k below q counts, q itself when q(q+1) < x², and none above.
    square = down * down
    shares = [up * weight for weight in weights]
    wholes = [share // down for share in shares]
    return [q + (q * (q + 1) * square < share * share) for q, share in zip(wholes, shares, strict=True)]


def _claims(total: int, weights: Sequence[int], method: str) -> _Claim:
    """(position, k) -> a whole number that orders the claims on the quantum after the k-th exactly as w/d(k) does.

    Two different fractions with denominators up to D differ by at least 1/D², so ⌊2^s·w/d⌋ with 2^s >= D² keeps every
    order and every tie, and a heap of such numbers never needs a fraction.
    """
    divisor = _DIVISORS[method]
    bits = 2 * divisor(total).bit_length()
    sizes = [weight * weight for weight in weights] if method == "huntington-hill" else weights
    scaled = [size << bits for size in sizes]
    above_all = max(scaled) + 1

    def claim(position: int, k: int) -> int:
        d = divisor(k)
        return scaled[position] // d if d else above_all + weights[position]

    return claim


def _give(rest: int, parts: list[int], caps: Sequence[int], claim: _Claim) -> None:
    """Hand out `rest` quanta, the highest claim first, the earlier position where claims are equal."""
    count = len(parts)
    heap = [position - claim(position, part) * count for position, part in enumerate(parts) if part < caps[position]]
    heapify(heap)
    for _ in range(rest):
        position = heap[0] % count
        parts[position] += 1
        if parts[position] < caps[position]:
            heapreplace(heap, position - claim(position, parts[position]) * count)
        else:
            heappop(heap)


def _take(excess: int, parts: list[int], floors: Sequence[int], claim: _Claim) -> None:
    """Take `excess` quanta back in the exact reverse order: the lowest claim first, the later position where equal."""
    count = len(parts)
    last = count - 1
    heap = [
        claim(position, part - 1) * count + last - position
        for position, part in enumerate(parts)
        if part > floors[position]
    ]
    heapify(heap)
    for _ in range(excess):
        position = last - heap[0] % count
        parts[position] -= 1
        if parts[position] > floors[position]:
            heapreplace(heap, claim(position, parts[position] - 1) * count + last - position)
        else:
            heappop(heap)


def _largest_remainder(
    total: int, weights: Sequence[int], floors: Sequence[int], caps: Sequence[int], level: _Ratio
) -> list[int]:
    """The bounded exact shares rounded down, then one more for the largest fractions; a clamped share has none."""
    up, down = level
    parts: list[int] = []
    fractions: list[tuple[int, int]] = []
    for position, (weight, floor, cap) in enumerate(zip(weights, floors, caps, strict=True)):
        part, fraction = divmod(weight * up, down)
        if part < floor or part >= cap:
            part, fraction = (floor if part < floor else cap), 0
        parts.append(part)
        fractions.append((-fraction, position))
    for _, position in sorted(fractions)[: total - sum(parts)]:
        parts[position] += 1
    return parts
