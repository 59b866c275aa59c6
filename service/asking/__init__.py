"""What auditors ask of the record: stories in sentences, traces of a yuan, lists of what stands out, reconciliation."""
