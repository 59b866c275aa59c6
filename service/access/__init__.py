"""Who may do what: accounts, passwords, signed tokens, API keys, and how whoever calls is recognised by them."""
