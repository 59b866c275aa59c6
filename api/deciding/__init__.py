"""Decisions over HTTP: one table says which address takes which decision; the routes are made from it."""
