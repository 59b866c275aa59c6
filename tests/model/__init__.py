"""The whole county against a model of it in plain Python: whatever is decided, both always agree."""
