"""The log: what was decided, in order, appended once and never changed (M33)."""
