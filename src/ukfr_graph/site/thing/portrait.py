"""One node as a page needs it: what is said of it, what concerns it, and how everything on the page is called.

``gathering`` fills it; the templates read it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import pyoxigraph as ox
from markupsafe import Markup

from ukfr_graph import iris
from ukfr_graph.messages import ENGLISH, find_languages, read_authority_code
from ukfr_graph.query.labels import LABELS, choose_label
from ukfr_graph.site.phrases import name_outside
from ukfr_graph.source_texts import SourceTexts
from ukfr_graph.store import Term
from ukfr_graph.triples import is_count

_DEEPEST_TREE = 8
_TURNING = {"R", "AL", "RLE", "LRE", "RLO", "LRO", "RLI", "LRI", "FSI"}  # Unicode Bidirectional Algorithm (UAX #9)
_NUMBER = re.compile(r"([0-9]+)")


class Wording(NamedTuple):
    """A text of the data; ``language`` is its own where that is not the page's, else empty."""

    value: str
    language: str

    @property
    def turns(self) -> bool:
        """Return whether it has a direction of its own, which must not turn what stands around it."""
        return not self.value.isascii() and any(unicodedata.bidirectional(c) in _TURNING for c in self.value)


class Backlink(NamedTuple):
    """A statement about another node that points here: its subject's document, and whether it is a part of it."""

    document: str
    is_part: bool


@dataclass
class Portrait:
    """A node: ``triples`` describe it with its parts, ``mentions`` point to it (by property), ``graphs`` hold it.

    ``cut`` says that there are more mentions than are listed; ``added`` are graphs of users that say something of it,
    of which the portrait has nothing. Words are held against the ``source_texts``.
    """

    iri: str
    language: str
    triples: list[ox.Triple]
    mentions: dict[str, list[Backlink]]
    graphs: list[str]
    cut: bool
    added: list[str] = field(default_factory=list)
    source_texts: SourceTexts = field(default_factory=SourceTexts)
    _objects: dict[tuple[str, str], list[Term]] = field(default_factory=lambda: defaultdict(list))
    _labels: dict[str, Wording | None] = field(default_factory=dict)
    _placed: set[str] = field(default_factory=set)

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Take in further triples that the page tells or labels things by."""
        self._labels.clear()
        for triple in triples:
            assert not isinstance(triple.subject, ox.Triple)
            if not isinstance(triple.object, ox.Triple):
                values = self._objects[triple.subject.value, triple.predicate.value]
                if triple.object not in values:
                    values.append(triple.object)

    def values(self, subject: str, predicate: str) -> list[Term]:
        """List the values of a property (a compact name) in a stable, natural order."""
        found = self._objects.get((subject, iris.expand(predicate)), [])
        return sorted(found, key=_natural) if len(found) > 1 else found

    def one(self, subject: str, predicate: str) -> str:
        """Return the first value of a property as plain text; empty where there is none."""
        return next((term.value for term in self.values(subject, predicate)), "")

    def nodes(self, subject: str, predicate: str) -> list[str]:
        """List the nodes among the values of a property."""
        return [t.value for t in self.values(subject, predicate) if not isinstance(t, ox.Literal)]

    def text(self, subject: str, *predicates: str) -> Wording | None:
        """Return the first of these properties' texts in the page's language, else in another."""
        wanted = (self.language, *(name for name in find_languages() if name != self.language))
        for predicate in predicates:
            literals = [t for t in self.values(subject, predicate) if isinstance(t, ox.Literal)]
            for language in (*wanted, None):
                for literal in literals:
                    own = literal.language or ""
                    if language is None or own.partition("-")[0] == language or (not own and language == wanted[0]):
                        return self._word(literal)
        return None

    def label(self, iri: str) -> Wording:
        """Return the label of a node in the page's language; without one, its compact name."""
        return self._label(iri) or Wording(name_outside(iri, self.language) or iris.shorten(iri), "")

    def name(self, iri: str) -> Wording:
        """Return what a node is called on a page: its label, else what it counts or words, else its class."""
        if text := self._label(iri) or self.text(iri, "ukfr:counted", "ukfr:wording"):
            return text
        kinds = self.kinds(iri) if iris.is_identifier(iri) or ":" not in iri else []
        return self.label(kinds[0]) if kinds else self.label(iri)

    def source_language(self, evidence: str) -> str:
        """Return the language of the words that a piece of evidence points to, where the source's is known."""
        for source in self.nodes(evidence, "oa:hasSource"):
            for language in self.nodes(source, "dcterms:language"):
                return read_authority_code(language)
        return ""

    def words(self, node: str) -> str:
        """Return the exact words that a node rests on; empty without evidence, or where its text has other words."""
        return next((words for words, is_right in self._quotes(node) if is_right), "")

    def is_misquoted(self, node: str) -> bool:
        """Return whether a node claims words that its text does not have where they should stand."""
        return any(not is_right for _, is_right in self._quotes(node)) and not self.words(node)

    def _quotes(self, node: str) -> Iterator[tuple[str, bool]]:
        """Yield the words of each piece of evidence, and whether its text has them, where that can be checked."""
        for evidence in self.nodes(node, "ukfr:evidence"):
            selectors = self.nodes(evidence, "oa:hasSelector")
            places = [
                (start.value, end.value)
                for s in selectors
                for start in self.values(s, "oa:start")
                for end in self.values(s, "oa:end")
            ]
            checksums = [
                self.one(next(iter(self.nodes(source, "spdx:checksum")), source + "#checksum"), "spdx:checksumValue")
                for source in self.nodes(evidence, "oa:hasSource")
            ]
            for words in (term.value for s in selectors for term in self.values(s, "oa:exact")):
                has_words = self.source_texts.has_words
                checked = [has_words(words, *place, checksum) for place in places for checksum in checksums]
                yield words, True in checked or (None in checked and False not in checked)

    def _label(self, iri: str) -> Wording | None:
        """Return the label of a node, which a page tells many times."""
        if iri not in self._labels:
            self._labels[iri] = self._choose_label(iri)
        return self._labels[iri]

    def _choose_label(self, iri: str) -> Wording | None:
        """Choose a label by the rule of all pages; where that finds none, one in any other language will do."""
        labels = [
            (iris.expand(name), term)
            for name in LABELS
            for term in self.values(iri, name)
            if isinstance(term, ox.Literal)
        ]
        others = sorted((term.language or "").partition("-")[0] for _, term in labels)
        label = choose_label(labels, (self.language, "", ENGLISH, *others))
        return self._word(label) if label else None

    def _word(self, text: ox.Literal) -> Wording:
        own = text.language or ""
        return Wording(text.value, "" if own == self.language else own)

    def quoted_language(self, node: str) -> str:
        """Return the language of the words that a node rests on."""
        return next((found for e in self.nodes(node, "ukfr:evidence") if (found := self.source_language(e))), "en")

    def is_a(self, iri: str, name: str) -> bool:
        """Return whether a node is of a class (a compact name)."""
        return iris.expand(name) in self.nodes(iri, "rdf:type")

    def kinds(self, iri: str) -> list[str]:
        """List the classes of a node that say most: not those that every clause, actor or judgement has."""
        found = self.nodes(iri, "rdf:type")
        general = {iris.UKFR + name for name in ("Clause", "Actor", "Judgement", "Passage")}
        return [kind for kind in found if kind not in general] or found

    def parts(self) -> list[str]:
        """List the nodes that have no page of their own: those whose name goes on after ``#``, and unnamed ones."""
        return sorted(self._described.keys() - {self.iri}, key=_natural_text)

    def properties(self, subject: str) -> list[str]:
        """List the properties that the description gives a node."""
        return sorted(self._described.get(subject, ()), key=self._rank)

    def is_named(self, value: Term) -> bool:
        """Return whether a value is a node with an IRI."""
        return isinstance(value, ox.NamedNode)

    def tree(self, concepts: Sequence[str], seen: frozenset[str] = frozenset()) -> list[tuple[str, list[Any]]]:
        """Nest concepts by ``skos:narrower``; none stands below itself."""
        return [
            (concept, self.tree(self.nodes(concept, "skos:narrower"), seen | {concept}))
            for concept in concepts
            if concept not in seen and len(seen) < _DEEPEST_TREE
        ]

    def top_concepts(self) -> list[str]:
        """List the concepts of a scheme that have none above them, in the order of their labels."""
        found = [c for c in self.parts() if not self.nodes(c, "skos:broader")]
        return sorted(found, key=lambda c: _fold(self.label(c).value))

    def anchor(self, iri: str) -> Markup:
        """Return the ``id`` attribute of a part, the first time that it is asked for; no page has an id twice."""
        fragment = iri.partition("#")[2]
        if not fragment or not iri.startswith(self.iri) or fragment in self._placed:
            return Markup("")
        self._placed.add(fragment)
        return Markup(' id="%s"') % fragment

    def mentioned_by(self, predicate: str) -> list[Backlink]:
        """List what points here by a property (a compact name)."""
        return self.mentions.get(iris.expand(predicate), [])

    def label_of_property(self, predicate: str) -> Wording:
        """Return the label of a property by its compact name."""
        return self.label(iris.expand(predicate))

    def ordered(self, mentions: Sequence[Backlink]) -> list[Backlink]:
        """Put mentions in order: clauses by their place in the text, then what else has a place, then by label."""
        return sorted(
            mentions,
            key=lambda m: (
                not self.is_a(m.document, "ukfr:Clause"),
                self._order(m.document),
                _fold(self.name(m.document).value),
            ),
        )

    def counts(self, mentions: Sequence[Backlink]) -> list[tuple[str, int]]:
        """Count mentions by the class that says most of each."""
        counted: dict[str, int] = defaultdict(int)
        for mention in mentions:
            for kind in self.kinds(mention.document)[:1]:
                counted[kind] += 1
        return sorted(counted.items(), key=lambda item: (-item[1], item[0]))

    def groups(self, *, technical: bool = False) -> list[tuple[str, list[Backlink]]]:
        """List what concerns the node by property, first what most point to it by.

        ``technical`` lists what else points to it: records of the coding, which repeat the same in detail.
        """
        found = [item for item in self.mentions.items() if (item[0] in _TECHNICAL) == technical]
        return sorted(found, key=lambda item: (-len(item[1]), item[0]))

    def _order(self, iri: str) -> int:
        order = self.one(iri, "ukfr:order")
        return int(order) if is_count(order) else 10**9

    @cached_property
    def _described(self) -> dict[str, set[str]]:
        """The properties that the description gives each node."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for triple in self.triples:
            assert not isinstance(triple.subject, ox.Triple)
            found[triple.subject.value].add(triple.predicate.value)
        return found

    def _rank(self, predicate: str) -> tuple[int, str]:
        return (0 if predicate == iris.RDF + "type" else 1, _fold(self.label(predicate).value))


_TECHNICAL = {
    iris.expand(name)
    for name in (
        "ukfr:participant", "ukfr:citedInstrument", "ukfr:relatedInstrument", "ukfr:party", "oa:hasSource",
        "ukfr:membershipOf", "ukfr:membershipBy", "ukfr:tenureOf", "ukfr:office", "ukfr:participation", "rdf:type",
        "ukfr:coder", "ukfr:verdict", "ukfr:basis", "ukfr:confidence", "ukfr:completenessOf", "skos:inScheme",
        "skos:narrower", "skos:hasTopConcept", "rdfs:isDefinedBy", "owl:annotatedSource", "owl:annotatedTarget",
    )
}  # fmt: skip


def _natural(term: Term) -> tuple[str, list[tuple[int, str]]]:
    return type(term).__name__, _natural_text(term.value)


def _natural_text(text: str) -> list[tuple[int, str]]:
    """Return a key that puts ``x-2`` before ``x-10``."""
    return [(int(part), "") if part.isdecimal() and len(part) < 12 else (-1, part) for part in _NUMBER.split(text)]


def _fold(text: str) -> str:
    return text.casefold()
