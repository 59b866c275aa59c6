"""Tests of the read models: the tables say what the log says, whatever happened to them on the way."""
