"""The search for the best plan: the strict order of objectives, and the engines that take one step of it."""
