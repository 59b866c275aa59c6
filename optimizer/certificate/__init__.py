"""The portable certificate: prices on what units share, from which anyone recomputes a bound by plain arithmetic."""
