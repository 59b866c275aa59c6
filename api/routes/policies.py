"""Policies: which were adopted, what each says, and what a new text would meet, before anything is recorded (M11)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import READ, Served, may
from api.codes import PolicyCode, PolicyVersion
from api.languages import Language
from api.lists import Listed, Page
from api.moments import Asked, When
from api.problems import problems
from api.reading import ReadRoute
from api.schemas.policies import Found, PolicyCheck, PolicyChecked, PolicyOut, PolicyRead
from service.baselines import baseline_for
from service.collision_words import finding_said
from service.days import Day
from service.listings import PolicyUnknown, policy_rows
from service.names import Names
from service.office import Office
from service.planning import plans_at
from service.policies import parse_policy, policy_at
from service.policy_check import check_policy
from service.registers import day_of, register_at

router = APIRouter(route_class=ReadRoute, tags=["policies"])
FAULTS = problems(401, 403, 404, 422, 503)


@router.get("/policies", dependencies=[may(READ, scope="open")], responses=FAULTS)
def list_policies(
    served: Served,
    listed: Listed,
    in_force: Annotated[bool | None, Query(description="Only the one that is the rule, or only others.")] = None,
) -> Page[PolicyOut]:
    """Every policy that was adopted, in that order."""
    with served.county() as county:
        at = listed.at(county)
        rows = [row for row, _ in policy_rows(county, at) if in_force in (None, row.in_force)]
    return listed.page(PolicyOut, rows, at)


@router.get("/policies/in-force", dependencies=[may(READ, scope="open")], responses=FAULTS)
def get_policy_in_force(
    served: Served,
    when: When,
    on: Annotated[Day | None, Query(description="On this day; by default that of the moment asked about.")] = None,
) -> PolicyRead:
    """The policy that is the rule on a day."""
    with served.county() as county:
        at = when.at(county)
        found = policy_at(county, at, on or day_of(county, at))
    return PolicyRead.of(found.policy, found.policy_hash, found.text)


@router.get("/policies/{policy}", dependencies=[may(READ, scope="open")], responses=FAULTS)
def get_newest_policy(served: Served, when: When, policy: PolicyCode) -> PolicyRead:
    """The version of a policy that was adopted last."""
    return _read(served, when, policy, None)


@router.get("/policies/{policy}/{version}", dependencies=[may(READ, scope="open")], responses=FAULTS)
def get_policy(served: Served, when: When, policy: PolicyCode, version: PolicyVersion) -> PolicyRead:
    """One version of a policy: its text, and the rules as they are read."""
    return _read(served, when, policy, version)


@router.post("/policy-checks", dependencies=[may(READ, scope="county")], responses=FAULTS)
def check_policy_text(served: Served, when: When, lang: Language, body: PolicyCheck) -> PolicyChecked:
    """Hold a policy text against the register: what adding up shows, before any search and before anything is recorded.

    A text that cannot be read as a policy is a problem `policy-faults` that names every fault with its line.
    """
    with served.county() as county:
        at = when.at(county)
        register = register_at(county, at)
        loaded = parse_policy(body.text, register)
        checked = check_policy(loaded, register, baseline=baseline_for(plans_at(county, at), loaded.policy))
    names = Names.of(register, loaded.policy)
    return PolicyChecked(
        policy=loaded.policy.policy,
        version=loaded.policy.version,
        policy_hash=loaded.policy_hash,
        impossible=checked.impossible,
        findings=[
            Found(
                code=one.code,
                impossible=one.certain,
                rules=list(one.rules),
                clauses=list(one.clauses),
                said=finding_said(one, lang, names),
            )
            for one in checked.findings
        ],
    )


def _read(served: Office, when: Asked, policy: str, version: int | None) -> PolicyRead:
    with served.county() as county:
        found = policy_rows(county, when.at(county))
    for row, text in reversed(found):
        if row.policy == policy and version in (None, row.version):
            return PolicyRead.of(parse_policy(text).policy, row.policy_hash, text)
    raise PolicyUnknown(policy=policy)
