"""One step of the strict order as a file that other programs solve: its model, its names, and two formats."""
