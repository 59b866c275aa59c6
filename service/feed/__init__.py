"""The feed: every recorded fact as an event other programs follow, by asking, by listening, or by being called."""
