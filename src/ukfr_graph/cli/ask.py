"""The commands that ask: query, search."""

from __future__ import annotations

import sys
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ukfr_graph.cli.language import find_language
from ukfr_graph.cli.make import Data, Endpoint, Out, ensure_dataset, open_engine
from ukfr_graph.cli.output import write_bytes, write_table, write_text
from ukfr_graph.errors import ParameterError, SettingsError, TextError
from ukfr_graph.settings import read_settings
from ukfr_graph.texts import decode, show_plainly

if TYPE_CHECKING:
    from ukfr_graph.query import Answer

VERDICT = "answer"
"""The column of questions that are answered by yes, no or unknown, a row for each statement."""


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(query)
    app.command()(search)


def query(
    name: Annotated[
        str | None, typer.Argument(help="A saved query, a file, or - for stdin; without one, saved queries are listed.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="name=value, once for each parameter.")
    ] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="table, csv, tsv, json, xml, ttl, nt, jsonld.")] = "table",
    queries: Annotated[
        Path | None, typer.Option("--queries", help="Folder of your own saved queries (UKFR_QUERIES).")
    ] = None,
    out: Out = None,
    data: Data = None,
    endpoint: Endpoint = None,
) -> None:
    """Ask the curated graphs a saved query, or all graphs your own SPARQL; exit code 1 where the answer is just no."""
    from ukfr_graph.limits import Limits
    from ukfr_graph.query import Executor, find_format
    from ukfr_graph.query.known import require_known
    from ukfr_graph.query.parameters import bind_parameters

    if name is None:
        _list_queries(queries, out, data)
        return
    values = split_values(param or [])
    engine = open_engine(out, endpoint, data)
    text, parameters, is_saved = _read(name, queries, engine.folder)
    executor = Executor(engine, Limits.of(read_settings()), with_user_graphs=not is_saved)
    bound = bind_parameters(parameters, values)
    require_known(executor, bound)
    answer = executor.run(text, bound)
    no = answer.kind == "boolean" and not bool(answer.results)
    if form == "table" and answer.kind == "solutions":
        names, rows = _print_table(answer)
        no = VERDICT in names and bool(rows) and all(_show(row[names.index(VERDICT)]) == "no" for row in rows)
    elif form == "table" and answer.kind == "boolean":
        write_text(_("no") if no else _("yes"))
    else:
        chosen = find_format("ttl" if form == "table" else form, answer.kind)
        write_bytes(answer.serialize(chosen))
    if no:
        raise typer.Exit(1)


def search(
    text: Annotated[str, typer.Argument(help="Words to find, or a question.")],
    kind: Annotated[list[str] | None, typer.Option("--type", "-t", help="Only this type, such as ukfr:Pledge.")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="Only texts in this language, such as fr.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most hits to show.")] = 20,
    form: Annotated[str, typer.Option("--format", "-f", help="table or json.")] = "table",
    users: Annotated[
        bool, typer.Option("--users", help="Search the graphs that users added instead of the curated ones.")
    ] = False,
    out: Out = None,
    data: Data = None,
) -> None:
    """Find things by words, or saved questions by asking them; exit code 1 where nothing is found."""
    import json
    from dataclasses import asdict
    from html import unescape

    from ukfr_graph.limits import Limits
    from ukfr_graph.query import Executor
    from ukfr_graph.query.known import require_known
    from ukfr_graph.query.parameters import Parameter, to_term
    from ukfr_graph.query.recognition import QuestionIndex
    from ukfr_graph.query.saved_files import read_library
    from ukfr_graph.query.search import expand_type, search_labels
    from ukfr_graph.store.layout import current_version
    from ukfr_graph.store.text_index import open_indexes

    if form not in ("table", "json"):
        raise SettingsError("The format %(form)s is unknown; use table or json.", form=repr(form))
    types = [expand_type(name) for name in kind or ()]
    if types:
        executor = Executor(open_engine(out, None, data), Limits.of(read_settings()), with_user_graphs=users)
        require_known(
            executor, {name: to_term(Parameter("type", "type", "iri", required=False), name) for name in types}
        )
    version = current_version(ensure_dataset(out, data))
    index, names = open_indexes(version, of_users=users)
    found = search_labels(index, text, limit, language, types, prefer=language or find_language(), names=names)
    questions = read_library(dataset=str(version)).queries
    meant = [] if users else QuestionIndex(questions.values()).recognise(text, found)
    if form == "json":
        asked = [{**asdict(item), "question": dict(questions[item.name].summary)} for item in meant]
        write_text(json.dumps({**found.as_dict(), "questions": asked}, ensure_ascii=False, indent=2))
    else:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        from ukfr_graph.iris import shorten

        for item in (item for item in meant if item.is_sure):
            values = "".join(f" -p {name}={value}" for name, value in item.values.items())
            write_text(f"{questions[item.name].question(find_language())}\n  ukfr-graph query {item.name}{values}")
        for typed, used in found.corrected.items():
            said = _("Nothing has %(typed)s; searched for %(used)s.")
            Console(stderr=True).print(Text(said % {"typed": repr(show_plainly(typed)), "used": repr(used)}))
        table = Table(_("what"), _("name"), _("type"), _("words"), box=None, header_style="bold", pad_edge=False)
        for hit in found.hits:
            words = unescape(hit.snippet.replace("<mark>", "").replace("</mark>", ""))
            cells = (shorten(hit.iri), hit.label, shorten((*hit.types, "")[0]), words)
            table.add_row(*(Text(show_plainly(cell)) for cell in cells))
        write_table(table)
        said = _("%(shown)s of %(total)s") % {"shown": len(found.hits), "total": found.total}
        Console(stderr=True).print(f"[dim]{said}[/]")
    if not (found.total or meant):
        raise typer.Exit(1)


def _read(name: str, queries: Path | None, dataset: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from ukfr_graph.query import find_query
    from ukfr_graph.query.parameters import find_parameters

    if name == "-":
        text = _decode(sys.stdin.buffer.read(), "stdin")
    elif Path(name).is_file():
        text = read_query_file(Path(name))
    elif name.endswith((".rq", ".sparql")) or "/" in name:
        raise SettingsError("%(name)s is not a file.", name=name)
    else:
        saved = find_query(name, queries, dataset)
        return saved.text, saved.parameters, True
    return text, find_parameters(text, {}, {}), False


def read_query_file(path: Path) -> str:
    """Read a file with a query, in UTF-8 or UTF-16.

    Raises:
        SettingsError: it is in neither; the message names the byte and its place.
    """
    return _decode(path.read_bytes(), str(path))


def _decode(raw: bytes, name: str) -> str:
    try:
        return decode(raw)
    except TextError as error:
        raise SettingsError("%(name)s, %(error)s.", name=name, error=error) from None


def split_values(pairs: list[str]) -> dict[str, str]:
    """Split the values of parameters, each given as name=value.

    Raises:
        ParameterError: one is not, or is given twice.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key in values:
            raise ParameterError("--param %(pair)s: write each parameter once, as name=value.", pair=repr(pair))
        values[key] = value
    return values


def _print_table(answer: Answer) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    names, rows = answer.rows()
    table = Table(*(Column(Text(n)) for n in names), box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(_show(term)) for term in row))
    write_table(table)
    said = ngettext("%(n)s row", "%(n)s rows", len(rows)) % {"n": len(rows)}
    Console(stderr=True).print(f"[dim]{said}[/]")
    return names, rows


def _show(term: object) -> str:
    """Write a term for a person: short IRIs, plain values, no control characters that could steer a terminal."""
    import pyoxigraph as ox

    from ukfr_graph.iris import shorten

    if term is None:
        return ""
    text = shorten(term.value) if isinstance(term, ox.NamedNode) else getattr(term, "value", str(term))
    return show_plainly(text)


def _list_queries(queries: Path | None, out: Path | None, data: list[Path] | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from ukfr_graph.errors import DataError
    from ukfr_graph.query.saved_files import read_library
    from ukfr_graph.store import current_version

    is_asked = out or data or read_settings().data
    library = read_library(queries, dataset=str(current_version(ensure_dataset(out, data))) if is_asked else "")
    table = Table(_("area"), _("name"), _("question"), _("parameters"), box=None, header_style="bold", pad_edge=False)
    for saved in library.queries.values():
        needs = [p.name for p in saved.parameters] + ["UKFR_SERVICE_ALLOW (docs/federation.md)"] * bool(saved.services)
        table.add_row(saved.area, saved.name, Text(show_plainly(saved.question(find_language()))), ", ".join(needs))
    write_table(table)
    if library.problems:
        raise DataError(library.problems)
