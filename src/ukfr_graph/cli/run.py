"""The command that serves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ukfr_graph.errors import SettingsError
from ukfr_graph.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (UKFR_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (UKFR_PORT).")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of processes (UKFR_WORKERS).")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="Folder of the dataset (UKFR_DATASET).")] = None,
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="A SPARQL endpoint to serve instead.")] = None,
) -> None:
    """Serve the graph over HTTP; build it first where no dataset exists."""
    import uvicorn

    from ukfr_graph.cli.make import ensure_dataset
    from ukfr_graph.server.app import ENDPOINT_VARIABLE

    settings = read_settings()
    if store and endpoint:
        raise SettingsError("--store and --endpoint exclude each other: give one.")
    if endpoint:
        os.environ[ENDPOINT_VARIABLE] = endpoint
    else:
        os.environ["UKFR_DATASET"] = str(ensure_dataset(store).resolve())
        read_settings.cache_clear()
    uvicorn.run(
        "ukfr_graph.server:create_app",
        factory=True,
        host=host or settings.host,
        port=settings.port if port is None else port,
        workers=workers or settings.workers,
        server_header=False,
    )
