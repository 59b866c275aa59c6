"""Why a job failed, as it is kept: in both languages, with everything a program reads of the fault."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.errors import Refusal
from service.faults import Explained, explain


class JobCrashed(Refusal):
    """The process that worked on a job died, and died again."""

    code = "job-crashed"
    sentence_en = "The job was given up: the process that worked on it {reason}, {attempts} times."
    cure_en = "Ask for less at once, or on a machine with more memory."


class JobFailed(Refusal):
    """A fault of the program in a job."""

    code = "job-failed"
    sentence_en = "The job failed by a fault of the program ({fault})."
    cure_en = "Nothing more was recorded. Tell the administrator the id of the job."


def problem_json(fault: BaseException) -> str:
    """The fault as it is kept with the job."""
    english, chinese = _explained(fault, "en"), _explained(fault, "zh")
    content = {
        "code": english.code,
        "exit": int(english.exit),
        "en": " ".join(english.sentences),
        "zh": "".join(chinese.sentences),
        "details": english.details,
    }
    return msgspec.json.encode(content, enc_hook=str).decode()


def _explained(fault: BaseException, lang: Any) -> Explained:
    found = explain(fault, lang)
    if found is None:
        found = explain(JobFailed(fault=type(fault).__name__), lang)
    assert found is not None
    return found


def kept_problem(problem: str) -> dict[str, Any]:
    """A kept problem: code, exit, en, zh, details."""
    found: dict[str, Any] = msgspec.json.decode(problem)
    return found
