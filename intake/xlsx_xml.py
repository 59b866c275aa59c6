"""A small XML reader over expat: no document types, so no entities that grow or reach for files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from xml.parsers import expat

from intake.faults import IntakeFault

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Forbidden(Exception):
    """A document type or entity: no spreadsheet program writes one."""


def parse(file: str, chunks: Iterable[bytes], start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Feed a part to the handlers, names without prefix. Raises `IntakeFault`, and whatever handlers raise."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _forbid
    parser.EntityDeclHandler = _forbid
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, _Forbidden, UnicodeError, LookupError) as fault:
        raise IntakeFault("damaged", file) from fault


def local(name: str) -> str:
    """A name without its namespace prefix."""
    return name[name.rfind(":") + 1 :] if ":" in name else name


def attribute(attributes: dict[str, str], wanted: str) -> str | None:
    """An attribute whatever its prefix."""
    if wanted in attributes:
        return attributes[wanted]
    return next((value for name, value in attributes.items() if local(name) == wanted), None)


def unescaped(text: str) -> str:
    """Text with `_x000D_` and the like turned back into the characters that XML could not hold."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _forbid(*_what: object) -> None:
    raise _Forbidden
