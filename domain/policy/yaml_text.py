"""YAML as officials may write it: plain data with the line of everything, and no surprise of the language gets through.

Read from the parser's events, so nothing of YAML that builds objects, copies nodes or merges mappings is ever reached.
Values are text, whole numbers, exact decimals, `true`/`false`, dates and nothing; what YAML 1.1 or its readers would
quietly turn into something else (`no`, `010`, `12:30`, `1e5`) is refused with the advice to quote it. Keys are always
the text as written. All faults of one reading are reported together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import yaml

from domain.policy.yaml_scalars import plain_value
from domain.policy.yaml_tree import Data, Marks, Path, Place, Tree, YamlFault
from domain.quoting import printable, quoted

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_FAULTS", "Data", "Place", "Tree", "YamlFault", "load_yaml"]

MAX_BYTES = 2**20
MAX_DEPTH = 20
MAX_FAULTS = 50

_SYNTAX_CURES = (
    ("mapping values are not allowed", "one key per line", "quote a text that holds `: `, or correct the indentation"),
    ("cannot start any token", "a value", "put a text that begins with this sign in quotes"),
    ("end of stream", "the end of a quoted text", "close its quotes"),
    ("<stream end>", "the end of a list or mapping", "close its bracket"),
    ("unknown escape", "a text", "use single quotes, in which a backslash is only a backslash"),
)


def load_yaml(text: str, *, source: str = "policy") -> Tree:
    """Read one YAML document whose top is a mapping or a list. `source` names it in faults. Raises `YamlFault`."""
    size = len(text) if len(text) > MAX_BYTES else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        limit = f"at most {MAX_BYTES:,}"
        raise YamlFault(source, (1, 1), f"a text of {size:,} bytes", limit, "split it or remove what is not needed")
    text = text.removeprefix("\ufeff")
    if (hidden := _hidden(text)) is not None:
        before = text[:hidden]
        place = before.count("\n") + 1, hidden - before.rfind("\n")
        raise YamlFault(source, place, _hidden_name(text[hidden]), "visible characters only", "delete it")
    return _Reading(text, source).tree()


def takes(text: str) -> bool:
    """Whether a text of data is short enough and shows all its characters, so that `load_yaml` looks further."""
    return len(text) <= MAX_BYTES // 4 and _hidden(text) is None


def _hidden(text: str) -> int | None:
    """The first character that YAML or a reader's eye would take for something else: controls and invisible signs."""
    if text.isascii() and text.isprintable():
        return None
    for position, sign in enumerate(text):
        if not sign.isprintable() and sign not in "\n\r\t\u3000" and unicodedata.category(sign) != "Co":
            return position
    return None


def _hidden_name(sign: str) -> str:
    name = unicodedata.name(sign, "a control character" if ord(sign) < 160 else "no character").lower()
    return f"the invisible character U+{ord(sign):04X} ({name})"


class _Open:
    """A mapping or list that is being filled."""

    def __init__(self, data: dict[str, Data] | list[Data], path: Path) -> None:
        self.data = data
        self.path = path
        self.key: tuple[str, Place] | None = None


class _Reading:
    """One pass over the events of one text."""

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source
        self._faults: list[YamlFault] = []
        self._marks: dict[Path, Marks] = {}
        self._open: list[_Open] = []
        self._top: Data = None

    def tree(self) -> Tree:
        """The finished tree, or every fault."""
        try:
            documents = 0
            for event in self._events():
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._stop(
                            event,
                            "a second document",
                            "one document per file",
                            "delete the line `---` or split the file",
                        )
                elif isinstance(event, yaml.NodeEvent):
                    self._node(event)
                elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                    self._open.pop()
            if not documents and not self._faults:
                self._fault((1, 1), "nothing", "keys and values", "write at least one `key: value`")
        except _Stopped:
            pass
        if self._faults:
            ordered = sorted(self._faults, key=lambda fault: (fault.line, fault.column))
            ordered[0].every = tuple(ordered)
            raise ordered[0]
        return Tree(self._top, self._source, MappingProxyType(self._marks))

    def _events(self) -> Iterator[yaml.Event]:
        """The parser's events; whatever it stumbles over becomes a fault."""
        place = (1, 1)
        try:
            for event in yaml.parse(self._text, Loader=yaml.SafeLoader):
                place = _place(event.end_mark)
                yield event
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._fault(_place(mark), *self._syntax(error.problem or error.context or "", mark.line if mark else 0))
        except (yaml.YAMLError, ValueError, OverflowError):
            # \UFFFFFFFF in double quotes is no syntax error to the parser; the place is that of what came before it
            self._fault(place, "a number out of range after this place", "well-formed YAML", "correct the escape")

    def _syntax(self, problem: str, line: int) -> tuple[str, str, str]:
        """The parser's complaint with the cure that fits it."""
        if "\\t" in problem:
            return "a tab", "spaces for indentation", "replace the tab by spaces"
        found = f"what YAML cannot read ({printable(problem)})"
        if any("：" in written for written in self._text.split("\n")[max(0, line - 1) : line + 1]):
            return found, "a key, a colon and a value", "write the colon `:` half-width and with a space after it"
        for sign, expected, cure in _SYNTAX_CURES:
            if sign in problem:
                return found, expected, cure
        return found, "well-formed YAML", "check quotes, brackets, colons and indentation here and in the line above"

    def _node(self, event: yaml.NodeEvent) -> None:
        """A scalar, the start of a mapping or list, or an alias."""
        start = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._fault(
                start,
                f"the alias *{printable(event.anchor or '')}",
                "plain data",
                "write the value out where it is used",
            )
        elif event.anchor is not None:
            self._fault(start, f"the anchor &{printable(event.anchor)}", "plain data", "delete it and write values out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._fault(start, f"the tag {quoted(tag)}", "plain data", "delete the tag; quotes make a text")
        if not isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if self._awaits_key():
                self._key(event, start)
            else:
                self._add(self._value(event, start), start)
            return
        if len(self._open) >= MAX_DEPTH:
            self._stop(
                event, f"more than {MAX_DEPTH} levels of nesting", "a flatter text", "bring it closer to the top"
            )
        data: dict[str, Data] | list[Data] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if self._awaits_key():
            self._stop(event, "a list or mapping as a key", "a text", "write the key as a single word")
        self._open.append(_Open(data, self._add(data, start)))

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].data, dict) and self._open[-1].key is None

    def _key(self, event: yaml.NodeEvent, start: Place) -> None:
        holder = self._open[-1]
        key = event.value if isinstance(event, yaml.ScalarEvent) else ""
        self._shown_only(key, start)
        plain = isinstance(event, yaml.ScalarEvent) and event.style is None
        if plain and key == "<<":
            self._fault(start, "the merge key <<", "keys written out", "copy the merged keys here")
        elif plain and key in {"", "~", "null"}:
            self._fault(start, "a value without a key", "a key, a colon and a value", "write the key")
        elif key in holder.data:
            first, _ = self._marks[(*holder.path, key)].key
            self._fault(
                start, f"the key {quoted(key)} again (first in line {first})", "every key once", "delete one of them"
            )
        holder.key = (key, start)

    def _value(self, event: yaml.NodeEvent, start: Place) -> Data:
        if not isinstance(event, yaml.ScalarEvent):
            return None
        self._shown_only(event.value, start)
        if event.style is not None or event.tag is not None:
            return event.value
        read = plain_value(event.value)
        if read.fault is None:
            return read.value
        self._fault(start, quoted(event.value), *read.fault)
        return None

    def _shown_only(self, value: str, start: Place) -> None:
        """Escapes in double quotes must not bring in what the text itself may not hold."""
        if (position := _hidden(value)) is not None:
            self._fault(start, _hidden_name(value[position]), "visible characters only", "delete the escape")

    def _add(self, value: Data, start: Place) -> Path:
        """Put a value where it belongs, remember its place, and say its path. A repeated key keeps its first value."""
        if not self._open:
            if not isinstance(value, dict | list):
                self._fault(
                    start,
                    f"the single value {quoted(value)}",
                    "keys and values",
                    "write `key: value`, with a half-width colon and a space",
                )
            self._top = value
            self._marks[()] = Marks(start, start)
            return ()
        holder = self._open[-1]
        if isinstance(holder.data, list):
            holder.data.append(value)
            path: Path = (*holder.path, len(holder.data) - 1)
            self._marks[path] = Marks(start, start)
            return path
        key, key_place = holder.key or ("", start)
        holder.key = None
        path = (*holder.path, key)
        if key not in holder.data:
            holder.data[key] = value
            self._marks[path] = Marks(key_place, start)
        return path

    def _fault(self, place: Place, found: str, expected: str, cure: str) -> None:
        self._faults.append(YamlFault(self._source, place, found, expected, cure))
        if len(self._faults) >= MAX_FAULTS:
            raise _Stopped

    def _stop(self, event: yaml.Event, found: str, expected: str, cure: str) -> None:
        """A fault after which reading on would tell nothing."""
        self._fault(_place(event.start_mark), found, expected, cure)
        raise _Stopped


class _Stopped(Exception):
    """Enough faults are known."""


def _place(mark: Any) -> Place:
    """From the parser's mark (of two unrelated types), which counts from 0 and is always there when text is parsed."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
