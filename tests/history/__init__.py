"""Tests of the log; `examples` and `children` are what they share."""
