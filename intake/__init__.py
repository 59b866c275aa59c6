"""Registers and areas as files: what comes in from spreadsheets and folders of tables, and goes out the same way."""
