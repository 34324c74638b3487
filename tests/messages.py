"""The message catalogues of the pages: what they must have, and how they get it.

``python tests/messages.py --check`` lists what is missing, unused, fuzzy or wrong; ``--write`` takes new messages into
each catalogue, without a translation, and unused ones out of it.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox
import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from ukfr_graph import cli, errors
from ukfr_graph.documents import read_query

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = "src/ukfr_graph/cli"
SHACL_MESSAGE = "http://www.w3.org/ns/shacl#message"
LOCALES = ROOT / "src/ukfr_graph/site/locales"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_WORDED = (errors.RemoteError, errors.MethodError, errors.DataError)  # whose first argument is no message
ERRORS = {
    name: None
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.UkfrError) and not issubclass(kind, _WORDED)
} | {"InputError": None, "Message": None, "make_message": None}
"""What begins with the message of an error."""

IN_ENGLISH = ("agents",)
"""The parts of the package whose errors are told in English alone: the tools of agents."""
TYPER = (
    "Aborted.", "Arguments", "Commands", "Error", "Missing command.", "No such command {name!r}.", "Options",
    "Show this message and exit.", "Try [blue]'{command_path} {help_option}'[/] for help.", "[default: {}]", "[required]",
)  # fmt: skip
"""What typer says by itself, as far as it asks gettext how."""
_JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
_QUOTED = r'"((?:[^"\\\n]|\\.)*)"'
_CALL = re.compile(rf"(?<![\w.])(_|ngettext)\(\s*{_QUOTED}(?:,\s*{_QUOTED})?")
_ANY_CALL = re.compile(r"(?<!function )(?<![\w.])(?:_|ngettext)\(")
_NAME = re.compile(r"%\((\w+)\)s")
_DATED = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Generated-By", "Project-Id")


def extract_typescript(
    file: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Find the messages of a script: plain texts in double quotes, as the first arguments of ``_`` and ``ngettext``.

    Raises:
        ValueError: a message is no plain text.
    """
    text = file.read().decode()
    found = {match.start(): match for match in _CALL.finditer(text)}
    for call in _ANY_CALL.finditer(text):
        line = text.count("\n", 0, call.start()) + 1
        if call.start() not in found:
            raise ValueError(
                f"line {line}: a message is one text in double quotes, with placeholders such as %(count)s"
            )
        name, one, many = found[call.start()].groups()
        yield line, name, (_unescape(one), _unescape(many or "")) if name == "ngettext" else _unescape(one), []


def extract_messages(root: Path = ROOT) -> Catalog:
    """Collect the messages of templates, Python and scripts, with the files that they stand in."""
    catalog = Catalog(fuzzy=False)
    sources: tuple[tuple[str, str, Any, dict[str, str]], ...] = (
        ("src/ukfr_graph", "*.html", "jinja2.ext:babel_extract", _JINJA),
        ("src/ukfr_graph", "*.py", "python", {}),
        ("web/src", "*.ts", extract_typescript, {}),
    )
    for folder, pattern, method, options in sources:
        for path in sorted((root / folder).rglob(pattern)):
            name = path.relative_to(root).as_posix()
            is_translated = path.suffix == ".py" and path.relative_to(root / folder).parts[0] not in IN_ENGLISH
            words = KEYWORDS | ERRORS if is_translated else KEYWORDS
            for _line, message, _comments, context in extract_from_file(method, path, words, (), options):
                catalog.add(message, None, [(name, 0)], context=context)
    for message in (*TYPER, *find_help(typer.main.get_command(cli.app))):
        catalog.add(message, None, [(COMMANDS, 0)])
    for path in sorted((root / "ontology").glob("shapes/*.ttl")):
        for shape in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            if shape.predicate.value == SHACL_MESSAGE:
                catalog.add(shape.object.value, None, [(path.relative_to(root).as_posix(), 0)])
    for path in sorted((root / "ontology").glob("checks/*.rq")):
        head, _text = read_query(path, root)
        for key in ("message", "fix"):
            catalog.add(str(head[key]), None, [(path.relative_to(root).as_posix(), 0)])
    return catalog


def find_help(command: Any) -> Iterator[str]:
    """Find what is said of a command, its options and its subcommands."""
    yield from filter(None, (getattr(said, "help", None) for said in (command, *command.params)))
    for inner in getattr(command, "commands", {}).values():
        yield from find_help(inner)


def find_faults(wanted: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Say what is missing in a catalogue, unused, fuzzy, or has other placeholders than its message."""
    for message in wanted:
        if message.id:
            found = catalogue.get(message.id, message.context)
            if found is None or not all(_texts(found.string)):
                yield f"missing: {_texts(message.id)[0]!r}"
    for message in catalogue:
        if not message.id:
            continue
        if wanted.get(message.id, message.context) is None:
            yield f"unused: {_texts(message.id)[0]!r}"
        if message.fuzzy:
            yield f"fuzzy: {_texts(message.id)[0]!r}"
        names = set(_NAME.findall(" ".join(_texts(message.id))))
        used = [set(_NAME.findall(text)) for text in _texts(message.string) if text]
        if used and (used[-1] != names or any(names_of_one - names for names_of_one in used)):
            yield f"other placeholders than {sorted(names)}: {_texts(message.id)[0]!r}"


def write_catalogue(wanted: Catalog, catalogue: Catalog) -> str:
    """Write a catalogue with just the messages that are wanted, in the order of their texts and without dates."""
    kept = Catalog(locale=catalogue.locale, fuzzy=False)
    for message in wanted:
        if message.id:
            found = catalogue.get(message.id, message.context)
            kept.add(
                message.id, found.string if found else None, sorted(set(message.locations)), context=message.context
            )
    out = io.BytesIO()
    write_po(out, kept, width=0, sort_output=True, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return "".join(line for line in lines[first:] if not line.startswith(tuple(f'"{name}' for name in _DATED)))


def read_catalogues(folder: Path = LOCALES) -> Iterator[tuple[Path, Catalog]]:
    """Read each catalogue in a folder of locales, whose names are the languages, whatever the catalogue's head says."""
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        catalogue.locale = path.parent.parent.name
        yield path, catalogue


def _texts(text: str | Iterable[str] | None) -> list[str]:
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def _unescape(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def main() -> int:
    """Check or write; 1 where a check finds something."""
    wanted, faults = extract_messages(), 0
    for path, catalogue in read_catalogues():
        text = write_catalogue(wanted, catalogue)
        if "--write" in sys.argv:
            path.write_text(text, "utf-8")
            catalogue = read_po(io.BytesIO(text.encode()), locale=catalogue.locale)
        found = list(find_faults(wanted, catalogue))
        if path.read_text("utf-8") != text:
            found.append("not as written by this program")
        for fault in found:
            print(f"{path.relative_to(ROOT)}: {fault}")  # noqa: T201
        faults += len(found)
    if faults:
        print("repair with: make messages, and translate what is missing")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
