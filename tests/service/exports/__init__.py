"""Exports of the record, each read back by the tools its readers use."""
