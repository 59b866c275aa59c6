"""How fair a plan is: indices of inequality, measures by group, audits of the formula part and of the whole plan."""

from optimizer.fairness.indices import gini
from optimizer.fairness.measures import measure

__all__ = ["gini", "measure"]
