"""What is true and what is allowed: pure, without clock, file, database or solver."""
