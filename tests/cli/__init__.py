"""Tests of the command line: what a person types, what comes back, and what is left on the record."""
