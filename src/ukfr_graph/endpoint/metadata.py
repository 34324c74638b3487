"""Writing statements about this server and its dataset."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import mark as _
from ukfr_graph.messages import say_in_all
from ukfr_graph.profile import Profile, Texts

VOID = "http://rdfs.org/ns/void#"
VOID_EXT = "http://ldf.fi/void-ext#"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
FORMATS = "http://www.w3.org/ns/formats/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
PREFIXES = {**iris.PREFIXES, "void": VOID, "void-ext": VOID_EXT, "dcat": DCAT, "foaf": FOAF}
_OF_USERS = _("Graphs that users of this server have added to it are theirs, and not under the licence of the dataset.")
DATASET = "/.well-known/void#dataset"
"""The dataset's name below its base, the same in VoID, DCAT and the service description."""


_ANY_URI = iris.XSD + "anyURI"


def resolve_doi(doi: str) -> str:
    """Return the address at which a DOI resolves (https://www.doi.org/the-identifier/resources/handbook/).

    >>> resolve_doi("10.5281/zenodo.123")
    'https://doi.org/10.5281/zenodo.123'
    """
    return f"https://doi.org/{quote(doi, safe='/')}"


class Statements:
    """Triples in the making, about this server at ``base``, in the languages of a dataset's ``profile``."""

    def __init__(self, base: str, profile: Profile) -> None:
        self.base, self.profile = base, profile
        self._triples: dict[ox.NamedNode | ox.BlankNode, dict[ox.Triple, None]] = {}

    def triples(self) -> list[ox.Triple]:
        """Return the triples, each once, those of a subject together."""
        return [triple for triples in self._triples.values() for triple in triples]

    def node(self, address: str) -> ox.NamedNode:
        """Name a node: an address on this server, or an IRI."""
        return ox.NamedNode(self.base + address if address.startswith("/") else address)

    def permanent(self, address: str, *, is_curated: bool) -> ox.NamedNode:
        """Name a node of the dataset: the curated one has its names wherever it is served."""
        return ox.NamedNode(name_permanently(self.base, address, self.profile, is_curated=is_curated))

    def add(self, subject: ox.NamedNode | ox.BlankNode, predicate: str, *values: object) -> None:
        """State values of a property: IRIs (as nodes or texts with a colon or a leading slash), numbers, literals."""
        for value in values:
            triple = ox.Triple(subject, ox.NamedNode(predicate), self._term(value))
            self._triples.setdefault(subject, {})[triple] = None

    def name(self, subject: ox.NamedNode | ox.BlankNode, title: Texts, description: Texts | None = None) -> None:
        """State title and description in each language."""
        self.say(subject, iris.DCTERMS + "title", title)
        self.say(subject, iris.DCTERMS + "description", description or {})

    def write(self, message: str, **values: str) -> dict[str, str]:
        """Return a message of the catalogues, with its values, in each language of the dataset that has it."""
        return say_in_all(message, self.profile.languages, **values)

    def say(self, subject: ox.NamedNode | ox.BlankNode, predicate: str, texts: Texts) -> None:
        """State a text in each language of the dataset that it is written in, else in English."""
        languages = [code for code in self.profile.languages if code in texts] or list(texts)[:1]
        self.add(subject, predicate, *(ox.Literal(texts[code], language=code) for code in languages))

    def identify(self, subject: ox.NamedNode | ox.BlankNode, doi: str) -> None:
        """State the DOI of a node, if it has one, as the address that resolves it (DCAT 3, section 8.6)."""
        if doi:
            address = resolve_doi(doi)
            self.add(subject, iris.DCTERMS + "identifier", ox.Literal(address, datatype=ox.NamedNode(_ANY_URI)))

    def type(self, subject: ox.NamedNode | ox.BlankNode, *classes: str) -> None:
        """State classes of a node."""
        self.add(subject, iris.RDF + "type", *classes)

    def _term(self, value: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if isinstance(value, (ox.NamedNode, ox.BlankNode, ox.Literal)):
            return value
        if isinstance(value, int):
            return ox.Literal(value)
        return self.node(str(value))


def describe(profile: Profile) -> dict[str, str]:
    """Return the description of a dataset on a server: whose graphs it is not about stands in it."""
    said = say_in_all(_OF_USERS, profile.description)
    return {code: f"{text} {said[code]}" if code in said else text for code, text in profile.description.items()}


def name_permanently(base: str, address: str, profile: Profile, *, is_curated: bool) -> str:
    """Return the IRI of a part of the dataset: a permanent one of a curated dataset, one at ``base`` of another.

    >>> name_permanently("http://localhost:8000", DATASET, Profile(), is_curated=True)
    'https://w3id.org/ukfr/.well-known/void#dataset'
    """
    return (profile.namespace.rstrip("/") if is_curated else base) + address


def write_date(day: str) -> ox.Literal:
    """Write a day as a literal."""
    return ox.Literal(day, datatype=ox.NamedNode(iris.XSD + "date"))
