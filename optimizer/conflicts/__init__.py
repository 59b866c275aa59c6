"""When no plan exists, or a should-rule is missed: who collides, the cheapest repairs, and proofs anyone can check."""
