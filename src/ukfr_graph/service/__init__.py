"""Asks the workers, and keeps answers; no HTTP."""
