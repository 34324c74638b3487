"""Commands that write the graph for other tools: export rdf, csv, all, network."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer

from ukfr_graph.cli.ask import read_query_file
from ukfr_graph.cli.make import Data, Endpoint, Out, ensure_dataset, open_console, open_engine
from ukfr_graph.cli.output import write_bytes
from ukfr_graph.files import open_whole
from ukfr_graph.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    exports = typer.Typer(help="Write the graph for other tools, to stdout.", no_args_is_help=True)
    exports.command()(rdf)
    exports.command()(csv)
    exports.command("all")(downloads)
    network.__signature__ = _describe_network()  # type: ignore[attr-defined]  # what typer reads
    network.__annotations__ = {n: p.annotation for n, p in network.__signature__.parameters.items()}  # type: ignore[attr-defined]
    exports.command()(network)
    app.add_typer(exports, name="export")


def rdf(
    form: Annotated[str, typer.Option("--format", help="nq, trig, ttl, nt, jsonld or rdf.")] = "nq",
    graph: Annotated[str | None, typer.Option("--graph", help="One graph instead of all.")] = None,
    out: Out = None,
    data: Data = None,
    endpoint: Endpoint = None,
) -> None:
    """Write the dataset (nq, trig and jsonld keep the graphs; ttl, nt and rdf are their union, or the one graph)."""
    from ukfr_graph.query.dump import write_dump

    engine = open_engine(out, endpoint, data)
    write_bytes(lambda stream: write_dump(engine, form, stream, graph))


def csv(
    to: Annotated[str, typer.Option("--to", help="A folder; - writes a ZIP archive to stdout.")] = "-",
    out: Out = None,
    data: Data = None,
) -> None:
    """Write the curated graphs as tables."""
    from ukfr_graph.query.tabular import make_package, write_package
    from ukfr_graph.store import open_snapshot

    snapshot = open_snapshot(ensure_dataset(out, data))
    if to == "-":
        write_bytes(lambda stream: write_package(snapshot, stream))
        return
    folder = Path(to)
    folder.mkdir(parents=True, exist_ok=True)
    files = make_package(snapshot)
    for name, content in files.items():
        with open_whole(folder / name) as file:
            file.write(content)
    said = _("%(count)s files in %(folder)s; %(description)s describes them.")
    values = {"count": len(files), "folder": folder, "description": folder / "datapackage.json"}
    open_console().print(said % values, markup=False)


def downloads(out: Out = None, data: Data = None) -> None:
    """Write the server's downloads into the dataset's folder, so that the server need not."""
    from ukfr_graph.query.exports import list_exports, make_export
    from ukfr_graph.store import open_snapshot

    snapshot = open_snapshot(ensure_dataset(out, data)).curated
    for export in list_exports(snapshot):
        facts = make_export(snapshot, export.path)
        said = _("%(file)s: %(bytes)s bytes") % {"file": facts["file"], "bytes": facts["bytes"]}
        open_console().print(said, markup=False, highlight=False)


def network(
    form: str,
    language: str,
    query: Path | None,
    out: Path | None,
    data: list[Path] | None,
    endpoint: str | None,
    **given: Any,
) -> None:
    """Write a network: for Gephi, Cytoscape, networkx, Graphviz, or as a picture."""
    from ukfr_graph.analysis.network_parameters import PARAMETERS, parse_request
    from ukfr_graph.analysis.requests import Sizes, answer_request
    from ukfr_graph.limits import Limits
    from ukfr_graph.query import Executor

    pairs = [("query", read_query_file(query))] if query else []
    for name, parameter in PARAMETERS.items():
        value = given.get(parameter.field)
        if isinstance(value, list):
            pairs += [(name, text) for text in value]
        elif value is not None and value is not False:
            pairs.append((name, str(value).lower() if value is True else str(value)))
    executor = Executor(
        open_engine(out, endpoint, data), Limits.of(read_settings()), with_user_graphs=query is not None
    )
    with open_console().status(_("Reading, laying out and writing")):
        content = answer_request(executor, parse_request(pairs, language), form, Sizes())
    write_bytes(content)


def _describe_network() -> Signature:
    """Make the options of ``export network`` from the table of its parameters."""
    from ukfr_graph.analysis.network_formats import FORMATS
    from ukfr_graph.analysis.network_parameters import PARAMETERS

    types = {
        "text": str | None,
        "texts": list[str] | None,
        "pairs": list[str] | None,
        "number": int | None,
        "flag": bool,
    }
    short = {"param": ("-p",)}
    options: dict[str, tuple[Any, Any]] = {
        parameter.field: (
            Annotated[types[parameter.kind], typer.Option(f"--{name}", *short.get(name, ()), help=parameter.help)],
            False if parameter.kind == "flag" else None,
        )
        for name, parameter in PARAMETERS.items()
        if not parameter.for_servers
    }
    options |= {
        "query": (
            Annotated[
                Path | None, typer.Option("--query", exists=True, help="A file with SPARQL of your own instead.")
            ],
            None,
        ),
        "form": (Annotated[str, typer.Option("--format", "-f", help=_list_names(FORMATS))], "json"),
        "language": (
            Annotated[str, typer.Option("--lang", help="Language of labels in svg, png, pdf and dot, such as fr.")],
            "en",
        ),
        "out": (Out, None),
        "data": (Data, None),
        "endpoint": (Endpoint, None),
    }
    return Signature(
        [Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
         for name, (annotation, default) in options.items()]
    )  # fmt: skip


def _list_names(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}."
