"""`tongchou …`: thin commands over the use cases, with progress, tables, JSON, and exit codes that mean something."""
