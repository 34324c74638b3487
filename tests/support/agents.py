"""Clients of the server for agents, as the official SDK makes them."""

from __future__ import annotations

import os

from mcp import Client, StdioServerParameters

from support.forking import write_command


def open_agent(*arguments: str, **settings: str) -> Client:
    """Make a client that starts a server for agents when it is entered, and ends it."""
    program, *before = write_command()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("UKFR_")}
    environment |= {f"UKFR_{name.upper()}": value for name, value in settings.items()}
    command = StdioServerParameters(command=program, args=[*before, "mcp", *arguments], env=environment)
    return Client(command, read_timeout_seconds=60)
