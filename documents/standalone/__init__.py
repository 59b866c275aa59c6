"""Scripts that are handed out beside the papers and run anywhere: one file each, Python's standard library only."""

from pathlib import Path

VERIFY_CERTIFICATE = Path(__file__).with_name("verify_certificate.py")
"""Checks a plan and its certificate against register and policy; shares no code with what made them."""
