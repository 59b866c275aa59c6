"""The mathematics of a plan: case, model, rules, search, proof. Knows arrays and rules; no events, no database."""
