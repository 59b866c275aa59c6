"""Read models: ledger, register and plans as tables computed from the facts, with the position they have reached."""
