"""Long work: asked for over HTTP, queued at the desk, done by niced processes that can be killed."""
