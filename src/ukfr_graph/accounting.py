"""The values of a file of records, one by one, told without the processor that turns it into triples.

JSON-LD drops what it cannot read: a key that is no term, an IRI that is none, a null
(https://www.w3.org/TR/json-ld11-api/#expansion-algorithm). Here each value is read by the context a second time, in the
plain way that a curator reads it, so that the two can be compared: whatever is written is a triple, or a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Names
from dataclasses import asdict, astuple, dataclass
from typing import Any, NamedTuple, TypeAlias

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.documents import Document
from ukfr_graph.errors import Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.lexical_forms import (
    SCHEME,
    LexicalError,
    check_identifier,
    check_iri,
    check_language,
    check_value,
    explain,
    is_null,
    quote,
)
from ukfr_graph.plain_yaml import Mapping, Text

Context = Names[str, Any]
"""The published JSON-LD context: definitions by term."""

_KEY = re.compile(r"[A-Za-z][\w.-]*(:[\w.-]+)?\Z", re.ASCII)


@dataclass(frozen=True)
class Account:
    """An account of a file: records, keys and values, and the triples made of the values."""

    records: int
    keys: int
    values: int
    triples: int

    def say(self, gettext: Callable[[str], str]) -> str:
        """Return the numbers in words, in the language of a catalogue."""
        said = _("%(records)s records with %(keys)s keys and %(values)s values, which made %(triples)s triples")
        return gettext(said) % asdict(self)


def sum_accounts(accounts: Iterable[Account]) -> Account:
    """Add the accounts of several files up."""
    return Account(*map(sum, zip(*map(astuple, accounts), strict=True)))


class WrittenValue(NamedTuple):
    """A value that is written at ``line`` of a file under a ``key`` of a ``record``, and the triple that it is."""

    line: int
    record: str
    key: str
    triple: ox.Triple


_Term: TypeAlias = ox.NamedNode | ox.Literal


class Walk:
    """A walk through a document whose nodes are all named: its ``entries``, ``problems`` and numbers."""

    def __init__(self, document: Document, context: Context) -> None:
        self.entries: list[WrittenValue] = []
        self.problems: list[Problem] = []
        self.records = self.keys = 0
        self._file, self._base, self._context = document.name, document.base, context
        self._prefixes = dict(_find_prefixes(context))
        self._predicates: dict[tuple[str, int], ox.NamedNode] = {}  # by key, and which of its definitions
        content = document.content
        if "@graph" not in content:
            self._read_record(content, is_document=True)
            return
        for key in content.keys() - {"@context", "@graph"}:
            fault = LexicalError(
                "key", make_message("%(key)s stands beside @graph", key=quote(key)), Message(_("move it into a record"))
            )
            self._tell(fault, _line(key, content.line), "")
        for record in document.records():
            self._read_record(record)

    def account(self) -> Account:
        """Return the numbers of the file; without problems, as many triples as values."""
        triples = len({entry.triple for entry in self.entries})
        return Account(self.records, self.keys, len(self.entries), triples)

    def compare(self, triples: frozenset[ox.Triple]) -> Iterator[Problem]:
        """Compare with what the JSON-LD processor made; yield a problem for each value lost or changed, and each extra.

        Language tags are compared without regard to case (RDF 1.1 Concepts, section 3.3).
        """
        made = {_fold(triple) for triple in triples}
        first: dict[ox.Triple, WrittenValue] = {}
        for entry in self.entries:
            triple = _fold(entry.triple)
            if triple not in made:
                message = make_message(
                    "'%(key)s: %(value)s' is lost when the record is read as JSON-LD",
                    key=entry.key,
                    value=_show(entry.triple.object),
                )
                fix = Message(_("use keys of ontology/context.jsonld, with values of the kind that it gives them"))
                yield Problem(self._file, entry.line, entry.record, "lost", message, fix)
            elif (other := first.setdefault(triple, entry)) is not entry:
                message = make_message(
                    "'%(key)s: %(value)s' is said at line %(line)s already",
                    key=entry.key,
                    value=_show(entry.triple.object),
                    line=other.line,
                )
                yield Problem(self._file, entry.line, entry.record, "repeated", message, Message(_("say it once")))
        for triple in made - first.keys():
            record = getattr(triple.subject, "value", "").removeprefix(self._base)
            message = make_message("JSON-LD reads %(triple)s, which no line says in so many words", triple=triple)
            yield Problem(self._file, 0, record, "json-ld", message, Message(_("write the keys and values out")))

    def _read_record(self, record: Mapping, *, is_document: bool = False) -> None:
        self.records += 1
        if not record.keys() - {"id", "@context"}:
            message = Message(_("the record says nothing but its id"))
            fault = LexicalError("no-value", message, Message(_("give it a type and what is known of it")))
            self._tell(fault, record.line, str(record["id"]))
        self._read_node(record, is_document=is_document)

    def _read_node(self, node: Mapping, *, is_document: bool = False) -> ox.NamedNode | None:
        """Read what is said of a node, and name it; nothing where its identifier is none, which is told."""
        name = str(node["id"])
        try:
            check_identifier(node["id"])
        except LexicalError as fault:
            self._tell(fault, _line(node["id"], node.line), name)
            return None
        subject = ox.NamedNode(self._base + name)
        context = self._context_of(node)
        for key, value in node.items():
            if key == "id" or (is_document and key == "@context"):
                continue
            self.keys += 1
            try:
                self._read_key(subject, name, key, value, context)
            except LexicalError as fault:
                self._tell(fault, _line(key, node.line), name)
        return subject

    def _context_of(self, node: Mapping) -> Context:
        """Return the context with the scoped ones of the node's types (JSON-LD 1.1, section 4.1.8)."""
        types = node.get("type", [])
        scoped: dict[str, Any] = {}
        for name in types if isinstance(types, list) else [types]:
            definition = self._context.get(name) if isinstance(name, str) else None
            if isinstance(definition, dict):
                scoped |= definition.get("@context", {})
        return {**self._context, **scoped} if scoped else self._context

    def _read_key(self, subject: ox.NamedNode, name: str, key: str, value: object, context: Context) -> None:
        definition = context.get(key)
        predicate = self._predicates.get((key, id(definition)))
        if predicate is None:
            predicate = self._predicates[key, id(definition)] = self._find_predicate(key, definition)
        items = value if isinstance(value, list) else [value]
        if not items:
            raise _no_value(key)
        for language, item in _open_map(items, definition):
            line = _line(item, _line(language, _line(key, 0)))
            try:
                term = self._read_item(key, item, language, definition)
            except LexicalError as fault:
                self._tell(fault, line, name)
            except ValueError as error:
                message = make_message("%(value)s is no IRI: %(fault)s", value=quote(item), fault=error)
                self._tell(LexicalError("iri", message, Message(_("correct it"))), line, name)
            else:
                if term is not None:
                    self.entries.append(WrittenValue(line, name, key, ox.Triple(subject, predicate, term)))

    def _read_item(self, key: str, item: object, language: str | None, definition: object) -> _Term | None:
        if isinstance(item, list):
            message = make_message("'%(key)s' has a list in a list, or an empty one", key=key)
            raise LexicalError("value", message, Message(_("write one list")))
        if isinstance(item, Mapping):
            if language is not None or definition == "@type":
                message = make_message("'%(key)s' has keys where a text belongs", key=key)
                raise LexicalError("value", message, Message(_("write a text")))
            return self._read_node(item)
        assert isinstance(item, Text)
        return self._read_text(key, item, language, definition)

    def _read_text(self, key: str, text: Text, language: str | None, definition: object) -> _Term:
        """Read a scalar as the term that its key's definition makes of it."""
        if is_null(text, is_plain=text.is_plain):
            raise _no_value(key)
        if language is not None:
            check_language(language)
            return ox.Literal(text, language=language)
        kind = definition.get("@type", "") if isinstance(definition, dict) else definition
        if kind in ("@id", "@vocab", "@type"):
            check_iri(text, self._prefixes)
            if scheme := SCHEME.match(text):
                start = self._prefixes.get(scheme[1])
                return ox.NamedNode(start + text[scheme.end() :] if start else text)
            scoped = definition.get("@context", {}) if isinstance(definition, dict) else {}
            return ox.NamedNode((self._base if kind == "@id" else scoped.get("@vocab", iris.UKFR)) + text)
        if not (isinstance(definition, dict) and kind):
            return ox.Literal(text)
        datatype = str(kind).partition(":")[2]
        check_value(key, text, datatype)
        return ox.Literal(text, datatype=ox.NamedNode(iris.XSD + datatype))

    def _find_predicate(self, key: str, definition: object) -> ox.NamedNode:
        prefix, colon, _local = key.partition(":")
        if not _KEY.match(key) or key in self._prefixes or (colon and prefix not in self._prefixes):
            message = make_message("%(key)s is no key%(odd)s", key=quote(key), odd=explain(key))
            raise LexicalError("key", message, Message(_("use a key of ontology/context.jsonld")))
        return ox.NamedNode(iris.RDF + "type" if definition == "@type" else self._expand_key(key, definition))

    def _expand_key(self, key: str, definition: object) -> str:
        name = str(definition["@id"] if isinstance(definition, dict) else definition or key)
        prefix, colon, local = name.partition(":")
        if not colon:
            return iris.UKFR + name
        return self._prefixes[prefix] + local if prefix in self._prefixes else name

    def _tell(self, fault: LexicalError, line: int, record: str) -> None:
        rule, message, fix = fault.args
        self.problems.append(Problem(self._file, line, record, rule, message, fix))


def _find_prefixes(context: Context) -> Iterator[tuple[str, str]]:
    """Yield the terms of a context that may be prefixes, with what they stand for (JSON-LD 1.1, section 4.1.5)."""
    for term, definition in context.items():
        if isinstance(definition, dict) and definition.get("@prefix"):
            yield term, definition["@id"]
        elif isinstance(definition, str) and definition.startswith("http") and not term.startswith("@"):
            yield term, definition


def _open_map(items: list[Any], definition: object) -> Iterator[tuple[str | None, Any]]:
    """Yield each value with its language, where the key's values are by language (JSON-LD 1.1, section 4.6.2)."""
    is_map = isinstance(definition, dict) and definition.get("@container") == "@language"
    for item in items:
        if not (is_map and isinstance(item, Mapping)):
            yield None, item
            continue
        for language, texts in item.items() or [("", [])]:
            for text in texts or [texts] if isinstance(texts, list) else [texts]:
                yield language, text


def _no_value(key: str) -> LexicalError:
    message = make_message("'%(key)s' has no value", key=key)
    return LexicalError("no-value", message, Message(_("leave the key out, or quote a value that looks like none")))


def _fold(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if isinstance(value, ox.Literal) and (language := value.language) and language != language.lower():
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(value.value, language=value.language.lower()))
    return triple


def _line(written: object, otherwise: int) -> int:
    """Return the line of what a file has, and another where a program put it there."""
    if isinstance(written, Text) or isinstance(written, Mapping):  # noqa: SIM101  # a tuple or a union takes longer
        return written.line
    return otherwise


def _show(term: object) -> str:
    return str(getattr(term, "value", term))[:80]
