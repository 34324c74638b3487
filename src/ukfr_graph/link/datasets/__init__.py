"""Outside datasets, read: adapters, tables, and one reader each of dates, parties, identifiers and kinds."""
