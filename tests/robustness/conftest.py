"""A folder to type commands in, as in the tests of the command line."""

from tests.cli.conftest import desk

__all__ = ["desk"]
