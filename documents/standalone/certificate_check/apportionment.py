"""Apportionment: whole quanta in proportion to weights, by any method a policy may name."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from fractions import Fraction
from math import gcd, isqrt, lcm

from documents.standalone.certificate_check.sayings import Wrong


def apportion(total: int, weights: Sequence[int], caps: Sequence[int], method: str) -> list[int]:
    """`total` quanta in proportion to whole weights, at most the caps, which together hold the total.

    Divisor methods hand out one quantum after another to the highest w / d(k), the earlier position where equal:
    adams d(k) = k, huntington-hill √(k(k+1)), sainte-lague k + ½, dhondt k + 1. What everybody is sure of at a level
    found by halving is given at once.
    """
    caps = [min(cap, total) if weight else 0 for weight, cap in zip(weights, caps, strict=True)]
    if method == "largest-remainder":
        return _largest_remainder(total, weights, caps)
    if method not in ("sainte-lague", "dhondt", "adams", "huntington-hill"):
        raise Wrong("unknown", where="formula.method", name=method)

    def claim(weight: int, k: int) -> tuple[int, Fraction]:
        if method == "sainte-lague":
            return 0, Fraction(2 * weight, 2 * k + 1)
        if method == "dhondt":
            return 0, Fraction(weight, k + 1)
        if k == 0:
            return 1, Fraction(weight)  # everyone with a weight comes first, the heavier before the lighter
        return 0, Fraction(weight, k) if method == "adams" else Fraction(weight * weight, k * (k + 1))

    def sure(weight: int, t: Fraction) -> int:
        """How many quanta have a claim above t."""
        if method == "sainte-lague":
            return max(-(-(2 * Fraction(weight) / t - 1) // 2), 0)
        if method == "dhondt":
            return -(-Fraction(weight) // t) - 1
        if method == "adams":
            return -(-Fraction(weight) // t)
        square = Fraction(weight * weight) / t  # k (k + 1) < square, and the first quantum always
        k = (isqrt(4 * (square.numerator // square.denominator) + 1) - 1) // 2
        return next(n for n in range(max(k - 1, 0), k + 3) if n * (n + 1) >= square) if weight else 0

    parts = [0] * len(weights)
    low, high = Fraction(0), Fraction(max(weights, default=0)) ** 2 * 2 + 1
    for _ in range(2 * high.numerator.bit_length() + 64):
        middle = (low + high) / 2
        found = [min(sure(w, middle), cap) if w else 0 for w, cap in zip(weights, caps, strict=True)]
        if sum(found) <= total:
            parts, high = found, middle
        else:
            low = middle
        if total - sum(parts) <= len(weights):
            break
    heap = [_place(claim(w, n), i) for i, (w, n, cap) in enumerate(zip(weights, parts, caps, strict=True)) if n < cap]
    heapq.heapify(heap)
    for _ in range(total - sum(parts)):
        *_, i = heapq.heappop(heap)
        parts[i] += 1
        if parts[i] < caps[i]:
            heapq.heappush(heap, _place(claim(weights[i], parts[i]), i))
    return parts


def _place(claim: tuple[int, Fraction], position: int) -> tuple[int, Fraction, int]:
    return -claim[0], -claim[1], position


def _largest_remainder(total: int, weights: Sequence[int], caps: Sequence[int]) -> list[int]:
    """Exact shares below the caps rounded down, then one more for the largest fractions."""
    moving, rest = {i for i, cap in enumerate(caps) if cap > 0}, total
    while moving:
        whole = sum(weights[i] for i in moving)
        full = {i for i in moving if weights[i] * rest >= caps[i] * whole}
        if not full or all(weights[i] * rest == caps[i] * whole for i in full):
            break
        rest -= sum(caps[i] for i in full)
        moving -= full
    whole = sum(weights[i] for i in moving) or 1
    parts, fractions = [], []
    for i, cap in enumerate(caps):
        share = Fraction(weights[i] * rest, whole) if i in moving else Fraction(cap)
        part = share.numerator // share.denominator
        parts.append(min(part, cap))
        fractions.append((-(share - part) if part < cap else Fraction(0), i))
    for _, i in sorted(fractions)[: total - sum(parts)]:
        parts[i] += 1
    return parts


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """Fractions as the smallest whole numbers in proportion; beyond 4096 bits rounded to 2^-256 of the largest."""
    common = 1
    for weight in weights:
        common = lcm(common, weight.denominator)
        if common.bit_length() > 4096:
            top = max(weights)
            whole = [max(int(w / top * 2**256 + Fraction(1, 2)), 1) if w else 0 for w in weights]
            break
    else:
        whole = [weight.numerator * (common // weight.denominator) for weight in weights]
    shared = gcd(*whole)
    return [weight // shared for weight in whole] if shared > 1 else whole
