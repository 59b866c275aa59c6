"""Use cases of handing the record out as files, at any moment: open data, papers of a plan, the ledger."""
