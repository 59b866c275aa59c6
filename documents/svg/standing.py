"""How far a fund has come, as one bar: announced (dashed), arrived, committed, paid, one inside the other (M07)."""

from __future__ import annotations

from markupsafe import Markup

from documents.svg.markup import picture, tag
from texts import Both

WIDTH, HEIGHT = 640, 28


def standing(
    announced: int, arrived: int, committed: int, paid: int, longest: int, css: str, *, title: Both, finding: Both
) -> Markup:
    """The bar of one fund; `longest` is the largest sum of all, so that bars can be compared. Sums are in fen."""
    wide = [round((WIDTH - 2) * max(sum_, 0) / max(longest, 1)) for sum_ in (announced, arrived, committed, paid)]
    return picture(
        tag("rect", x=1, y=1, width=wide[0], height=HEIGHT - 2, class_="announced"),
        tag("rect", x=1, y=1, width=wide[1], height=HEIGHT - 2, class_=f"arrived {css}"),
        tag("rect", x=1, y=5, width=wide[2], height=HEIGHT - 10, class_=f"committed {css}"),
        tag("rect", x=1, y=9, width=wide[3], height=HEIGHT - 18, class_=f"paid {css}"),
        width=WIDTH,
        height=HEIGHT,
        title=title,
        description=finding,
        identity=f"standing-{css}",
        class_="standing",
    )
