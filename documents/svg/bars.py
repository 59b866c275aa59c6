"""Stacked bars: the parts of one amount side by side, one colour per part on every page, the rest of a fund hatched."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from documents.svg.markup import tag

WIDE = 1000
TALL = 100


def parts_bar(parts: Mapping[str, int], longest_fen: int, *, rest_fen: int = 0, was_fen: int | None = None) -> Markup:
    """The bar of one amount, as long as its share of `longest_fen`; not read aloud, since the figures stand beside.

    `was_fen` is an earlier amount, marked by a line.
    """
    pieces, start = [], 0
    for part, fen in [*parts.items(), ("rest", rest_fen)]:
        if fen <= 0 or longest_fen <= 0:
            continue
        end = start + fen
        left, right = (WIDE * edge // longest_fen for edge in (start, end))
        pieces.append(tag("rect", x=left, width=max(right - left, 3), height=TALL, class_=f"p-{safe(part)}"))
        start = end
    if was_fen is not None and longest_fen > 0:
        at = min(WIDE * was_fen // longest_fen, WIDE)
        pieces.append(tag("path", d=f"M{at} 0v{TALL}", class_="was"))
    return tag(
        "svg",
        *pieces,
        viewBox=f"0 0 {WIDE} {TALL}",
        preserveAspectRatio="none",
        class_="bar",
        aria_hidden="true",
        focusable="false",
    )


def change_bar(more_fen: int, longest_fen: int) -> Markup:
    """A gain to the right of the middle, a loss to the left; not read aloud, since the figure stands beside."""
    half = WIDE // 2
    long = half * abs(more_fen) // longest_fen if longest_fen else 0
    bar = tag(
        "rect", x=half - long if more_fen < 0 else half, width=long, height=TALL, class_="l2" if more_fen < 0 else "g2"
    )
    return tag(
        "svg",
        bar if long else None,
        tag("path", d=f"M{half} 0v{TALL}", class_="zero"),
        viewBox=f"0 0 {WIDE} {TALL}",
        preserveAspectRatio="none",
        class_="bar change",
        aria_hidden="true",
        focusable="false",
    )


def safe(code: str) -> str:
    """A code as a class name: whatever is no ASCII letter, digit or hyphen becomes one."""
    return "".join(ch if ch.isascii() and (ch.isalnum() or ch == "-") else "-" for ch in code)


LABEL_WIDE, LABEL_TALL = 336, 44
"""The labelled bar as it stands on a phone, in pixels; wider pages stretch its pieces and leave the letters."""
_WIDE_LETTER, _NARROW_LETTER, _PERCENT_WIDE = 14, 8, 36


def labelled_bar(parts: Mapping[str, int], labels: Mapping[str, str], description: str) -> Markup:
    """The parts of one amount over the whole width, each with its name and share where there is room for them.

    `description` says all of it in words, for those who do not see it.
    """
    total, start, pieces = sum(parts.values()), 0, list[Markup]()
    for part, fen in parts.items():
        if fen <= 0:
            continue
        left, width = f"{100 * start / total:.3f}%", f"{100 * fen / total:.3f}%"
        room, start = LABEL_WIDE * fen // total, start + fen
        pieces.append(tag("rect", x=left, y=18, width=width, height=26, class_=f"p-{safe(part)}"))
        if _wide(labels[part]) <= room:
            pieces.append(tag("text", labels[part], x=left, y=13, class_="part-name"))
        if room >= _PERCENT_WIDE:
            share = f"{(200 * fen + total) // (2 * total)}%"
            pieces.append(tag("text", share, x=left, dx=6, y=36, class_="part-share"))
    return tag(
        "svg",
        tag("title", description),
        *pieces,
        width="100%",
        height=LABEL_TALL,
        role="img",
        class_="labelled-bar",
    )


def _wide(label: str) -> int:
    return sum(_NARROW_LETTER if ch.isascii() else _WIDE_LETTER for ch in label)


def reach_bar(reached_fen: Mapping[str, int], colour: str, longest_fen: int) -> Markup:
    """How far a fund has come: what was announced as an outline, and in it each further step, the last the strongest.

    `reached_fen` goes from the first step to the last; not read aloud, since the figures stand beside.
    """
    steps = []
    for number, fen in enumerate(reached_fen.values()):
        margin = TALL * number // (2 * len(reached_fen) + 2)
        wide = WIDE * fen // longest_fen if longest_fen > 0 else 0
        css = f"r-{number} {colour}"
        if wide:
            steps.append(tag("rect", width=wide, y=margin, height=TALL - 2 * margin, class_=css))
    return tag(
        "svg",
        *steps,
        viewBox=f"0 0 {WIDE} {TALL}",
        preserveAspectRatio="none",
        class_="bar reach",
        aria_hidden="true",
        focusable="false",
    )
