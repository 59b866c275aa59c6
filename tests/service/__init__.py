"""Tests of the use cases, on a county small enough to be worked out by hand."""
