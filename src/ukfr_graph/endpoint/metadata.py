"""Writing statements about this server and its dataset."""

from __future__ import annotations

import pyoxigraph as ox

from ukfr_graph import iris

VOID = "http://rdfs.org/ns/void#"
VOID_EXT = "http://ldf.fi/void-ext#"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
FORMATS = "http://www.w3.org/ns/formats/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
CC_BY = "http://creativecommons.org/licenses/by/4.0/"
PREFIXES = {**iris.PREFIXES, "void": VOID, "void-ext": VOID_EXT, "dcat": DCAT, "foaf": FOAF}
TITLE = {
    "en": "ukfr-graph: cooperation between the United Kingdom and France, clause by clause",
    "fr": "ukfr-graph : la coopération entre le Royaume-Uni et la France, clause par clause",
}
DESCRIPTION = {
    "en": "A knowledge graph of what the governments of the United Kingdom and France pledge, call for, report, "
    "recognise and reaffirm in joint statements: each fact rests on the exact words of a source. Graphs that users of "
    "this server have added to it are theirs, and not under the licence of the dataset.",
    "fr": "Un graphe de connaissances de ce que les gouvernements du Royaume-Uni et de la France promettent, "
    "demandent, constatent, reconnaissent et réaffirment dans des déclarations communes : chaque fait repose sur les "
    "mots exacts d'une source. Les graphes que des utilisateurs de ce serveur y ont ajoutés sont les leurs, hors de la "
    "licence du jeu de données.",
}
DATASET = "/.well-known/void#dataset"
"""The dataset's name below its base, the same in VoID, DCAT and the service description."""


class Statements:
    """Triples in the making, about this server at ``base``."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._triples: dict[ox.NamedNode | ox.BlankNode, dict[ox.Triple, None]] = {}

    def triples(self) -> list[ox.Triple]:
        """Return the triples, each once, those of a subject together."""
        return [triple for triples in self._triples.values() for triple in triples]

    def node(self, address: str) -> ox.NamedNode:
        """Name a node: an address on this server, or an IRI."""
        return ox.NamedNode(self.base + address if address.startswith("/") else address)

    def permanent(self, address: str, *, is_curated: bool) -> ox.NamedNode:
        """Name a node of the dataset: the curated one has its names wherever it is served."""
        return ox.NamedNode(name_permanently(self.base, address, is_curated=is_curated))

    def add(self, subject: ox.NamedNode | ox.BlankNode, predicate: str, *values: object) -> None:
        """State values of a property: IRIs (as nodes or texts with a colon or a leading slash), numbers, literals."""
        for value in values:
            triple = ox.Triple(subject, ox.NamedNode(predicate), self._term(value))
            self._triples.setdefault(subject, {})[triple] = None

    def name(self, subject: ox.NamedNode | ox.BlankNode, title: dict[str, str], description: dict[str, str]) -> None:
        """Return title and description in each language."""
        self.add(subject, iris.DCTERMS + "title", *(ox.Literal(v, language=k) for k, v in title.items()))
        self.add(subject, iris.DCTERMS + "description", *(ox.Literal(v, language=k) for k, v in description.items()))

    def type(self, subject: ox.NamedNode | ox.BlankNode, *classes: str) -> None:
        """State classes of a node."""
        self.add(subject, iris.RDF + "type", *classes)

    def _term(self, value: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if isinstance(value, (ox.NamedNode, ox.BlankNode, ox.Literal)):
            return value
        if isinstance(value, int):
            return ox.Literal(value)
        return self.node(str(value))


def name_permanently(base: str, address: str, *, is_curated: bool) -> str:
    """Return the IRI of a part of the dataset: a permanent one of the curated dataset, one at ``base`` of another.

    >>> name_permanently("http://localhost:8000", DATASET, is_curated=True)
    'https://w3id.org/ukfr/.well-known/void#dataset'
    """
    return (iris.BASE.rstrip("/") if is_curated else base) + address


def write_date(day: str) -> ox.Literal:
    """Write a day as a literal."""
    return ox.Literal(day, datatype=ox.NamedNode(iris.XSD + "date"))
