"""Open data: the record as tables (Frictionless), as projects (OC4IDS) and as a map (GeoJSON), for other programs."""
