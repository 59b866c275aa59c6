"""Reasons of programs are recorded in English and told in both languages; those of people stay as they are."""

from __future__ import annotations

from texts import Both
from texts.catalogue import entries
from texts.recorded import PREFIX, as_recorded, recorded


def test_every_reason_a_program_records_is_known_again() -> None:
    whole = [key.removeprefix(PREFIX) for key in entries() if key.startswith(PREFIX)]
    assert len(whole) > 3
    for key in whole:
        said = as_recorded(recorded(key, file="county (2).xlsx"))
        assert said.en == recorded(key, file="county (2).xlsx")
        assert said.zh != said.en


def test_what_was_recorded_before_is_told_in_chinese_too() -> None:
    """These stand in records that were made already: whoever changes the sentence leaves them behind."""
    assert as_recorded("computed as the best plan under the policy").zh == "按办法算出的最好方案"
    assert as_recorded("verified and put before the leading group").zh == "核验通过，提交领导小组"
    assert as_recorded("import of x-county").zh == "导入x-county"
    assert as_recorded("policy file policy.yaml").zh == "采用办法文件 policy.yaml"


def test_a_reason_of_a_person_is_in_the_words_it_was_given_in() -> None:
    assert as_recorded("the import of fish") == Both("the import of fish", "the import of fish")
