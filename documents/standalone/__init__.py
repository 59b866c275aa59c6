"""Scripts that are handed out beside the papers and run anywhere: one file each, Python's standard library only."""
