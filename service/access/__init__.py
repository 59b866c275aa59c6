"""Who may do what: accounts, passwords, tokens and keys of people and programs."""
