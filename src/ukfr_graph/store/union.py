"""Queries over the union of all graphs of an engine, and whether they could see more than the dataset there.

An engine that offers the union of all its graphs has the notes of what was pushed in it (see ``notes``), and graphs of
its own. To name every graph of the dataset instead costs some engines ten times as long: so it is told of a query
whether it could see the others at all.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import NamedTuple

from ukfr_graph import iris
from ukfr_graph.patterns import Element, Group, Pattern, read_query
from ukfr_graph.tokens import Token, list_tokens, read_prefixes

_RDF_TYPE = iris.RDF + "type"
_ABSOLUTE = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")


class OutsideTerms(NamedTuple):
    """The terms of triples that are no part of the dataset: subjects, predicates, and the classes of rdf:type.

    They are ``apart`` where none of the subjects is one in the dataset; ``texts`` says that all objects are texts.
    """

    subjects: frozenset[str]
    predicates: frozenset[str]
    classes: frozenset[str] = frozenset()
    apart: bool = False
    texts: bool = False


class UnionQuery:
    """A query over the union of all graphs, read once, of which it is told what it could find there.

    >>> terms = OutsideTerms(frozenset(["urn:s"]), frozenset([_RDF_TYPE]), frozenset(["urn:C"]))
    >>> texts = "ASK { ?s a ?kind }", "ASK { ?s a <urn:D> }", "ASK { <urn:a> ?p ?o }"
    >>> [UnionQuery(text).may_see(terms) for text in texts]
    [True, False, False]
    """

    def __init__(self, text: str) -> None:
        self._query = None if "\\" in text else read_query(text)  # terms may be written with escapes
        self._tokens = list(takewhile(lambda token: token.text != "{", list_tokens(text)))
        self._prefixes = _read_prefixes(text, self._tokens)

    def has_sub_select(self) -> bool:
        """Return whether it has a sub-select, or that cannot be told."""
        return self._query is None or any(element.kind == "select" for element in self._query.walk())

    def may_see(self, terms: OutsideTerms) -> bool:
        """Return whether it could find a triple that has these terms, or that cannot be told.

        A path of no length finds every node there is, unless one of its ends is found by another pattern of its group.
        """
        query = self._query
        if query is None:
            return True
        if query.form == "DESCRIBE":
            if query.groups or not terms.texts or any(token.kind == "variable" for token in self._tokens):
                return True
            named = {self._resolve(token.text) for token in self._tokens if token.kind in ("iri", "name")}
            return not all(named) or bool(named & terms.subjects)
        shown = any(self._shows_nodes(terms, group) for group in query.groups)
        return shown or any(map(_asks_graphs, query.walk()))

    def _shows_nodes(self, terms: OutsideTerms, group: Group) -> bool:
        """Return whether a pattern of a group, or of one within, could match what is no part of the dataset.

        Where that is apart, a pattern does not whose subject is also that of one that only the dataset matches.
        """
        patterns = [pattern for element in group.elements for pattern in element.patterns]
        matching = [pattern for pattern in patterns if self._matches(terms, pattern)]
        rest = [pattern for pattern in patterns if pattern not in matching]
        empty = [pattern for pattern in rest if self._shows_one_node(terms, pattern)]
        sure = [pattern for pattern in rest if pattern not in empty]
        found = {term for pattern in sure for term in (pattern.subject, pattern.object)}
        ours = {pattern.subject for pattern in sure if terms.apart and len(pattern.path) == 1}
        found, ours = found - {"[]"}, ours - {"[]"}  # each of which is another node
        if any(len(pattern.path) > 1 or pattern.subject not in ours for pattern in matching):
            return True
        if any(not found & {pattern.subject, pattern.object} for pattern in empty):
            return True
        return any(self._shows_nodes(terms, inner) for element in group.elements for inner in element.groups)

    def _shows_one_node(self, terms: OutsideTerms, pattern: Pattern) -> bool:
        """Return whether a path of no length could be at a node of what is no part of the dataset.

        An engine may say of an IRI alone, too, that it is at no node.
        """

        def may_be_outside(end: str) -> bool:
            return _may_be_text(end) or not terms.texts or self._resolve(end) in {"", *terms.subjects}

        return _may_be_empty(pattern) and all(map(may_be_outside, (pattern.subject, pattern.object)))

    def _matches(self, terms: OutsideTerms, pattern: Pattern) -> bool:
        is_plain = len(pattern.path) == 1
        if is_plain and terms.texts and not _may_be_text(pattern.object):
            return False
        if is_plain and not _matches_anything(pattern.subject):
            subject = self._resolve(pattern.subject)
            if subject and subject not in terms.subjects:
                return False
        if _matches_anything(pattern.path[0]) or "!" in pattern.path:
            return True
        found = [self._resolve(step) for step in pattern.path if step[0] in "a<" or ":" in step]
        if found == [_RDF_TYPE] and is_plain:
            kind = "" if _may_be_text(pattern.object) else self._resolve(pattern.object)
            return _RDF_TYPE in terms.predicates and (not kind or kind in terms.classes)
        return any(not name or name in terms.predicates for name in found)

    def _resolve(self, term: str) -> str:
        """Return the IRI that a term is written for; nothing where that depends on a base, or a prefix is not known."""
        if term == "a":
            return _RDF_TYPE
        prefix, _, name = term.partition(":")
        found = term[1:-1] if term[0] == "<" else self._prefixes[prefix] + name if prefix in self._prefixes else ""
        return found if _ABSOLUTE.match(found) else ""


def _may_be_empty(pattern: Pattern) -> bool:
    return "*" in pattern.path or "?" in pattern.path


def _asks_graphs(element: Element) -> bool:
    """Return whether the names of graphs are asked in which nothing need be found."""
    if element.kind != "graph":
        return False
    patterns = [pattern for inner in element.groups[0].elements for pattern in inner.patterns]
    return all(map(_may_be_empty, patterns))


def _matches_anything(term: str) -> bool:
    """Return whether a term is a variable, or a blank node, which is one that has no name."""
    return term[0] in "?$[_"


def _may_be_text(term: str) -> bool:
    return _matches_anything(term) or term[0] in "\"'"


def _read_prefixes(text: str, tokens: list[Token]) -> dict[str, str]:
    """Return the namespaces of the prefixes that a query may use; none where one may be declared that is not seen."""
    if any(token.kind == "name" and token.text.upper().startswith("PREFIX") for token in tokens):
        return {}  # as the engine reads it, two words
    return {**iris.prefixes(), **read_prefixes(text)}
