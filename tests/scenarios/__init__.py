"""Tests of the shipped registers and of what makes them."""
