"""Commands that make and check the dataset: build, validate, load, verify."""

from __future__ import annotations

import time
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ukfr_graph import iris
from ukfr_graph.cli.output import write_text
from ukfr_graph.errors import DataError, Problem, SettingsError
from ukfr_graph.settings import read_settings

if TYPE_CHECKING:
    from rich.console import Console

    from ukfr_graph.store import Engine

Out = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Folder of the dataset (default: UKFR_DATASET, else ./out; a question falls back on the cache)."
    ),
]


Data = Annotated[
    list[Path] | None,
    typer.Option("--data", help="Folder of a workspace; later ones extend those before (UKFR_DATA)."),
]
Endpoint = Annotated[str | None, typer.Option("--endpoint", help="A SPARQL endpoint to ask instead (UKFR_ENDPOINT).")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(build)
    app.command()(validate)
    app.command()(load)
    app.command()(verify)
    app.command()(token)


def open_console() -> Console:
    """Open the console for what is told to people: stderr."""
    from rich.console import Console  # slow to import, and not needed for serving

    return Console(stderr=True, soft_wrap=True)


def build_into(root: Path, data: Sequence[Path] = (), *, strict: bool = False) -> None:
    """Build the dataset of workspaces and put it in force under ``root``, telling each step on stderr."""
    from ukfr_graph.accounting import Account, sum_accounts
    from ukfr_graph.workspace_datasets import build_dataset

    console = open_console()
    started = time.monotonic()
    with console.status(_("Building")) as status:

        def progress(step: str) -> None:
            status.update(_(step))
            console.print(f"  {_(step)} [dim]{time.monotonic() - started:.1f} s[/]")

        manifest, version = build_dataset(root, progress, data, strict=strict)
    if drafts := manifest["profile"]["drafts"]:
        with iris.using(manifest["profile"]["namespaces"]):
            said = _("Drafts: %(names)s") % {"names": ", ".join(map(iris.shorten, drafts))}
        console.print(said, markup=False)
    shares = ", ".join(f"{name} {c['share']:.0%}" for name, c in manifest["coverage"].items())
    said = _("Built %(version)s: %(triples)s triples in %(graphs)s graphs; coverage %(shares)s; %(seconds)s s")
    counts = manifest["counts"]
    console.print(
        said
        % {
            "version": version.name,
            "triples": counts["triples"],
            "graphs": len(counts["graphs"]),
            "shares": shares,
            "seconds": f"{time.monotonic() - started:.1f}",
        }
    )
    account = sum_accounts(Account(**each) for each in manifest["accounts"].values())
    said = _("Read %(account)s in %(files)s files; nothing was left out")
    console.print(said % {"account": account.say(_), "files": len(manifest["accounts"])}, highlight=False)


def build(
    out: Out = None,
    data: Data = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse statements that are drafts.")] = False,
) -> None:
    """Build the dataset from sources, records and ontology, and load it into a store."""
    build_into(out or read_settings().dataset, data or read_settings().data, strict=strict)


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Workspaces to check, each by itself, instead of the bundled one.")
    ] = None,
    data: Data = None,
) -> None:
    """Check records, quotes and shapes; report each problem with file, line, record, rule and fix."""
    from ukfr_graph.accounting import sum_accounts
    from ukfr_graph.build import build_graphs
    from ukfr_graph.resources import data_folder
    from ukfr_graph.workspace import read_workspaces

    console = open_console()
    problems: list[Problem] = []
    together = data or read_settings().data or [data_folder()]
    for folders in [[path] for path in paths] if paths else [together]:
        path = folders[-1].resolve()
        try:
            built = build_graphs(read_workspaces(folders))
        except DataError as error:
            problems += error.problems
        else:
            said = _("%(name)s: conforms, %(triples)s triples")
            triples = sum(map(len, built.graphs.values()))
            console.print(said % {"name": path.name, "triples": triples}, highlight=False)
            account = sum_accounts(built.accounts.values())
            said = _("read: %(account)s in %(files)s files")
            console.print("  " + said % {"account": account.say(_), "files": len(built.accounts)}, highlight=False)
    if problems:
        raise DataError(problems)


def load(
    files: Annotated[list[Path], typer.Argument(help="RDF files: .ttl .nt .nq .trig .rdf .jsonld", metavar="FILE…")],
    graph: Annotated[str, typer.Option("--graph", help="IRI of the graph of your own to load into.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the graph instead of adding to it.")] = False,
    out: Out = None,
) -> None:
    """Load your own RDF into a graph beside the curated ones; a bad file changes nothing."""
    from ukfr_graph.store import load_graph

    console = open_console()
    with console.status(_("Loading")):
        count = load_graph(files, graph, out or read_settings().dataset, replace=replace)
    console.print(_("<%(graph)s> now has %(count)s triples.") % {"graph": graph, "count": count}, markup=False)


def verify(out: Out = None) -> None:
    """Compare every file of a dataset with its checksum, and the curated graphs with what was built."""
    from ukfr_graph.store import current_version, verify_version

    root = out or read_settings().dataset
    verify_version(root, anew=True)
    open_console().print(_("%(version)s is as it was built") % {"version": current_version(root).name}, markup=False)


def token(
    graphs: Annotated[
        list[str] | None,
        typer.Option("--graphs", help="Beginning of the IRIs of graphs that it may write to (default: all)."),
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="read, write or review (default: read and write).")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of its user.")] = "",
) -> None:
    """Make a token: the token itself on stderr, once; its entry for UKFR_WRITE_TOKENS_FILE on stdout."""
    import hashlib
    import json
    import secrets

    from ukfr_graph.service.gate import SCOPES

    if unknown := sorted(set(scope or ()) - set(SCOPES)):
        raise SettingsError(
            "There is no scope %(unknown)s; there are %(scopes)s.", unknown=", ".join(unknown), scopes=", ".join(SCOPES)
        )
    secret = secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    entry = {"name": name, "sha256": digest, "scopes": scope or ["read", "write"], "graphs": graphs or []}
    open_console().print(_("token: %(secret)s") % {"secret": secret}, markup=False, highlight=False)
    write_text(json.dumps([entry], indent=2))


def ensure_dataset(out: Path | None, data: Sequence[Path] | None = None) -> Path:
    """Return the folder of the dataset, and build it first where none exists, or where a workspace has changed.

    Without ``out`` and workspaces it is the one of the settings where there is one, or else the bundled one in the
    user's cache: nothing is left in the folder that a question is asked from.
    """
    from ukfr_graph.store import current_version, read_profile
    from ukfr_graph.workspace_datasets import find_dataset, is_built

    folders, dataset = data or read_settings().data, read_settings().dataset
    is_there = not folders and (dataset / "current").exists()
    root = out or (dataset if is_there else find_dataset(folders))
    if not is_built(root, folders):
        build_into(root, folders)
    iris.use(read_profile(current_version(root)).namespaces)
    return root


def open_engine(out: Path | None, endpoint: str | None, data: Sequence[Path] | None = None) -> Engine:
    """Open what is to be asked: an endpoint elsewhere, or the dataset here."""
    from ukfr_graph.store import RemoteEngine, open_snapshot

    settings = read_settings()
    if address := endpoint or (settings.endpoint if out is None and not data else None):
        return RemoteEngine(address, settings.endpoint_authorization())
    return open_snapshot(ensure_dataset(out, data))
