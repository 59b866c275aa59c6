"""Tests of the desk: names are kept beside the record, and can be erased."""
