"""The verifier's side: a finished plan held against register and policy in whole numbers, without the search's code."""
