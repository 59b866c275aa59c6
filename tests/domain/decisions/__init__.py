"""Decisions, proven on a record kept in memory."""
