"""Operational tables that are not history: they may be changed and erased without touching a recorded fact."""
