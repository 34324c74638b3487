"""The page about the dataset: its method, and how far to trust it."""
