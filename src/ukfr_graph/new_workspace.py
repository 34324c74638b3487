"""A workspace of one's own, begun from a text: its file, the source, the two states and a draft of the statement.

Nothing is made up: what the text and the call do not say is left out, and a draft may lack it.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from pydantic import ValidationError
from ruamel.yaml import YAML

from ukfr_graph import __version__, iris
from ukfr_graph.conversion import Converted, convert_file
from ukfr_graph.errors import SettingsError
from ukfr_graph.link.spelling import fold
from ukfr_graph.messages import write_authority_code
from ukfr_graph.resources import SCHEMA_NAME
from ukfr_graph.texts import split_lines, suggest
from ukfr_graph.workspace import FILE, PARTS, QUERIES, SOURCES, WorkspaceKeys

CODER = "coder/first"
_FOR_EDITORS = f"# yaml-language-server: $schema={iris.BASE}{SCHEMA_NAME}\n"
_CODER_BESIDE = "coder/own"  # the bundled workspace has a first one
_LONGEST_HEADING = 100  # characters of a line that may be part of a title or of what stands after the end
_MOST_HEADINGS = 4
_GOVERNMENT = {
    "en": "{} (government)", "fr": "{} (gouvernement)", "es": "{} (gobierno)", "de": "{} (Regierung)",
    "it": "{} (governo)", "pt": "{} (governo)", "nl": "{} (regering)",
}  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)]*$")
_LISTED = re.compile(r"\||\t|^(?:[-*•‣◦▪●·–—]|\(?[\da-z]{1,3}[.)])\s")  # a row of a table, or an item of a list


@dataclass(frozen=True)
class State:
    """A state: its ``name`` after ``state/``, its code (ISO 3166-1) if it has one, and its ``labels`` by language."""

    name: str
    code: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Beginning:
    """A workspace that was begun: its folder, the id of its statement, and what a person is to look at."""

    folder: Path
    statement: str
    notes: tuple[str, ...]


def begin_workspace(
    folder: Path,
    between: Sequence[str],
    day: date,
    raw: bytes,
    name: str,
    *,
    languages: Sequence[str] = ("en",),
    namespace: str = "",
    extends: str = "none",
) -> Beginning:
    """Begin a workspace in a folder that is empty or not there; it is there whole or not at all.

    Raises:
        DocumentRefusedError, TextError, UnsupportedMediaTypeError: see ``convert_file``.
        SettingsError: the folder has something in it, or a state, a language or the namespace cannot be used.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(
            "%(folder)s is not empty: name a new folder; nothing that is there is ever replaced.", folder=folder
        )
    languages = tuple(dict.fromkeys(map(_check_language, languages)))
    states = [find_state(each, languages) for each in between]
    if states[0].name == states[1].name:
        raise SettingsError("--between names %(name)s twice: name two states.", name=states[0].name)
    converted = convert_file(raw, name)
    slug = "-".join([*(state.code.lower() or state.name for state in states), day.isoformat()])
    namespace = namespace or f"https://example.org/{slug}/"
    keys = {
        "title": _join_names(states, languages),
        "states": [state.name for state in states],
        "languages": list(languages),
        "namespace": namespace,
        "extends": extends,
    }
    _check_keys(keys)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for part in (*PARTS, QUERIES):
            (staging / part).mkdir()
        _write(staging / FILE, keys)
        _write_source(staging, slug, namespace, converted, raw, name, languages)
        coder = CODER if extends == "none" else _CODER_BESIDE
        own = states if extends == "none" else [state for state in states if not _is_bundled(state)]
        _write(
            staging / "entities" / "states.yaml",
            _make_records(namespace, [*_describe_states(own), _describe_coder(coder)]),
        )
        _write(
            staging / "statements" / f"{slug}.yaml",
            _make_records(namespace, [_describe_statement(slug, states, day, languages, coder)]),
        )
        if folder.exists():
            folder.rmdir()
        staging.rename(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    staged = [
        f"{state.name} is no state of the CLDR: its name is as you wrote it" for state in states if not state.code
    ]
    example = [f"the namespace is {namespace}: write your own into {FILE} before you publish"] * (
        "example.org" in namespace
    )
    return Beginning(folder, slug, (*staged, *converted.notes, *example))


def find_state(written: str, languages: Sequence[str]) -> State:
    """Find a state of the Unicode CLDR by its code or its name in one of the languages, or in English.

    One that the CLDR does not know is taken as it is written, unless it is nearly the name of one that it knows.

    Raises:
        SettingsError: it is nearly the name of another.
    """
    codes = {code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)}
    known = {
        fold(Locale.parse(tag, sep="-").territories.get(code, code)): code
        for tag in (*languages, "en")
        for code in codes
    }
    code = written.upper() if written.upper() in codes else str(known.get(fold(written.replace("-", " ")), ""))
    code = {"UK": "GB", "EL": "GR"}.get(written.upper(), code)
    if not code:
        if near := suggest(written.replace("-", " ").lower(), known):
            raise SettingsError("There is no state %(written)s.%(near)s", written=repr(written), near=near)
        name = "-".join(fold(written).split())
        if not iris.is_local_name(name):
            raise SettingsError(
                "%(written)s is no name of a state: write letters, digits and '-'.", written=repr(written)
            )
        return State(name, "", dict.fromkeys(languages, written.replace("-", " ").title()))
    labels = {tag: str(Locale.parse(tag, sep="-").territories[code]) for tag in languages}
    name = "-".join(fold(str(Locale("en").territories[code])).split())
    return State(name, code, labels)


def propose_paratexts(text: str) -> list[tuple[str, int, int]]:
    r"""Propose which lines stand around a statement, as name, first and last line: short ones that end no sentence.

    >>> propose_paratexts("A title\n2 May 2020\n\nWe will act together.\n\nPublished here\n")
    [('title', 1, 3), ('colophon', 6, 6)]
    """
    lines = [line.strip() for line in split_lines(text)]
    while lines and not lines[-1]:
        lines.pop()

    def count(sequence: Sequence[str]) -> int:
        taken = filled = 0
        for line in sequence:
            is_body = len(line) > _LONGEST_HEADING or _SENTENCE_END.search(line) or _LISTED.search(line)
            if line and (filled == _MOST_HEADINGS or is_body):
                break
            taken, filled = taken + 1, filled + bool(line)
        return taken if taken < len(sequence) else 0

    first = count(lines)
    last = next((n for n in range(count(lines[::-1]), 0, -1) if lines[-n]), 0)
    found = [("title", 1, first)] if first else []
    return found + ([("colophon", len(lines) - last + 1, len(lines))] if last else [])


def _check_keys(keys: Mapping[str, Any]) -> None:
    try:
        WorkspaceKeys.model_validate(keys)
    except ValidationError as error:
        faults = "; ".join(
            f"--{fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()
        )
        raise SettingsError("The call is not usable: %(faults)s.", faults=faults) from None


def _check_language(tag: str) -> str:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise SettingsError("%(tag)s is no language: write a code such as en, es or pt-BR.", tag=repr(tag)) from None
    return tag


def _join_names(states: Sequence[State], languages: Sequence[str]) -> dict[str, str]:
    return {tag: " – ".join(state.labels[tag] for state in states) for tag in languages}


def _is_bundled(state: State) -> bool:
    from ukfr_graph.resources import data_folder

    return any(
        f"id: state/{state.name}\n" in path.read_text("utf-8") for path in (data_folder() / "entities").glob("*.yaml")
    )


def _describe_states(states: Sequence[State]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for state in states:
        named = {tag: _GOVERNMENT.get(tag.partition("-")[0], "{}").format(label) for tag, label in state.labels.items()}
        government = {"id": f"government/{state.name}", "type": "Government", "label": named}
        records += [
            {"id": f"state/{state.name}", "type": "State", "label": dict(state.labels)},
            {**government, "governmentOf": f"state/{state.name}"},
        ]
    return records


def _describe_coder(coder: str) -> dict[str, Any]:
    return {"id": coder, "type": "prov:Agent", "label": {"en": "First coder"}}


def _describe_statement(
    slug: str, states: Sequence[State], day: date, languages: Sequence[str], coder: str
) -> dict[str, Any]:
    labels = {
        tag: f"{name}, {format_date(day, 'long', locale=Locale.parse(tag, sep='-'))}"
        for tag, name in _join_names(states, languages).items()
    }
    return {
        "id": f"statement/{slug}",
        "type": ["Statement", "Instrument"],
        "label": labels,
        "instrumentKind": "joint-political-declaration",
        "codingLevel": "full",
        "status": "draft",
        "expression": f"expression/{slug}",
        "documentDate": day.isoformat(),
        "coder": coder,
        "codedOn": datetime.now(UTC).date().isoformat(),
    }


def _write_source(
    root: Path, slug: str, namespace: str, converted: Converted, raw: bytes, name: str, languages: Sequence[str]
) -> None:
    folder = root / SOURCES / slug
    folder.mkdir()
    content = converted.text.encode()
    (folder / "text.txt").write_bytes(content)
    first = next(line.strip() for line in split_lines(converted.text) if re.search(r"\w", line))
    digest = hashlib.sha256(raw).hexdigest()
    records: list[dict[str, Any]] = [
        {
            "id": f"expression/{slug}",
            "type": "Expression",
            "title": {languages[0]: first[:300]},
            "language": f"http://publications.europa.eu/resource/authority/language/{write_authority_code(languages[0])}",
            "provenance": {"en": f"From {name} (SHA-256 {digest}), by ukfr-graph {__version__}. {converted.done}"},
            "file": "text.txt",
            "checksum": {
                "type": "spdx:Checksum",
                "algorithm": iris.SPDX + "checksumAlgorithm_sha256",
                "checksumValue": hashlib.sha256(content).hexdigest(),
            },
        }
    ]
    for part, start, end in propose_paratexts(converted.text):
        lines = {"firstLine": str(start), "lastLine": str(end)}
        records.append({"id": f"passage/{slug}/{part}", "type": "Paratext", "omissionReason": "title-block", **lines})
    _write(folder / "source.yaml", _make_records(namespace, records))


def _make_records(namespace: str, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"@context": [iris.CONTEXT, {"@base": namespace + "id/"}], "@graph": list(records)}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.allow_unicode, yaml.width = False, True, 118
    yaml.sort_base_mapping_type_on_output = False
    written = io.StringIO()
    yaml.dump(content, written)
    path.write_text((_FOR_EDITORS if "@graph" in content else "") + written.getvalue(), "utf-8")
