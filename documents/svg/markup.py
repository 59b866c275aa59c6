"""Elements of SVG and HTML from Python: every text and attribute is escaped here, once for all pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from markupsafe import Markup, escape

from texts import Both, Lang

Child = Markup | Both | str | None
"""What may stand inside an element: finished markup, a text, or nothing."""


_SPOKEN: ContextVar[Lang | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """What is drawn inside says everything in one language: a server knows whom it answers, a file does not."""
    token = _SPOKEN.set(lang)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> tuple[Lang, ...]:
    """The languages in which a picture says things: both, or the one of `speaking`."""
    lang = _SPOKEN.get()
    return ("zh", "en") if lang is None else (lang,)


def tag(name: str, *children: Child, **attributes: object) -> Markup:
    """One element. `None` attributes are left out; `class_`, `stroke_width` are written `class`, `stroke-width`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(_child(child) for child in children if child is not None)
    if not inside and name not in {"a", "g", "svg", "text", "title", "desc"}:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{inside}</{name}>")


def spans(both: Both) -> Markup:
    """A text in both languages for HTML, of which the page's style shows one; plain text where they are the same."""
    lang = _SPOKEN.get()
    if lang is not None or both.zh == both.en:
        return Markup(escape(both[lang or "zh"]))
    return Markup(f"<span lang=zh>{escape(both.zh)}</span><span lang=en>{escape(both.en)}</span>")


def label(both: Both, **attributes: object) -> Markup:
    """A text in both languages inside a picture: one `<text>` per language, or one for both where they are the same."""
    lang = _SPOKEN.get()
    if lang is not None or both.zh == both.en:
        return tag("text", both[lang or "zh"], **attributes)
    return tag("text", both.zh, lang="zh", **attributes) + tag("text", both.en, lang="en", **attributes)


def picture(
    *children: Markup, width: int, height: int, title: Both, description: Both, identity: str, class_: str
) -> Markup:
    """A whole picture with its name and the sentence that states its finding, for those who do not see it."""
    return tag(
        "svg",
        tag("title", line(title), id=f"{identity}-title"),
        tag("desc", line(description), id=f"{identity}-desc"),
        *children,
        viewBox=f"0 0 {width} {height}",
        role="img" if class_ != "map" else "group",
        aria_labelledby=f"{identity}-title",
        aria_describedby=f"{identity}-desc",
        class_=class_,
        id=identity,
    )


def line(both: Both) -> str:
    """A text where there is room for no markup, such as the name of a picture."""
    lang = _SPOKEN.get()
    return both.line if lang is None else both[lang]


def _child(child: Child) -> str:
    if isinstance(child, Both):
        lang = _SPOKEN.get()
        return str(escape(child.lines if lang is None else child[lang]))
    return str(escape(child)) if child is not None else ""
