"""The command that begins a workspace: init."""

from __future__ import annotations

import sys
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from ukfr_graph.cli.make import open_console
from ukfr_graph.errors import SettingsError
from ukfr_graph.files import read_file


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the workspace, which is new or empty.", metavar="DIR")],
    between: Annotated[
        tuple[str, str], typer.Option("--between", help="The two states, by name or code: canada, united-kingdom, NZ.")
    ],
    day: Annotated[str, typer.Option("--date", help="Day of the statement, as 2011-09-22.")],
    source: Annotated[
        str, typer.Option("--from", help="Its text: HTML, Markdown, DOCX, PDF or plain text; - for stdin.")
    ],
    language: Annotated[
        list[str] | None,
        typer.Option(help="Language of labels, once for each (default: en); the text is in the first."),
    ] = None,
    namespace: Annotated[str, typer.Option(help="Beginning of the IRIs of your records, up to a '/'.")] = "",
    extends: Annotated[
        str, typer.Option(help="Part of the bundled workspace to build on: none, entities or bundled.")
    ] = "none",
) -> None:
    """Begin a workspace of your own from a text: its file, the source, the two states and a draft of the statement."""
    from ukfr_graph.new_workspace import begin_workspace

    try:
        written = date.fromisoformat(day)
    except ValueError:
        raise SettingsError("--date %(day)s is no day: write it as 2011-09-22.", day=repr(day)) from None
    raw, name = (sys.stdin.buffer.read(), "stdin") if source == "-" else (read_file(Path(source)), Path(source).name)
    begun = begin_workspace(
        folder, between, written, raw, name, languages=language or ["en"], namespace=namespace, extends=extends
    )
    console = open_console()
    said = _("%(folder)s: statement/%(statement)s is a draft; see it with")
    console.print(said % {"folder": folder, "statement": begun.statement}, highlight=False, markup=False)
    console.print(f"  ukfr-graph serve --data {folder}", highlight=False, markup=False)
    for note in begun.notes:
        console.print(_("note: %(note)s") % {"note": note}, highlight=False, markup=False)
