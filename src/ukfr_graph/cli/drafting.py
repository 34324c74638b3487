"""The command that drafts the coding of a text: draft."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from ukfr_graph.cli.make import Data, open_console
from ukfr_graph.cli.output import write_text
from ukfr_graph.errors import SettingsError
from ukfr_graph.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(draft)


def draft(
    text: Annotated[
        str,
        typer.Argument(
            help="A source or statement of the data, a text file, or - for stdin.", metavar="STATEMENT|FILE|-"
        ),
    ],
    name: Annotated[str, typer.Option("--id", help="Local id of the statement (default: that of the text).")] = "",
    language: Annotated[str, typer.Option(help="Language of the text (default: that of its source, else en).")] = "",
    speaker: Annotated[
        list[str] | None,
        typer.Option(
            "--speaker",
            help="Id of the record of a speaker, such as government/chile (default: the first two states named).",
        ),
    ] = None,
    data: Data = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="File to write, in a folder that may be new (default: stdout).")
    ] = None,
) -> None:
    """Propose records for a text by general rules; nothing is settled, and nothing of the data is changed."""
    from ukfr_graph.drafting.draft import draft_text
    from ukfr_graph.drafting.proposals import make_records, write_records
    from ukfr_graph.drafting.texts import read_known, read_text

    folders = data or read_settings().data
    source = read_text(text, sys.stdin.buffer, folders)
    statement = name or source.statement
    if not re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", statement):
        raise SettingsError(
            "--id %(statement)s is no local id: write small letters and digits, joined by hyphens.",
            statement=repr(statement),
        )
    found = draft_text(
        source.text,
        read_known(folders),
        language=language or source.language,
        body=source.body,
        speakers=speaker or (),
    )
    records = make_records(found, statement, datetime.now(UTC).date().isoformat())
    written = write_records(records, source.base)
    if output:
        if output.exists():
            raise SettingsError(
                "%(output)s exists: name another file; proposals never replace what is there.", output=output
            )
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(written, "utf-8")
    else:
        write_text(written.rstrip("\n"))
    clauses = sum(drafted.leaf.is_clause for drafted in found.leaves)
    passages = len(found.leaves) - clauses
    said = _(
        "%(statement)s: clauses %(clauses)s, other passages %(passages)s, new entities %(new)s; all are proposals: a "
        "person accepts them, and adds labels, summaries, topics and testability."
    )
    values = {"statement": statement, "clauses": clauses, "passages": passages, "new": len(found.new)}
    open_console().print(said % values, highlight=False, markup=False)
