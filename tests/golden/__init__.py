"""Logs of releases as they were written: read by every later release, only ever added to (docs/decisions/0018)."""
