"""The reader's language at the command line: that of the locale (POSIX.1-2024, Base Definitions, section 8.2).

typer says its words by the domain that the standard library's gettext has when none is named. The catalogue of the
pages is bound to it, so that commands, typer and errors are said by one catalogue. Help is translated before a command
runs: its texts stand in the code in English, and nothing is looked up while it is imported.
"""

from __future__ import annotations

import gettext
import hashlib
import os
import re
import sys
from pathlib import Path
from typing import Any

import typer

from ukfr_graph.errors import OutputError
from ukfr_graph.files import open_whole
from ukfr_graph.resources import CATALOGUE, cache_folder, locales_folder

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order of GNU gettext
_DOMAIN = "messages"  # the one that gettext has when none is named
_ENGLISH = ("en", "C", "POSIX")


def find_language() -> str:
    """Return the language of the locale; English where there is no catalogue for it, or the output is not UTF-8."""
    asked = next(filter(None, map(os.environ.get, _VARIABLES)), "C")
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        return _ENGLISH[0]
    for name in asked.split(":"):
        language = re.split(r"[_.@]", name)[0]
        if language in _ENGLISH:
            break
        if re.fullmatch("[a-z]{2,3}", language) and (locales_folder() / language / CATALOGUE).is_file():
            return language
    return _ENGLISH[0]


def speak(command: Any) -> Any:
    """Return a command of typer whose help, as whatever this process says, is in the reader's language.

    gettext reads compiled catalogues: that of a language is kept in the user's cache, by its content.
    """
    language = find_language()
    if language == _ENGLISH[0]:
        return command
    try:
        folder = _keep_compiled(language)
    except (OSError, RuntimeError, OutputError):  # without a cache or a home, English is spoken
        return command
    gettext.bindtextdomain(_DOMAIN, folder)
    _translate_help(command)
    return command


def _keep_compiled(language: str) -> Path:
    """Return the folder of the compiled catalogue of a language, in the user's cache."""
    digest = hashlib.sha256((locales_folder() / language / CATALOGUE).read_bytes()).hexdigest()[:12]
    folder = cache_folder() / "locales" / digest
    compiled = folder / language / "LC_MESSAGES" / f"{_DOMAIN}.mo"
    if not compiled.exists():
        from babel.messages.mofile import write_mo

        from ukfr_graph.messages import read_catalogue

        compiled.parent.mkdir(parents=True, exist_ok=True)
        with open_whole(compiled) as file:
            write_mo(file, read_catalogue(language))
    return folder


def _translate_help(command: Any, parent: typer.Context | None = None) -> None:
    context = typer.Context(command, parent=parent, **command.context_settings)
    for said in (command, *command.get_params(context)):
        if getattr(said, "help", None):
            said.help = gettext.gettext(said.help)
    for inner in getattr(command, "commands", {}).values():
        _translate_help(inner, context)
