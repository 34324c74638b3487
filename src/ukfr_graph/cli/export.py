"""Commands that write the graph for other tools: export rdf, csv, all, network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ukfr_graph.cli.ask import read_query_file, split_values
from ukfr_graph.cli.make import Endpoint, Out, ensure_dataset, open_console, open_engine
from ukfr_graph.cli.output import write_bytes
from ukfr_graph.files import open_whole
from ukfr_graph.settings import read_settings

Filters = Annotated[list[str] | None, typer.Option("--type", help="Keep nodes of this type, such as ukfr:Actor.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    exports = typer.Typer(help="Write the graph for other tools, to stdout.", no_args_is_help=True)
    exports.command()(rdf)
    exports.command()(csv)
    exports.command("all")(downloads)
    exports.command()(network)
    app.add_typer(exports, name="export")


def rdf(
    form: Annotated[str, typer.Option("--format", help="nq, trig, ttl, nt, jsonld or rdf.")] = "nq",
    graph: Annotated[str | None, typer.Option("--graph", help="One graph instead of all.")] = None,
    out: Out = None,
    endpoint: Endpoint = None,
) -> None:
    """Write the dataset (nq, trig and jsonld keep the graphs; ttl, nt and rdf are their union, or the one graph)."""
    from ukfr_graph.query.dump import write_dump

    engine = open_engine(out, endpoint)
    write_bytes(lambda stream: write_dump(engine, form, stream, graph))


def csv(
    to: Annotated[str, typer.Option("--to", help="A folder; - writes a ZIP archive to stdout.")] = "-",
    out: Out = None,
) -> None:
    """Write the curated graphs as tables."""
    from ukfr_graph.query.tabular import make_package, write_package
    from ukfr_graph.store import open_snapshot

    snapshot = open_snapshot(ensure_dataset(out))
    if to == "-":
        write_bytes(lambda stream: write_package(snapshot, stream))
        return
    folder = Path(to)
    folder.mkdir(parents=True, exist_ok=True)
    files = make_package(snapshot)
    for name, content in files.items():
        with open_whole(folder / name) as file:
            file.write(content)
    open_console().print(f"{len(files)} files in {folder}; {folder / 'datapackage.json'} describes them.", markup=False)


def downloads(out: Out = None) -> None:
    """Write the server's downloads into the dataset's folder, so that the server need not."""
    from ukfr_graph.query.exports import list_exports, make_export
    from ukfr_graph.store import open_snapshot

    snapshot = open_snapshot(ensure_dataset(out)).curated
    for export in list_exports(snapshot):
        facts = make_export(snapshot, export.path)
        open_console().print(f"{facts['file']}: {facts['bytes']} bytes", markup=False, highlight=False)


def network(
    projection: Annotated[str, typer.Option(help="A projection, or any saved query.")] = "all",
    query: Annotated[Path | None, typer.Option(exists=True, help="A file with SPARQL of your own instead.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="k=v, for the saved query.")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="json, graphml, gexf, dot or svg.")] = "json",
    types: Filters = None,
    topic: Annotated[str, typer.Option(help="Keep what rests on clauses on a topic.")] = "",
    kind: Annotated[str, typer.Option(help="Keep what rests on clauses of a kind, such as ukfr:Pledge.")] = "",
    section: Annotated[str, typer.Option(help="Keep what rests on clauses of a section.")] = "",
    focus: Annotated[str, typer.Option(help="Keep a node and what is around it.")] = "",
    steps: Annotated[int, typer.Option(help="How far around the focus.")] = 1,
    start: Annotated[str, typer.Option("--from", help="Keep the shortest paths from this node …")] = "",
    end: Annotated[str, typer.Option("--to", help="… to this one.")] = "",
    community: Annotated[int | None, typer.Option(help="Keep the members of one community, from 0 on.")] = None,
    overview: Annotated[bool, typer.Option("--overview", help="Show each community as one node.")] = False,
    measures: Annotated[
        bool, typer.Option("--measures", help="Add degree, betweenness, community … to nodes.")
    ] = False,
    language: Annotated[str, typer.Option("--lang", help="Language of labels in svg and dot: en or fr.")] = "en",
    out: Out = None,
    endpoint: Endpoint = None,
) -> None:
    """Write what is tied to what: for Gephi, Cytoscape, networkx, Graphviz or the eye."""
    from ukfr_graph.analysis.requests import NetworkRequest, Sizes, answer_request
    from ukfr_graph.query import Executor
    from ukfr_graph.query.limits import Limits

    request = NetworkRequest(
        projection, read_query_file(query) if query else "", split_values(param or []), tuple(types or ()), topic,
        kind, section, focus, steps, start, end, community, overview, measures, language,
    )  # fmt: skip
    executor = Executor(open_engine(out, endpoint), Limits.of(read_settings()), with_user_graphs=query is not None)
    with open_console().status("Reading, laying out and writing"):
        content = answer_request(executor, request, form, Sizes())
    write_bytes(content)
