"""The commands for who codes with others: code agreement."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ukfr_graph.cli.make import Data
from ukfr_graph.cli.output import write_table, write_text
from ukfr_graph.errors import ParameterError, SettingsError
from ukfr_graph.settings import read_settings
from ukfr_graph.texts import show_plainly

if TYPE_CHECKING:
    from rich.table import Table

    from ukfr_graph.coding.agreement import Agreement
    from ukfr_graph.coding.differences import Difference


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help="Work on a coding with others.", no_args_is_help=True)
    group.callback()(lambda: None)  # a group of one command would be that command
    group.command()(agreement)
    app.add_typer(group, name="code")


def agreement(
    first: Annotated[Path, typer.Argument(help="The records of one coder.", metavar="A.yaml")],
    second: Annotated[Path, typer.Argument(help="The records of another coder of the same text.", metavar="B.yaml")],
    statement: Annotated[
        str, typer.Option("--statement", help="The source or statement, where the files do not say it.")
    ] = "",
    form: Annotated[str, typer.Option("--format", "-f", help="table or json.")] = "table",
    data: Data = None,
) -> None:
    """Measure how far two codings of a text agree, and list what to settle; exit code 1 where there is anything."""
    import json
    from dataclasses import asdict

    from ukfr_graph.coding.agreement import compare
    from ukfr_graph.coding.differences import find_differences
    from ukfr_graph.coding.units import find_statement, number_words, read_coding, read_units
    from ukfr_graph.drafting.texts import read_source_text
    from ukfr_graph.workspace import read_workspaces

    if form not in ("table", "json"):
        raise SettingsError("The format %(form)s is unknown; use table or json.", form=repr(form))
    documents = [read_coding(path) for path in (first, second)]
    workspaces = read_workspaces(data or read_settings().data or [_find_workspace(first)])
    texts = [read_source_text(statement or find_statement(document), workspaces) for document in documents]
    if texts[0] != texts[1]:
        raise ParameterError(
            "%(first)s is a coding of %(statement)s, and %(second)s of %(other)s.",
            first=first,
            statement=texts[0].statement,
            second=second,
            other=texts[1].statement,
        )
    source = texts[0]
    words = number_words(source.text, source.body)
    ours, theirs = (read_units(document, source.text, source.body) for document in documents)
    measures = compare(ours, theirs, len(words))
    differences = find_differences(ours, theirs, source.text, words)
    if form == "json":
        found = {
            "statement": source.statement,
            "words": len(words),
            "agreement": [asdict(measure) for measure in measures],
            "differences": [asdict(difference) for difference in differences],
        }
        write_text(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        write_table(_tabulate_measures(measures))
        if differences:
            write_table(_tabulate_differences(differences))
    if differences:
        raise typer.Exit(1)


def _find_workspace(path: Path) -> Path:
    """Find the workspace in which a file lies; the bundled one where it lies in none."""
    from ukfr_graph.resources import data_folder
    from ukfr_graph.workspace import FILE

    return next((folder for folder in path.resolve().parents if (folder / FILE).is_file()), data_folder())


def _tabulate_measures(measures: Sequence[Agreement]) -> Table:
    from rich.table import Table

    table = Table(_("measure"), title=_("Agreement"), title_justify="left")
    for heading in (_("items"), _("agree"), "Cohen's κ", "Krippendorff's α"):
        table.add_column(heading, justify="right")
    for measure in measures:
        figures = [f"{n:{form}}" if n is not None else "–" for n, form in
                   ((measure.share, ".1%"), (measure.kappa, ".3f"), (measure.alpha, ".3f"))]  # fmt: skip
        table.add_row(measure.measure, str(measure.items), *figures)
    return table


def _tabulate_differences(differences: Sequence[Difference]) -> Table:
    from rich.table import Table
    from rich.text import Text

    headings = (_("line"), _("words"), _("what"), _("first"), _("second"), _("codebook"))
    table = Table(*headings, title=_("To settle"), title_justify="left")
    for found in differences:
        cells = (str(found.line), found.words, found.what, found.first, found.second, found.section)
        table.add_row(*(Text(show_plainly(cell)) for cell in cells))
    return table
