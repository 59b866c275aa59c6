"""Tests of the room `intake`: registers and areas as files."""
