"""Reasons: why a unit gets what it gets, why not more, what would flip an answer, and what a rule is worth."""
