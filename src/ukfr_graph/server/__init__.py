"""Endpoint and site put together, and run."""
