"""What auditors look for, as pure functions over facts: each list states its rule, and each finding its witnesses."""
