"""Use cases: what a planner, an approver, a treasurer and an auditor can ask of the county, one function each."""
