"""Plans as whoever asks may see them: the public sees what was announced, the county's own people every draft.

There is one address per plan for everybody. For a visitor, and for an account limited to townships, a plan whose
present content was not announced by the moment asked about is not there.
"""

from __future__ import annotations

from api.access import sees_all
from domain.folds import PlanFold
from service.access.principal import Principal
from service.county import County
from service.office import Office
from service.plan_answers import about_plan
from service.plan_steps import plan_seen
from service.registers import Moment
from service.why import Asked


def seen(county: County, plan: str, at: Moment, visitor: Principal | None) -> PlanFold:
    """A plan, if it is there for whoever asks. Raises `UnknownPlan`."""
    return plan_seen(county, plan, at, public=not sees_all(visitor))


def about(served: Office, county: County, plan: str, at: Moment, visitor: Principal | None) -> Asked:
    """The same with all it was computed from."""
    return about_plan(county, served.kept, seen(county, plan, at, visitor), at)
