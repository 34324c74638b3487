"""Files of saved queries: one question each, with metadata in ``#+`` lines (the convention of grlc, https://grlc.io).

A folder of one's own (``UKFR_QUERIES``) stands beside the bundled one: there everything but the query itself may be
left out, files may lie at the top, and one that cannot be used is a problem to show, not an end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import (
    DataError,
    Message,
    ParameterError,
    Problem,
    QueryRefusedError,
    QuerySyntaxError,
    SettingsError,
    make_message,
)
from ukfr_graph.errors import mark as _
from ukfr_graph.limits import Limits
from ukfr_graph.profile import Profile, restore
from ukfr_graph.query.captions import name_columns, name_parameters
from ukfr_graph.query.executor import explain_syntax
from ukfr_graph.query.guard import check_query
from ukfr_graph.query.naming import ask_in
from ukfr_graph.query.parameters import find_parameters, to_term
from ukfr_graph.query.saved import KINDS, RESERVED, Library, SavedQuery
from ukfr_graph.resources import data_folder, queries_folder
from ukfr_graph.store.layout import QUERIES, read_manifest
from ukfr_graph.texts import split_lines
from ukfr_graph.tokens import read_tokens
from ukfr_graph.workspace import EXAMPLES

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_HASH_LENGTH = 12
_NOTHING: Mapping[str, Any] = {}
_Given = Mapping[str, Mapping[str, object]]
"""For a question by its name, what its values are where none is given, and examples of them."""


def read_queries(own: Path | None = None) -> dict[str, SavedQuery]:
    """Read every saved query: the bundled ones, and those of ``own`` (the setting ``queries`` where none is given).

    Raises:
        DataError: a bundled file is not usable.
        SettingsError: there is no such folder.
    """
    return read_library(own).queries


def find_query(name: str, own: Path | None = None, dataset: str = "") -> SavedQuery:
    """Find a saved query by its name (see ``read_library``).

    Raises:
        NotFoundError: there is none.
    """
    return read_library(own, dataset=dataset).find(name)


def read_library(own: Path | None = None, *, bundled: bool = True, dataset: str = "") -> Library:
    """Read the saved queries, and what is wrong with those that are not bundled.

    They are the general ones, those that a ``dataset`` (the folder of a version) carries, or the bundled workspace
    has where none is named, and one's own; without ``bundled``, one's own alone.

    Raises:
        DataError: a bundled file is not usable.
        SettingsError: there is no such folder.
    """
    from ukfr_graph.settings import read_settings  # 5 MB: not in the workers, most of which never need it

    return _read_library(own or read_settings().queries, bundled, dataset)


@lru_cache(maxsize=8)
def _read_library(own: Path | None, bundled: bool, dataset: str) -> Library:
    queries: dict[str, SavedQuery] = {}
    problems: list[Problem] = []
    given = _read_examples((Path(dataset) if dataset else data_folder()) / QUERIES, problems)
    if bundled:
        _read_folder(queries_folder(), queries, problems, given, is_own=False)
        if not dataset:
            _read_folder(data_folder() / QUERIES, queries, problems, is_own=False)
        if problems:
            raise DataError(problems)
    if dataset:
        manifest = read_manifest(Path(dataset))
        _read_folder(Path(dataset) / QUERIES, queries, problems, is_own=True)
        profile, day = restore(manifest), manifest.get("date", "")
        queries = {name: _fit(query, profile, day) for name, query in queries.items()}
    if own is not None:
        if not own.is_dir():
            raise SettingsError("There is no folder %(own)s with saved queries (UKFR_QUERIES, --queries).", own=own)
        _read_folder(own, queries, problems, is_own=True)
    ordered = sorted(queries.items(), key=lambda item: (item[1].area, item[0]))
    return Library(dict(ordered), tuple(sorted(problems)))


def _fit(query: SavedQuery, profile: Profile, day: str) -> SavedQuery:
    """Fit a question to a dataset: its names are in the languages there, and a day that is needed is the dataset's."""
    text = query.text if query.services else ask_in(query.text, profile.naming)
    parameters = (
        replace(p, default=day, required=False) if day and p.required and p.kind == "date" else p
        for p in query.parameters
    )
    return replace(query, text=text, parameters=tuple(parameters))


def _read_examples(root: Path, problems: list[Problem]) -> _Given:
    """Read what questions are asked about where nothing else is said; of several files the last one that says it."""
    from ukfr_graph.documents import read_mapping

    given: dict[str, Mapping[str, object]] = {}
    for path in sorted(root.glob(f"*{EXAMPLES}")):
        try:
            content = read_mapping(path, root)
        except DataError as error:
            problems += error.problems
        else:
            given |= {name: value for name, value in content.items() if isinstance(value, Mapping)}
    return given


def _read_folder(
    root: Path, queries: dict[str, SavedQuery], problems: list[Problem], given: _Given = _NOTHING, *, is_own: bool
) -> None:
    for path in sorted((*root.glob("*/*.rq"), *(root.glob("*.rq") if is_own else ()))):
        try:
            query = _read(path, root, given.get(path.stem, _NOTHING), is_own=is_own)
        except DataError as error:
            problems += [Problem(p.file, p.line, path.stem, p.rule, p.message, p.fix) for p in error.problems]
            continue
        if query.name in queries:
            message = make_message("already a query in the area '%(area)s'", area=queries[query.name].area)
            fix = Message(_("rename one of the two files"))
            problems.append(_problem(path, root, 1, "duplicate-id", message, fix))
        else:
            queries[query.name] = query


def _read(path: Path, root: Path, given: Mapping[str, object], *, is_own: bool) -> SavedQuery:
    from ukfr_graph.documents import read_query  # a YAML parser, which the endpoint does not need

    head, text = read_query(path, root)
    metadata = {**head, **given}
    summary = {"en": _text(metadata.get("summary")), "fr": _text(metadata.get("summary-fr"))}
    summary |= {k.removeprefix("summary-"): _text(v) for k, v in metadata.items() if k.startswith("summary-")}
    if is_own:
        question = summary["en"] or summary["fr"] or path.stem.replace("-", " ").replace("_", " ").capitalize()
        summary = {language: given or question for language, given in summary.items()}
    defaults = {k: str(v) for item in _list(metadata.get("defaults")) for k, v in _items(item)}
    choices = {k: tuple(map(str, _list(v))) for item in _list(metadata.get("enumerate")) for k, v in _items(item)}
    query = SavedQuery(
        name=path.stem,
        area=path.parent.name,
        path=path,
        text=text,
        summary=summary,
        asked={tag: tuple(map(str, _list(v))) for tag, v in _by_language(metadata, "asked").items()},
        descriptions={tag: _text(v) for tag, v in _by_language(metadata, "description").items()},
        tags=tuple(map(str, _list(metadata.get("tags")))),
        parameters=name_parameters(find_parameters(_without_comments(text), defaults, choices), metadata),
        examples=({}, *({k: str(v) for k, v in _items(e)} for e in _list(metadata.get("examples")))),
        columns=name_columns(metadata),
        rests_on=tuple((words[0], words[1]) for words in _pairs(metadata.get("rests-on"))),
        form=next((t.text.upper() for t in read_tokens(text) if t.is_word(*KINDS)), ""),
        page_size=_page_size(metadata.get("pagination")),
        hash=hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH],
    )
    problems = list(_find_faults(query, root, str(metadata.get("pagination", ""))))
    if problems:
        raise DataError(problems)
    return query


def _pairs(value: object) -> list[list[str]]:
    """Read a list of compact IRIs, two at a time with a blank between them; what is none is left out."""
    pairs = [str(item).split() for item in _list(value)]
    return [pair for pair in pairs if len(pair) == 2 and all(map(_is_compact, pair))]


def _is_compact(name: str) -> bool:
    return bool(re.fullmatch(r"[a-z]+:[A-Za-z]+", name)) and name.partition(":")[0] in iris.prefixes()


def _by_language(metadata: Mapping[str, object], key: str) -> dict[str, object]:
    """Read a key that is in English as it is, and in other languages with their code, such as ``asked-fr``."""
    found = {name.removeprefix(key): value for name, value in metadata.items() if name.startswith(key)}
    return {ending.removeprefix("-") or "en": value for ending, value in found.items()}


def _find_faults(query: SavedQuery, root: Path, pagination: str) -> Iterator[Problem]:
    """Say what makes a file unusable: its name, its metadata, its SPARQL."""

    def fault(rule: str, message: Message, fix: str) -> Problem:
        return _problem(query.path, root, 1, rule, message, Message(fix))

    if not _NAME.match(query.name):
        message = Message(_("the file's name is part of an address"))
        yield fault("name", message, _("use letters, digits, '-', '_' and '.' alone"))
    if not all(query.summary.values()):
        message = Message(_("summary or summary-fr is missing"))
        yield fault("metadata", message, _("write '#+ summary: …' and '#+ summary-fr: …'"))
    if pagination and query.page_size is None:
        message = make_message("pagination is %(value)s", value=repr(pagination))
        yield fault("metadata", message, _("write the rows of a page, such as '#+ pagination: 50'"))
    for parameter in query.parameters:
        if parameter.name in RESERVED:
            message = make_message("the parameter '%(name)s' has a reserved name", name=parameter.name)
            yield fault("metadata", message, _("rename the variable"))
        values = [parameter.default, *(example.get(parameter.name) for example in query.examples)]
        for value in (v for v in (*values, *parameter.choices) if v is not None):
            try:
                to_term(parameter, value)
            except ParameterError as error:
                yield fault("metadata", error.message, _("correct the value in defaults, enumerate or examples"))
    unknown = {name for example in query.examples for name in example} - {p.name for p in query.parameters}
    if unknown:
        message = make_message("an example has %(names)s", names=", ".join(sorted(unknown)))
        yield fault("metadata", message, _("name parameters of the query alone"))
    if not query.form:
        yield fault("sparql", Message(_("it has no SELECT, ASK, CONSTRUCT or DESCRIBE")), _("write one query"))
        return
    yield from _find_syntax_fault(query, root)


def _find_syntax_fault(query: SavedQuery, root: Path) -> Iterator[Problem]:
    if syntax := _parse(query.text, tuple(iris.prefixes().items())):
        fix = Message(_("correct the query at this line"))
        yield _problem(query.path, root, syntax.line or 1, "sparql", Message(syntax.detail), fix)


@lru_cache(maxsize=512)  # each version of a dataset has the questions of the one before
def _parse(text: str, prefixes: tuple[tuple[str, str], ...]) -> QuerySyntaxError | None:
    """Parse a query with its undeclared ``prefixes``; return what is wrong with its syntax."""
    try:
        traits = check_query(text, Limits())
    except QueryRefusedError:
        return None  # asking it says why, and by which setting
    if traits.calls_others:
        return None
    try:
        ox.Store().query(text, prefixes=dict(prefixes), base_iri=iris.ENDPOINT_BASE)
    except SyntaxError as error:
        return explain_syntax(str(error), text)
    except (ValueError, OSError, RuntimeError):
        return None  # what only an evaluation shows is said when it is asked
    return None


def _problem(path: Path, root: Path, line: int, rule: str, message: Message, fix: Message) -> Problem:
    return Problem(path.relative_to(root).as_posix(), line, path.stem, rule, message, fix)


def _without_comments(text: str) -> str:
    return "\n".join(line for line in split_lines(text) if not line.lstrip().startswith("#"))


def _page_size(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and 0 < int(text) <= 10_000 else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else []
