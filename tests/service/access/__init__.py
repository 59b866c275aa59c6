"""Tests of who may do what: passwords, tokens, sessions, keys, the secret they rest on."""
