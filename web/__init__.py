"""Pages: made on the server from the same use cases, readable without a script, in Chinese or English."""
