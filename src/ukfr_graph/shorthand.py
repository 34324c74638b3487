"""The short forms of records, written out before the JSON-LD context gives them their meaning.

A file that has ``defaults`` beside ``@graph`` may say once what holds for all of its records, and write in a line what
is a node with keys of its own: ``docs/records.md`` has every form. What is written out is what the long form says, key
for key, so that identifiers and triples are the same. A file without ``defaults`` is read as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.documents import Document
from ukfr_graph.errors import DataError, Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.plain_yaml import Mapping, Text
from ukfr_graph.resources import ontology_folder, read_context

KEYS = ("languages", "coder", "codedOn", "confidence", "speakers", "we", "reasons")
"""The keys that the defaults of a file may have."""
OWN = "~"
"""Stands in identifiers for the name of the file."""
BETWEEN = " | "
"""Separates the languages of a text in one line."""
WE = "we"
JUDGEMENTS = {"novelty": "NoveltyJudgement", "testability": "TestabilityJudgement"}
NESTED = ("participation", "citation", "quantity", "timeframe", "condition")
"""Keys whose nodes need not say their type, which is the range of the key."""
_ROLE = re.compile(r'(?P<who>[^"()]+?)(?:\s+(?P<basis>inherited))?\s+(?:"(?P<quote>.+)"|\((?P<reason>.+)\))', re.DOTALL)
_JUDGEMENT = re.compile(
    r"(?P<verdict>\S+)(?:\s+(?P<confidence>[\w-]+))??(?:\s+(?P<key>[\w-]+)|\s+\((?P<reason>.+)\))", re.DOTALL
)


class _ShortFormError(Exception):
    """A short form that cannot be read: line, message and fix."""


def write_out(document: Document) -> Document:
    """Write the short forms of a document out, in its own nodes; a document without ``defaults`` stays as it is.

    Raises:
        DataError: with each short form that cannot be read.
    """
    defaults = document.content.pop("defaults", None)
    if defaults is None:
        return document
    problems: list[Problem] = []
    record: Any = None
    try:
        writer = _Writer(document, defaults)
        for record in document.records():
            try:
                writer.write_record(record)
            except _ShortFormError as fault:
                line, message, fix = fault.args
                name = str(record.get("id", ""))
                problems.append(Problem(document.name, line, name, "short-form", message, fix))
    except _ShortFormError as fault:
        line, message, fix = fault.args
        problems.append(Problem(document.name, line, "", "short-form", message, fix))
    if problems:
        raise DataError(problems)
    return document


@cache
def read_terms() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """Read of the ontology what the short forms need: the type of each nested key, the kinds of clause, the roles."""
    ontology = ox.Store()
    ontology.load(path=str(ontology_folder() / "ukfr.ttl"), format=ox.RdfFormat.TURTLE)
    ontology.load(path=str(ontology_folder() / "vocab/role.ttl"), format=ox.RdfFormat.TURTLE)

    def find(predicate: str, value: str | None = None) -> Iterator[tuple[str, str]]:
        wanted = ox.NamedNode(value) if value else None
        for quad in ontology.quads_for_pattern(None, ox.NamedNode(predicate), wanted):
            yield iris.local_name(str(quad.subject.value)), iris.local_name(quad.object.value)  # type: ignore[union-attr]

    types = {key: kind for key, kind in find(iris.RDFS + "range") if key in NESTED}
    clauses = frozenset(name for name, _ in find(iris.RDFS + "subClassOf", iris.UKFR + "Clause"))
    return types, clauses, frozenset(name for name, _ in find(iris.RDF + "type", iris.SKOS + "Concept"))


class _Writer:
    """Writes the short forms of one file out."""

    def __init__(self, document: Document, defaults: Any) -> None:
        if not isinstance(defaults, Mapping):
            message, fix = Message(_("the defaults are no mapping")), Message(_("write them as 'key: value' lines"))
            raise _ShortFormError(_line(defaults, 1), message, fix)
        for key in defaults:
            if key not in KEYS:
                message = make_message("%(key)s is no default", key=repr(key))
                raise _ShortFormError(
                    _line(key, 1), message, make_message("there are %(names)s", names=", ".join(KEYS))
                )
        stem = document.name.rpartition("/")[2].removesuffix(".yaml")
        self._own = document.name.split("/")[-2] if stem == "source" else stem
        self._defaults = defaults
        for key in ("coder", "speakers", "we"):
            if key in defaults:
                defaults[key] = self._name(defaults[key], defaults.line)
        languages = self._defaults.get("languages", [])
        self._languages = [str(language) for language in (languages if isinstance(languages, list) else [languages])]
        self._reasons = self._defaults.get("reasons", Mapping())
        if not isinstance(self._reasons, Mapping) or not all(isinstance(r, str) for r in self._reasons.values()):
            message = Message(_("'reasons' is no mapping of texts"))
            raise _ShortFormError(defaults.line, message, Message(_("write 'name: the reason' lines below it")))
        self._types, self._clauses, self._roles = read_terms()

    def write_record(self, record: Mapping) -> None:
        """Write one record out."""
        kind = next((key for key in record if key in self._clauses), None)
        if kind is not None:
            self._write_head(record, kind)
        is_clause = isinstance(record.get("type"), str) and record["type"] in self._clauses
        roles = {key: record.pop(key) for key in list(record) if key in self._roles}
        judgements = {key: record.pop(key) for key in list(record) if key in JUDGEMENTS}
        if (is_clause and "speaker" not in roles and "speakers" in self._defaults) or roles:
            self._write_roles(record, roles, is_clause)
        if judgements:
            written = [self._write_judgement(key, value) for key, value in judgements.items()]
            record["judgement"] = [*written, *_list(record.get("judgement", []))]
        for key, value in list(record.items()):
            value = _list(value) if key in self._types else value  # one or many, their parts are numbered
            record[key] = self._write_value(key, value, _line(key, record.line))
        self._write_quote("", record)

    def _write_head(self, record: Mapping, kind: str) -> None:
        """Write ``Pledge: section/name`` out as id, type and section."""
        line = _line(record[kind], record.line)
        section, slash, name = str(record.pop(kind)).rpartition("/")
        if not slash or "id" in record or "type" in record:
            fix = make_message("write '%(kind)s: section/name', without 'id' and 'type'", kind=kind)
            template = _("'%(kind)s' has no section and name, or stands beside an id or a type")
            raise _ShortFormError(line, make_message(template, kind=kind), fix)
        kept = dict(record)
        record.clear()
        head = {"id": f"clause/{OWN}/{name}", "type": kind, "section": f"section/{OWN}/{section}"}
        record |= {**_mapping(line, **head), **kept}

    def _write_value(self, key: str, value: Any, line: int) -> Any:
        if isinstance(value, list):
            return [self._write_value(key, item, line) for item in value]
        if isinstance(value, Mapping):
            return value if is_text_by_language(key) else self._write_node(key, value)
        line = _line(value, line)
        if is_text_by_language(key) and self._languages:
            return self._write_text(key, value, line)
        return self._name(value, line) if is_name(key) else value

    def _write_node(self, key: str, node: Mapping) -> Mapping:
        if key in self._types and "type" not in node:
            node["type"] = _text(self._types[key], node.line)
        if key == "judgement":
            for name in ("coder", "codedOn", "confidence"):
                if name not in node and name in self._defaults:
                    node[name] = self._defaults[name]
        if "wording" in node and not node.keys() & {"quote", "evidence"}:
            node["quote"] = node["wording"]
        for inner, value in list(node.items()):
            node[inner] = self._write_value(inner, value, _line(inner, node.line))
        return self._write_quote(key, node)

    def _write_quote(self, key: str, node: Mapping) -> Mapping:
        """Write ``quote: words`` out; where a node is no evidence, as the quote of its evidence."""
        quote = node.get("quote")
        if quote is None or key == "evidence":
            return node
        if isinstance(quote, str):
            quote = _mapping(node.line, exact=_text(quote, _line(quote, node.line)))
        del node["quote"]
        node["evidence"] = _mapping(node.line, quote=quote)
        return node

    def _write_roles(self, record: Mapping, roles: Mapping | dict[str, Any], is_clause: bool) -> None:
        written: list[Any] = [
            self._name(p, _line(p, 0)) if isinstance(p, str) else p for p in _list(record.pop("participation", []))
        ]
        if is_clause and "speaker" not in roles:
            speakers = _list(self._defaults.get("speakers", []))
            written = [*(speaker for speaker in speakers if speaker not in written), *written]
        for role, value in roles.items():
            written += [self._write_role(role, item) for item in _list(value)]
        record["participation"] = written

    def _write_role(self, role: str, value: Any) -> Mapping:
        line = _line(value, 0)
        found = _ROLE.fullmatch(value) if isinstance(value, str) else None
        if not found:
            fix = make_message(
                "write '%(role)s: record \"words that name it\"', or '%(role)s: record (why)' where none does",
                role=role,
            )
            message = make_message("'%(role)s' does not say who, and by which words or why", role=role)
            raise _ShortFormError(line, message, fix)
        who: list[Any] = []
        for name in found["who"].split(","):
            if name.strip() != WE:
                who.append(_text(name.strip(), line))
            elif WE in self._defaults:
                who += _list(self._defaults[WE])
            else:
                fix = Message(_("say in the defaults of the file who 'we' are"))
                raise _ShortFormError(line, Message(_("'we' is nobody here")), fix)
        basis = found["basis"] or ("inferred" if found["reason"] else "stated")
        node = _mapping(line, type="Participation", role=role, basis=basis)
        node["participant"] = who
        if found["reason"]:
            node["reason"] = _text(found["reason"], line)
        else:
            node["quote"] = _text(found["quote"], line)
        return node

    def _write_judgement(self, key: str, value: Any) -> Mapping:
        line = _line(value, 0)
        found = _JUDGEMENT.fullmatch(value) if isinstance(value, str) else None
        reason = found and (found["reason"] or self._reasons.get(found["key"]))
        if not found or not reason:
            message = make_message("'%(key)s' has no verdict and reason", key=key)
            if self._reasons:
                template = _("'%(key)s' has no verdict and reason or one of the reasons %(names)s")
                message = make_message(template, key=key, names=", ".join(self._reasons))
            fix = make_message(
                "write '%(key)s: verdict confidence (reason)'; the confidence may be left out where there is a default",
                key=key,
            )
            raise _ShortFormError(line, message, fix)
        node = _mapping(line, type=JUDGEMENTS[key], verdict=found["verdict"], settled="true")
        if found["confidence"]:
            node["confidence"] = _text(found["confidence"], line)
        node["reason"] = _text(reason, line)
        return node

    def _write_text(self, key: str, value: str, line: int) -> Mapping:
        """Write a text in one line out by language."""
        parts = value.split(BETWEEN)
        if len(parts) != len(self._languages):
            wanted = BETWEEN.join(f"[{language}]" for language in self._languages)
            template = _("'%(key)s' has %(count)s texts for the languages %(languages)s")
            message = make_message(template, key=key, count=len(parts), languages=", ".join(self._languages))
            fix = make_message("write '%(form)s', or each language below the key", form=wanted)
            raise _ShortFormError(line, message, fix)
        return _mapping(line, **{lang: part.strip() for lang, part in zip(self._languages, parts, strict=True)})

    def _name(self, value: Any, line: int) -> Any:
        """Put the name of the file for what stands for it in identifiers."""
        if isinstance(value, list):
            return [self._name(item, line) for item in value]
        if isinstance(value, Mapping):
            message, fix = Message(_("a mapping stands where a name belongs")), Message(_("write the id of a record"))
            raise _ShortFormError(value.line, message, fix)
        parts = value.split("/")
        if OWN not in parts:
            return value
        return _text("/".join(self._own if part == OWN else part for part in parts), line)


@cache
def is_name(key: str) -> bool:
    """Return whether the values of a key are identifiers."""
    definition = read_context().get(key)
    return key == "id" or (isinstance(definition, dict) and definition.get("@type") in ("@id", "@vocab"))


@cache
def is_text_by_language(key: str) -> bool:
    """Return whether the values of a key are texts by language."""
    definition = read_context().get(key)
    return isinstance(definition, dict) and definition.get("@container") == "@language"


def _line(written: object, otherwise: int) -> int:
    return written.line if isinstance(written, Text | Mapping) else otherwise


def _text(value: str, line: int) -> Text:
    text = Text(value)
    text.line, text.is_plain = line, False
    return text


def _mapping(line: int, /, **values: Any) -> Mapping:
    node = Mapping((_text(k, line), _text(v, line) if isinstance(v, str) else v) for k, v in values.items())
    node.line = line
    return node


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
