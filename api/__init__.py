"""HTTP: the same use cases for other programs and for the pages, under one contract (OpenAPI 3.1)."""
