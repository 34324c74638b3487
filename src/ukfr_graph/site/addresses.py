"""Where this server is, as its clients write it."""

from __future__ import annotations

from fastapi import Request


def find_base(request: Request) -> str:
    """Return scheme and host as the client wrote them, such as ``http://localhost:8000``."""
    return str(request.base_url).rstrip("/")
