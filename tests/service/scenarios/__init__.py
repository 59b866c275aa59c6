"""Tests of scenarios run on branches."""
