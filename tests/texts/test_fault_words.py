"""Faults of files are said in Chinese: every phrase they are made of, as it stands in the sources, has its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.policy.faults import PolicyFaults
from domain.policy.loading import load_policy
from optimizer.rules import RULES
from service.faults import explain, places_of
from tests.service.small import POLICY
from texts.fault_words import fault_words
from texts.refusals import worded

ROOT = Path(__file__).resolve().parents[2]
TOLD_IN = (
    *("domain/policy/model", "domain/policy/checks", "domain/policy/wording", "domain/policy/loading"),
    *("domain/policy/yaml_text", "domain/policy/yaml_scalars", "domain/policy/expression"),
    *("domain/policy/expression_syntax", "domain/money", "domain/formula", "domain/figures"),
    *("optimizer/case", "optimizer/fund_case", "optimizer/bundling", "optimizer/baseline"),
    *("optimizer/model", "optimizer/digits", "optimizer/formulation", "optimizer/solve/cp_sat"),
    *(f"optimizer/rules/{path.stem}" for path in sorted((ROOT / "optimizer" / "rules").glob("*.py"))),
    *("scenarios/changes", "scenarios/gates", "scenarios/language", "service/scenarios/naming"),
    "service/scenarios/finding",
)
RAISED = frozenset(
    {
        *("Misfit", "Wording", "YamlFault", "Unfit", "MoneyFault", "CaseMisfit", "ModelFault", "FormulaFault"),
        *("ScoringFault", "ExpressionFault", "fault", "_fault", "_stop"),
    }
)
NAMES = frozenset({"expected", "cure", "hint", "limit", "wanted", "known_as"})
ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
SAMPLE = "X7"


def test_every_phrase_of_a_fault_has_its_chinese() -> None:
    found = {phrase for module in TOLD_IN for phrase in phrases(ROOT / f"{module}.py")}
    assert len(found) > 200
    lacking = sorted(phrase for phrase in found if not said_in_chinese(phrase))
    assert lacking == []


def said_in_chinese(phrase: str) -> bool:
    """Whether nothing of a phrase stays English but codes and keys of the file."""
    said = worded(phrase)
    rest = re.sub(r"`[^`]*`|step\(x[^)]*\)|[a-z]+: [a-z]+", "", said)
    return re.search(r"[\u4e00-\u9fff]", said) is not None and ENGLISH.search(rest) is None


def phrases(path: Path) -> Iterator[str]:
    """What is handed to a fault, or to a name such as `expected`, with a sample where something is put in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _called(node) in RAISED:
            handed = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Assign) and any(getattr(to, "id", "") in NAMES for to in node.targets):
            handed = [node.value]
        else:
            continue
        yield from (text for one in handed for text in _texts(one) if " " in text.strip())


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else SAMPLE for one in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)


FAULTY = [
    ("quantum_yuan: 100", "quantum_yuan: 100.5", "应为整元的金额"),
    ("need: households", "ned: households", "也许是指 `need`"),
    ("add: 0.50", "add: [1", "合乎格式的 YAML"),
    ("clause: M11", "clause: M99", "办法依据目录里的编号，M01 至 M52"),
    ("when: backward", "when: bakward ==", "算式 `bakward ==` 的第"),
]


@pytest.mark.parametrize("right,wrong,told", FAULTY)
def test_a_faulty_policy_is_told_of_in_the_language_asked_for(right: str, wrong: str, told: str) -> None:
    with pytest.raises(PolicyFaults) as caught:
        load_policy(POLICY.replace(right, wrong, 1), RULES)
    chinese, english = explain(caught.value, "zh"), explain(caught.value, "en")
    assert chinese is not None
    assert english is not None
    assert told in chinese.sentences[0]
    assert chinese.sentences[0].startswith("policy.yaml 第 ")
    assert english.sentences == tuple(one.sentence for one in caught.value.faults)
    for kept in places_of(caught.value, "zh")["errors"]:
        assert not ENGLISH.search(
            re.sub(r"`[^`]*`|\"[^\"]*\"", "", f"{kept['found']}；{kept['expected']}；{kept['cure']}")
        )


def test_somebodys_own_words_in_a_fault_stay_as_they_are() -> None:
    assert fault_words('the key "nothing"') == '键 "nothing"'
    assert fault_words('"a list"') == '"a list"'
    assert fault_words("an amount, at least ¥1,000.00") == "不小于 1,000.00元 的金额"


@pytest.mark.parametrize(
    "english,chinese",
    [
        (
            'For unit v1, the expression `a` of rule `b` comes to "c", expected a number.',
            '单位 v1：规则 `b` 的算式 `a` 得 "c"，应为数。',
        ),
        (
            "For unit v1, the expression `5` of `priority.need` comes to 5, expected a condition, true or false.",
            "单位 v1：`priority.need` 的算式 `5` 得 5，应为条件，true 或 false。",
        ),
        (
            "Unit v1 has a floor of ¥50,000.00, above the cap of ¥5,000.00; raise the cap or lower the floor.",
            "单位 v1 的保底 50,000.00元 高于封顶 5,000.00元；请提高封顶或降低保底。",
        ),
    ],
)
def test_where_register_and_policy_do_not_fit_it_is_said_in_chinese(english: str, chinese: str) -> None:
    assert worded(english) == chinese
