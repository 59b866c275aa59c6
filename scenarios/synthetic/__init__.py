"""The seeded synthetic county: a register that exists nowhere, the same to the last byte for the same seed.

`python -m scenarios.synthetic` writes it to `scenarios/library/x-county`; nothing in it is measured.
"""
