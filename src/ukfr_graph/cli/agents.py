"""The command that serves agents: mcp."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ukfr_graph.cli.make import Data, Endpoint, Out, build_into
from ukfr_graph.errors import SettingsError
from ukfr_graph.settings import change_settings, read_settings


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(mcp)


def mcp(
    out: Out = None,
    data: Data = None,
    endpoint: Endpoint = None,
    edit: Annotated[
        Path | None,
        typer.Option("--edit", help="Workspace that agents may propose a coding for (default: they only read)."),
    ] = None,
) -> None:
    """Serve agents by the Model Context Protocol over stdin and stdout; without --out, from the user's cache."""
    if find_spec("mcp") is None:
        raise SettingsError("The protocol's library is not installed: pip install 'ukfr-graph[mcp]'.")
    if edit and not (edit / "sources").is_dir():
        raise SettingsError("%(edit)s is no workspace: it has no folder 'sources' with texts to code.", edit=edit)
    from asyncio import run

    from ukfr_graph.agents.run import serve_agents
    from ukfr_graph.workspace_datasets import find_dataset, is_built

    changes: dict[str, object] = {"workers": 1, "service_allow": ()}
    if endpoint or (out is None and not data and read_settings().endpoint):
        changes["endpoint"] = endpoint or read_settings().endpoint
    else:
        folders = data or read_settings().data
        root = out or find_dataset(folders)
        if not is_built(root, folders):
            build_into(root, folders)
        changes |= {"dataset": root, "endpoint": None}
    run(serve_agents(change_settings(read_settings(), changes), edit))
