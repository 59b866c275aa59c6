"""Tests of what must hold when processes race, are killed, or run out of room."""
