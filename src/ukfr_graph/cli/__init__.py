"""The command line. Each group has a file of its own and holds no logic: it calls, shows, and sets the exit code."""

from __future__ import annotations

import os
import sys
from contextvars import copy_context
from gettext import gettext as _
from typing import NoReturn

import typer

from ukfr_graph import __version__
from ukfr_graph.cli import agents, ask, begin, check, coding, drafting, export, link, make, publish, run
from ukfr_graph.cli.language import speak
from ukfr_graph.cli.output import flush
from ukfr_graph.errors import UkfrError
from ukfr_graph.texts import show_plainly

app = typer.Typer(
    name="ukfr-graph",
    help="An evidence-first knowledge graph of what states declare to each other.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"ukfr-graph {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Build, check, query and serve the graph."""


begin.register(app)
make.register(app)
check.register(app)
publish.register(app)
ask.register(app)
export.register(app)
run.register(app)
agents.register(app)
link.register(app)
drafting.register(app)
coding.register(app)


def main() -> None:
    """Run the command line. Exit codes: 0 done; 1 the data or the answer is no; 2 the call or environment is wrong."""
    os.environ.setdefault("PYTHONSAFEPATH", "1")  # no process that is started takes a file that lies here for a module
    copy_context().run(_run)


def _run() -> None:
    try:
        try:
            speak(typer.main.get_command(app))()
        finally:
            flush()
    except UkfrError as error:
        _end(error.say(_), error.exit_code)
    except UnicodeEncodeError as error:
        said = _("The terminal's encoding (%(encoding)s) cannot show this; set PYTHONIOENCODING=utf-8.")
        _end(said % {"encoding": error.encoding}, 2)
    except OSError as error:
        _end(f"{error.filename or _('The output')}: {error.strerror or error}.", 2)


def _end(message: str, code: int) -> NoReturn:
    typer.secho(_("error: "), fg="red", bold=True, err=True, nl=False)
    typer.echo(show_plainly(message), err=True)
    sys.exit(code)
