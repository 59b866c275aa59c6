"""Use cases of the project library that need the policy: admitting a project."""

from __future__ import annotations

from domain.decisions.projects import AdmitProject
from domain.facts import Mandate
from history.log import Receipt
from service.county import County
from service.policies import NoPolicy, policy_at
from service.registers import moment


def admit(county: County, project: str, mandate: Mandate) -> Receipt:
    """Admit a project to the library; refused where no pooled fund's purposes cover it (M05).

    The policy in force may give a fund other purposes than the register does.
    """
    try:
        policy = policy_at(county, moment(county), mandate.effective_on).policy
    except NoPolicy:
        purposes = {}
    else:
        purposes = {code: spec.purposes for code, spec in policy.funds.items() if spec.purposes is not None}
    return county.decide(AdmitProject(mandate=mandate, project=project, purposes_of_funds=purposes))
