"""The decision that makes a plan binding: by another person and post, on its very text, on a case that stands (M27)."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsourcing.dcb.domain import Selector

from domain.decisions.common import HOLDS
from domain.decisions.hearing import Heard
from domain.decisions.plan_content import fund_totals, must_be_affordable, project_totals
from domain.decisions.plans import OnCase, PlanHashDiffers
from domain.errors import Refusal
from domain.facts import PLAN_FACTS
from domain.facts.base import Fact
from domain.facts.plans import PlanApproved
from domain.folds import MoneyFold, PlansFold
from domain.plan import Plan


class ProposerApproves(Refusal):
    """Who drafted, adjusted or proposed a plan does not approve it: the person, not only the post (M27)."""

    code = "proposer-approves"
    sentence_en = "{person} made or proposed plan {plan} and cannot approve it."
    cure_en = "Let another person, in another post, approve it."


class ProposingPostApproves(Refusal):
    """The post that proposes a plan does not approve it (M27)."""

    code = "proposing-post-approves"
    sentence_en = "The post {post} made or proposed plan {plan} and cannot approve it."
    cure_en = "Let a person in another post approve it."


class PolicyNotInForce(Refusal):
    """A plan is approved under a policy whose day has come."""

    code = "policy-not-in-force"
    sentence_en = "Plan {plan} rests on policy {policy} version {version}, which is in force only from {in_force_from}."
    cure_en = "Approve the plan from that day on."


@dataclass(eq=False, kw_only=True)
class ApprovePlan(Heard, OnCase):
    """Make a plan binding once objections are closed: its lines may be committed (M27).

    Plans in force add up: approving one does not replace another. Lines of all plans in force, and what is held by
    commitments under plans no longer in force, stay together within every fund and every project's cost; to replace an
    earlier plan, supersede it first. Refuses with `UnknownPlan`, `PlanInWrongState`, `ProposerApproves`,
    `ProposingPostApproves`, `ObjectionsStillPossible`, `ObjectionsOpen`, `PlanHashDiffers`, `CaseMoved`,
    `PolicyNotAdopted`, `PolicyNotInForce`, `PlanOverFund` or `PlanOverCost`.
    """

    plan_hash: str
    plans: PlansFold = field(default_factory=PlansFold, init=False, repr=False)
    money: MoneyFold = field(default_factory=MoneyFold, init=False, repr=False)

    def boundary(self) -> list[Selector]:
        """The case, every plan, and what commitments hold."""
        return [*super().boundary(), Selector(types=[*PLAN_FACTS, *HOLDS])]

    def fold(self, fact: Fact) -> None:
        """Keep plan, case, the other plans and commitments."""
        super().fold(fact)
        self.plans.apply(fact)
        self.money.apply(fact)

    def execute(self) -> None:
        """Record `PlanApproved`."""
        content = self.in_state("objections_closed")
        self._must_be_another()
        self.must_be_heard()
        for standing in (content.plan_hash, self.life.proposed_hash or ""):
            if self.plan_hash != standing:
                raise PlanHashDiffers(plan=self.plan, standing=standing, named=self.plan_hash)
        self.case_must_stand(content, content.run.register_position)
        self._policy_must_be_in_force(content)
        self._must_fit_beside_the_others(content)
        total_fen = sum(line.amount_fen for line in content.lines)
        self.record(PlanApproved(mandate=self.mandate, plan=self.plan, plan_hash=self.plan_hash, total_fen=total_fen))

    def _must_be_another(self) -> None:
        if self.mandate.person in {person for person, _ in self.life.makers}:
            raise ProposerApproves(person=self.mandate.person, plan=self.plan)
        if self.mandate.post in {post for _, post in self.life.makers}:
            raise ProposingPostApproves(post=self.mandate.post, plan=self.plan)

    def _policy_must_be_in_force(self, content: Plan) -> None:
        latest = self.policies.latest
        if latest is not None and self.policies.in_force(self.mandate.effective_on) is not latest:
            raise PolicyNotInForce(
                plan=self.plan,
                policy=content.run.policy,
                version=content.run.policy_version,
                in_force_from=latest.in_force_from,
            )

    def _must_fit_beside_the_others(self, content: Plan) -> None:
        own_funds, own_projects = fund_totals(content), project_totals(content)
        by_fund, by_project = own_funds.copy(), own_projects.copy()
        in_force = {life.plan: life.content for life in self.plans.in_force()}
        for other in in_force.values():
            if other is not None:
                by_fund.update(fund_totals(other))
                by_project.update(project_totals(other))
        for code, made in self.money.commitments.items():
            if made.plan not in in_force:
                held_fen = self.money.commitment(code).held_fen
                by_fund[made.fund] += held_fen
                if made.project is not None:
                    by_project[made.project] += held_fen
        must_be_affordable(
            self.plan,
            content,
            {code: by_fund[code] for code in own_funds},
            {code: by_project[code] for code in own_projects},
            self.register,
        )
