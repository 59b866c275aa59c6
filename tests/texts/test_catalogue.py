"""The catalogue says everything in both languages, with the same places for values, and every text asked for exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

from domain.plan import NotFunded
from texts import Both, MissingText, both, both_or, entries, has, literal, text

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = sorted((ROOT / "texts" / "catalogue").glob("*.yaml"))
USED = re.compile(r"""\b(?:t|both|text|_section|_table)\(\s*["']([a-z][\w.\-]*\w)["']""")


def places(template: str) -> set[str]:
    """The placeholders of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_text_is_said_in_chinese_and_in_english_and_nothing_else() -> None:
    assert {key: set(pair) for key, pair in entries().items() if set(pair) != {"zh", "en"}} == {}


def test_both_languages_of_a_text_have_the_same_places_for_values() -> None:
    differing = {key for key, pair in entries().items() if places(pair["zh"]) != places(pair["en"])}
    assert differing == set()


def test_no_text_is_empty() -> None:
    assert [(key, lang) for key, pair in entries().items() for lang in pair if not str(pair[lang])] == []


def test_every_text_is_text() -> None:
    """YAML reads `no` as false and `12` as a number."""
    assert [key for key, pair in entries().items() for value in pair.values() if not isinstance(value, str)] == []


def test_no_key_stands_twice_in_the_catalogue() -> None:
    lines = [line for path in CATALOGUE for line in path.read_text(encoding="utf-8").splitlines()]
    keys = Counter(found[1] for line in lines if (found := re.match(r"([a-z][\w.\-]*):", line)))
    assert [key for key, times in keys.items() if times > 1] == []
    assert set(keys) == set(entries())


def test_chinese_texts_hold_chinese() -> None:
    without = [key for key, pair in entries().items() if not re.search("[一-鿿。]", re.sub("{.*?}", "", pair["zh"]))]
    only_values = [key for key in without if places(entries()[key]["zh"])]
    assert sorted(set(without) - set(only_values)) == ["lang.en"]


def test_english_texts_hold_no_chinese_but_what_they_quote() -> None:
    """The name of the language, and the Chinese words a spreadsheet may be written with."""
    chinese = [key for key, pair in entries().items() if re.search("[一-鿿]", pair["en"])]
    assert [key for key in chinese if not key.startswith("intake.")] == ["lang.zh"]


def test_every_text_a_template_or_module_asks_for_by_name_is_there() -> None:
    sources = [*(ROOT / "documents").rglob("*.py"), *(ROOT / "documents").rglob("*.j2")]
    sources = [path for path in sources if "standalone" not in path.parts]  # those speak for themselves
    asked = {key for path in sources for key in USED.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) > 100
    assert sorted(key for key in asked if not has(key)) == []


def test_all_fifty_two_clauses_have_a_short_title_that_fits_a_chip() -> None:
    for number in range(1, 53):
        title = both(f"clause.M{number:02d}")
        assert len(title.zh) <= 16
        assert len(title.en) <= 52
        assert not set('"\\<>') & set(title.zh + title.en), "titles stand inside the style sheet of the report"


@pytest.mark.parametrize("reason", NotFunded.__annotations__["reason"].split("[")[1].rstrip("]").split(", "))
def test_every_reason_for_leaving_a_project_out_has_its_words(reason: str) -> None:
    name = reason.strip("'\"")
    assert has(f"left_out.{name}")
    assert has(f"left_out.{name}.label")
    assert has(f"left_out.{name}.head")


def test_every_rule_a_policy_can_state_has_a_name() -> None:
    from optimizer.rules import RULES

    assert [name for name in RULES if not has(f"rule.{name}")] == []


def test_every_kind_of_the_shipped_registers_has_a_name() -> None:
    library = ROOT / "scenarios" / "library"
    kinds = set()
    for path in [*library.glob("*/units.csv"), *library.glob("*/townships.csv")]:
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        column = head.split(",").index("kind")
        kinds |= {row.split(",")[column] for row in rows}
    assert len(kinds) >= 4
    assert sorted(kind for kind in kinds if not has(f"kind.{kind}")) == []


def test_a_text_without_one_of_its_values_says_which_is_missing() -> None:
    with pytest.raises(MissingText, match=r"finding\.curve.*share"):
        text("finding.curve", "zh")


def test_an_unknown_text_says_where_to_add_it() -> None:
    with pytest.raises(MissingText, match=r"no\.such.*texts/catalogue"):
        text("no.such", "en")


def test_a_value_in_two_languages_goes_in_language_by_language() -> None:
    said = both("reason.part", part=both("part.floor"), amount=literal("2.50"))
    assert said == Both("保底 2.50", "Floor 2.50")
    assert said["zh"] == "保底 2.50"
    assert said.line == "保底 2.50 / Floor 2.50"
    assert literal("M14").line == "M14"


def test_data_the_catalogue_does_not_know_is_printed_as_it_stands() -> None:
    assert both_or("kind.monastery", "monastery") == Both("monastery", "monastery")


def test_braces_in_a_value_are_only_characters() -> None:
    assert text("rest.reason", "en", label="{number} {0}", number="7") == "{number} {0}: 7"
