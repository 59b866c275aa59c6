"""Ed25519 signatures (RFC 8032, 5.1) in plain whole numbers: strict, so that one signature has one form.

Refused beside what does not verify: keys and points that are not written in their one canonical form, points of small
order (a key of small order would sign everything), and an S that is not below the order of the group (RFC 8032, 5.1.7).
Only checks: no secret ever comes in here, so nothing needs to take the same time.
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""X, Y, Z, T of the extended coordinates x = X/Z, y = Y/Z, x·y = T/Z (Hisil, Wong, Carter, Dawson 2008)."""

ZERO: Point = (0, 1, 1, 0)
BASE_BYTES = bytes([0x58]) + bytes([0x66]) * 31


def add(a: Point, b: Point) -> Point:
    """The sum of two points, which may be the same."""
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, d - c, d + c, right + left
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(a: Point) -> Point:
    """Twice a point."""
    x2, y2, z2 = a[0] * a[0] % P, a[1] * a[1] % P, 2 * a[2] * a[2] % P
    h = x2 + y2
    e, g = h - (a[0] + a[1]) ** 2 % P, x2 - y2
    f = z2 + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def encoded(a: Point) -> bytes:
    """The one way a point is written: y, and the lowest bit of x on top."""
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point_of(text: bytes) -> Point | None:
    """The point these 32 bytes are, or None where they are none, or not the canonical form of one."""
    if len(text) != 32:
        return None
    number = int.from_bytes(text, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        return None
    above, below = (y * y - 1) % P, (D * y * y + 1) % P
    x = above * pow(below, 3, P) * pow(above * pow(below, 7, P), (P - 5) // 8, P) % P
    if (below * x * x - above) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (below * x * x - above) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of 64 bytes is that of the message under the public key of 32 bytes."""
    key = point_of(public)
    if len(signature) != 64 or key is None or _is_small(key):
        return False
    commitment = point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if commitment is None or _is_small(commitment) or s >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return encoded(_both(s, _BASE_TABLE, challenge, _table(_minus(key)))) == signature[:32]


def _minus(a: Point) -> Point:
    return P - a[0], a[1], a[2], P - a[3]


def _is_small(a: Point) -> bool:
    """Whether eight times the point is nothing."""
    eight = double(double(double(a)))
    return eight[0] % P == 0 and (eight[1] - eight[2]) % P == 0


def _table(a: Point) -> list[Point]:
    """0 to 15 times a point."""
    table = [ZERO, a]
    while len(table) < 16:
        table.append(add(table[-1], a))
    return table


def _both(s: int, of_s: list[Point], k: int, of_k: list[Point]) -> Point:
    """s times the one point plus k times the other, four bits of both at a time (Straus 1964)."""
    total = ZERO
    for shift in range(252, -4, -4):
        if total is not ZERO:
            total = double(double(double(double(total))))
        for table, digit in ((of_s, s >> shift & 15), (of_k, k >> shift & 15)):
            if digit:
                total = add(total, table[digit])
    return total


_BASE = point_of(BASE_BYTES)
assert _BASE is not None
_BASE_TABLE = _table(_BASE)
