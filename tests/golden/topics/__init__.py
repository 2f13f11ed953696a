"""One module per file of cases; each has `record(topic)`."""
