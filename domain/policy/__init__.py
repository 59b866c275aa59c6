"""The policy file: typed, dated, every number with its unit and the clause it comes from."""
