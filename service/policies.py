"""Use cases of the policy: reading a file, adopting it, and which one is the rule on a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from domain.decisions.policies import AdoptPolicy
from domain.errors import Refusal
from domain.facts import POLICY_FACTS, Mandate
from domain.figures import known_names
from domain.folds import PolicyFold
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Register
from history.log import Receipt
from optimizer.rules import RULES
from service.county import County
from service.registers import Moment, counting

POLICY_BYTES_MAX = 1024 * 1024


class PolicyUnreadable(Refusal):
    """A policy file that cannot be read as text."""

    code = "policy-unreadable"
    sentence_en = "The policy {path} cannot be read: {reason}."
    cure_en = "Name a UTF-8 text file of at most 1 MiB; `scenarios/library/x-county/policy.yaml` is an example."


class NoPolicy(Refusal):
    """A plan is asked for, and no policy is the rule on its day."""

    code = "no-policy"
    sentence_en = "No policy is in force on {day}."
    cure_en = "Adopt one with `tongchou policy adopt FILE`."


def read_policy(path: Path, register: Register | None = None) -> LoadedPolicy:
    """Read a policy file; with a register its expressions may only ask for figures that register has.

    Raises `PolicyUnreadable`, or `PolicyFaults` with every fault at its line.
    """
    try:
        if path.stat().st_size > POLICY_BYTES_MAX:
            raise PolicyUnreadable(path=path, reason="it is larger than 1 MiB")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise PolicyUnreadable(path=path, reason="it is not UTF-8 text") from fault
    except OSError as fault:
        raise PolicyUnreadable(path=path, reason=fault.strerror or "it cannot be opened") from fault
    return parse_policy(text, register, source=path.name)


def parse_policy(text: str, register: Register | None = None, *, source: str = "policy") -> LoadedPolicy:
    """A policy text as a typed policy, with all rules this release knows. Raises `PolicyFaults`."""
    loaded = load_policy(text, RULES, source=source)
    if register is None:
        return loaded
    # Which `has_…` names there are depends on the policy's own checklist, so the names are checked in a second reading.
    return load_policy(text, RULES, source=source, names=known_names(register, loaded.policy.checklist))


def adopt_policy(county: County, loaded: LoadedPolicy, mandate: Mandate) -> Receipt:
    """Make a policy the rule from its own date on; the text goes on the record."""
    return county.decide(
        AdoptPolicy(
            mandate=mandate,
            policy=loaded.policy.policy,
            policy_version=loaded.policy.version,
            policy_hash=loaded.policy_hash,
            text=loaded.text,
            in_force_from=loaded.policy.in_force_from,
        )
    )


def policy_at(county: County, at: Moment, day: date) -> LoadedPolicy:
    """The policy that is the rule on a day, as known and effective at a moment. Raises `NoPolicy`."""
    fold = PolicyFold()
    for recorded in counting(county, at, POLICY_FACTS):
        fold.apply(recorded.fact)
    adopted = fold.in_force(day)
    if adopted is None:
        raise NoPolicy(day=day)
    return _adopted(adopted.text)


@lru_cache(maxsize=16)
def _adopted(text: str) -> LoadedPolicy:
    """A text on the record is read once: each case of a sweep, each page asks for the same few."""
    return parse_policy(text)
