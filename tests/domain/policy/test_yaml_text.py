"""YAML is read as plain data with the place of everything; what it would quietly change is refused, all in one go."""

from __future__ import annotations

import json
import string
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.policy.yaml_text import MAX_BYTES, MAX_DEPTH, MAX_FAULTS, Tree, YamlFault, load_yaml

POLICY = """\
# The county's policy
policy: x-county
version: 1
in_force_from: 2026-01-01
amount_yuan: 2000000
share: 0.350
shift: -12
stable: true
open: false
note:
nothing: null
quoted: "no"
1: first
on: a key is the text as written
rules:
  - rule: floor
    text: |
      two
      lines
  - {rule: cap, values: [1, "2", 3.0]}
"""


def faults(text: str) -> list[YamlFault]:
    with pytest.raises(YamlFault) as refused:
        load_yaml(text)
    return list(refused.value.every)


def only(text: str) -> str:
    (fault,) = faults(text)
    return fault.sentence


def test_a_policy_is_read_as_plain_exact_data() -> None:
    tree = load_yaml(POLICY)
    assert tree.data == {
        "policy": "x-county",
        "version": 1,
        "in_force_from": date(2026, 1, 1),
        "amount_yuan": 2_000_000,
        "share": Decimal("0.350"),
        "shift": -12,
        "stable": True,
        "open": False,
        "note": None,
        "nothing": None,
        "quoted": "no",
        "1": "first",
        "on": "a key is the text as written",
        "rules": [{"rule": "floor", "text": "two\nlines\n"}, {"rule": "cap", "values": [1, "2", Decimal("3.0")]}],
    }
    assert isinstance(tree.data, dict)
    assert str(tree.data["share"]) == "0.350"
    assert type(tree.data["stable"]) is bool


@pytest.mark.parametrize(
    "path, key, value",
    [
        ((), (2, 1), (2, 1)),
        (("version",), (3, 1), (3, 10)),
        (("rules",), (15, 1), (16, 3)),
        (("rules", 0), (16, 5), (16, 5)),
        (("rules", 1, "values", 2), (20, 34), (20, 34)),
        (("rules", 1, "missing"), (20, 5), (20, 5)),
        (("rules", 1, "label-of-an-alternative", "rule"), (20, 6), (20, 12)),
        (("elsewhere", "entirely"), (2, 1), (2, 1)),
    ],
)
def test_everything_has_its_line_and_column_and_what_is_missing_that_of_its_holder(
    path: tuple[str | int, ...], key: tuple[int, int], value: tuple[int, int]
) -> None:
    tree = load_yaml(POLICY)
    assert tree.line_of(path) == key
    assert tree.line_of(path, of="value") == value


@pytest.mark.parametrize(
    "written, value",
    [
        ("0", 0),
        ("+5", 5),
        ("-0.50", Decimal("-0.50")),
        ("2026-02-28", date(2026, 2, 28)),
        ("~", None),
        ("y", "y"),
        ("12.5万", "12.5万"),
        ("30%", "30%"),
        ("1,234.56", "1,234.56"),
        ("1.2.3", "1.2.3"),
        ("households * 2", "households * 2"),
        ("320111-001", "320111-001"),
        ("'010'", "010"),
        ('"1e5"', "1e5"),
        ("'2026-01-01'", date(2026, 1, 1).isoformat()),
        ("e5", "e5"),
    ],
)
def test_an_unquoted_value_has_one_clear_reading(written: str, value: object) -> None:
    data = load_yaml(f"a: {written}").data
    assert isinstance(data, dict)
    assert data["a"] == value
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize(
    "written",
    [
        *("yes", "No", "ON", "off", "True", "FALSE", "NULL", "Null"),
        *("010", "-007", "0o17", "0x1F", "0b11", "1_000", "1_0.5", "12:30", "190:20:30.5", "1e5", "1.5E-3", ".5e1"),
        *(".5", "5.", "-.5", ".inf", "-.INF", ".nan", "1" * 31, "0." + "1" * 40),
        *("2026-02-30", "2026-1-1", "2026-01-01T10:00:00Z", "2026-01-01 10:00", "=", "<<"),
    ],
)
def test_what_yaml_would_quietly_change_is_refused_with_the_advice_to_quote_it(written: str) -> None:
    assert "put it in quotes if it is a text" in only(f"a: {written}")


def test_all_faults_are_reported_together_in_their_order() -> None:
    found = faults("a: no\nb: 010\na: 2\nc: {d: 1, d: 2}\ne: &x 1\nf: *x\ng: !!str 5\n<<: {a: 1}\nh: !own {}\n")
    assert [(fault.line, fault.column, fault.found) for fault in found] == [
        (1, 4, '"no"'),
        (2, 4, '"010"'),
        (3, 1, 'the key "a" again (first in line 1)'),
        (4, 11, 'the key "d" again (first in line 4)'),
        (5, 4, "the anchor &x"),
        (6, 4, "the alias *x"),
        (7, 4, 'the tag "tag:yaml.org,2002:str"'),
        (8, 1, "the merge key <<"),
        (9, 4, 'the tag "!own"'),
    ]


def test_a_fault_says_where_what_was_found_what_was_expected_and_the_cure() -> None:
    with pytest.raises(YamlFault) as refused:
        load_yaml("a: 1\na: no", source="policy.yaml")
    first, second = refused.value.every
    assert first is refused.value
    assert first.sentence == (
        'policy.yaml, line 2, column 1: found the key "a" again (first in line 1), '
        "expected every key once; delete one of them."
    )
    assert second.sentence == (
        'policy.yaml, line 2, column 4: found "no", expected true or false; '
        "write true or false in small letters, or put it in quotes if it is a text."
    )
    assert str(refused.value) == f"{first.sentence}\n{second.sentence}"


@pytest.mark.parametrize(
    "text, found",
    [
        ("", "found nothing"),
        ("# only a comment\n", "found nothing"),
        ("just words", "single value"),
        ("floor：1", "half-width colon"),
        ("x:\n  a：1\n  b: 2", "half-width"),
        ("a: 1\na: 2\na: 3", 'line 3, column 1: found the key "a" again (first in line 1)'),
        ("a:\n\tb: 1", "found a tab"),
        ("a: b: c", "quote a text that holds"),
        ("a: 'x", "close its quotes"),
        ("a: [1", "close its bracket"),
        ("a: @x", "in quotes"),
        ('a: "\\q"', "single quotes"),
        ('a: "\\UFFFFFFFF"', "correct the escape"),
        ("a: 1\n---\nb: 2", "second document"),
        ("%YAML 9.9\n---\na: 1", "version"),
        ("? [a]\n: 1", "list or mapping as a key"),
        ("? \n: 1", "without a key"),
        ("a: \x07", "U+0007"),
        ("a: x\u202ey", "right-to-left override"),
        ("a: x\u200by", "zero width space"),
        ("a:\xa01", "no-break space"),
        ("a: \ud800", "U+D800"),
        ('a: "\\0"', "U+0000"),
        ('a: "\\u202e"', "right-to-left override"),
        ('"\\0": 1', "U+0000"),
        ("!!python/object/apply:os.system ['true']", "the tag"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_cure_that_fits(text: str, found: str) -> None:
    assert found in "\n".join(fault.sentence for fault in faults(text))


def test_a_byte_order_mark_at_the_start_is_no_fault() -> None:
    assert load_yaml("\ufeffa: 1").line_of(("a",)) == (1, 1)


def test_a_hidden_character_is_reported_at_its_place() -> None:
    (fault,) = faults("a: 1\nbc: x\u200by\n")
    assert (fault.line, fault.column) == (2, 6)


@pytest.mark.parametrize("opening, closing", [("[", "]"), ("{a: ", "}")])
def test_nesting_is_allowed_to_its_limit_and_refused_beyond(opening: str, closing: str) -> None:
    load_yaml(opening * MAX_DEPTH + closing * MAX_DEPTH)
    assert "levels of nesting" in only(opening * (MAX_DEPTH + 1) + closing * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "text",
    ["[" * MAX_BYTES, "{" * MAX_BYTES, "- " * (MAX_BYTES // 2), "? " * (MAX_BYTES // 2)],
    ids=["lists", "mappings", "dashes", "keys"],
)
def test_a_megabyte_of_nesting_is_refused_early(text: str) -> None:
    assert len(faults(text)) == 1


def test_a_billion_laughs_are_refused_without_laughing() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    assert len(faults("\n".join(lines))) == MAX_FAULTS


def test_a_text_is_taken_up_to_a_mebibyte_of_bytes() -> None:
    assert load_yaml("a: 1\n#" + "x" * (MAX_BYTES - 6)).data == {"a": 1}
    assert "bytes" in only("a: 1\n#" + "x" * (MAX_BYTES - 5))
    assert "bytes" in only("#" + "统" * (MAX_BYTES // 3 + 1))


def test_a_number_that_never_ends_is_a_text_read_in_no_time() -> None:
    assert load_yaml("a: 1" + "_" * 200_000).data == {"a": "1" + "_" * 200_000}


letters = st.text(alphabet=string.printable[:95] + "统筹村（）：，\n\t\u3000", max_size=20)
plain_data = st.recursive(
    st.one_of(letters, st.integers(-(10**29) + 1, 10**29 - 1), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(letters, inner, max_size=4)),
    max_leaves=15,
)


@given(st.one_of(st.lists(plain_data, max_size=4), st.dictionaries(letters, plain_data, max_size=4)), st.booleans())
def test_every_json_document_reads_as_the_same_data(data: Any, spread: bool) -> None:
    tree = load_yaml(json.dumps(data, ensure_ascii=False, indent=1 if spread else None))
    assert tree.data == data
    for path, (line, column) in places(tree):
        assert line >= 1, path
        assert column >= 1, path


def places(tree: Tree) -> list[tuple[tuple[str | int, ...], tuple[int, int]]]:
    """Every path of the data with its place; places never go backwards."""
    found: list[tuple[tuple[str | int, ...], tuple[int, int]]] = []

    def walk(data: object, path: tuple[str | int, ...]) -> None:
        found.append((path, tree.line_of(path)))
        if isinstance(data, dict):
            for key, value in data.items():
                walk(value, (*path, key))
        elif isinstance(data, list):
            for position, value in enumerate(data):
                walk(value, (*path, position))

    walk(tree.data, ())
    assert [place for _, place in found] == sorted(place for _, place in found)
    return found


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
def test_a_decimal_is_exactly_what_was_written(number: Decimal) -> None:
    assert load_yaml(f"- {number:f}").data == [number]


PIECES = st.sampled_from(
    [
        *"a[]{},'\"|>%#\\10.@： \n\t\r",
        *(
            "a: ",
            "b: ",
            "- ",
            "  ",
            "&x ",
            "*x ",
            "!t ",
            "!!",
            "? ",
            ": ",
            "<<: ",
            "---",
            "...",
            "e5",
            "no",
            "2026-01-01",
        ),
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map("".join)))
@example('"\\U00110000"')
@example("%YAML 1." + "9" * 5_000)
@example("\ufeff\ufeff")
@example("&")
@example("\x85")
def test_any_text_at_all_is_read_or_refused_and_never_anything_else(text: str) -> None:
    try:
        tree = load_yaml(text)
        assert isinstance(tree.data, dict | list)
        found: tuple[YamlFault, ...] = ()
    except YamlFault as refused:
        found = refused.every
    assert all(fault.line >= 1 and fault.column >= 1 and fault.sentence.isprintable() for fault in found)
