"""Whatever decisions a county has taken: what the script makes of the facts alone is what the product makes of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.contents import plan_files, plan_texts
from documents.standalone.pack_check.facts import FactLine
from documents.standalone.pack_check.ledger import balances_of, entries_of
from documents.standalone.pack_check.registers import check_register
from domain.folds import RegisterFold
from intake.register_csv import register_files
from service.pack import fact_line
from tests.projections.streams import DEEDS, Deed, past_of
from tests.projections.test_ledger import by_the_facts


def facts_of(deeds: list[Deed]) -> tuple[list[FactLine], RegisterFold, dict[str, int]]:
    """The facts of a past as rows, and what the product's own folds make of them."""
    past = past_of(deeds)
    fold = RegisterFold()
    for fact in past.facts:
        fold.apply(fact)
    return [fact_line(entry) for entry in past.log.recorder.entries()], fold, by_the_facts(past.facts)


@settings(max_examples=40)
@given(DEEDS)
def test_the_register_of_any_past_is_found_right_and_any_changed_cell_is_not(deeds: list[Deed]) -> None:
    facts, fold, _ = facts_of(deeds)
    files = {name: text for name, text in register_files(fold.register()).items() if name.endswith(".csv")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        check_register(folder, "registers/1", facts)
        for file, content in files.items():
            if file != "county.csv":
                (folder / file).write_bytes(content.replace(b"1", b"2"))
                assert content.replace(b"1", b"2") == content or _is_wrong(folder, facts), file
                (folder / file).write_bytes(content)


def _is_wrong(folder: Path, facts: list[FactLine]) -> bool:
    try:
        check_register(folder, "registers/1", facts)
    except Wrong:
        return True
    return False


@settings(max_examples=40)
@given(DEEDS)
def test_the_ledger_of_any_past_has_the_balances_of_the_product(deeds: list[Deed]) -> None:
    facts, _, figures = facts_of(deeds)
    balances = balances_of(entries_of(facts))
    assert sum(balances.values()) == 0
    for fund in {place[1] for place in balances}:
        own = {place: fen for place, fen in balances.items() if place[1] == fund}
        assert own.get(("free", fund), 0) == figures.get(f"{fund} free_fen", 0)
        held = sum(fen for place, fen in own.items() if place[0] == "committed")
        assert held == figures.get(f"{fund} open_fen", 0)
        paid = sum(fen for place, fen in own.items() if place[0] == "paid")
        assert paid == figures.get(f"{fund} disbursed_fen", 0) - figures.get(f"{fund} returned_fen", 0)


@settings(max_examples=20)
@given(DEEDS)
def test_every_plan_of_any_past_has_the_hash_it_says(deeds: list[Deed]) -> None:
    facts, _, _ = facts_of(deeds)
    texts = list(plan_texts(facts))
    assert texts
    assert len(plan_files(texts)) == len(texts)
