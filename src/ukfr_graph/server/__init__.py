"""HTTP, and nothing else: every answer comes from the query package."""

from ukfr_graph.server.app import create_app

__all__ = ["create_app"]
