"""The page of promises and calls."""
