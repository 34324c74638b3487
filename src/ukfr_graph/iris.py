"""Namespaces, the names of graphs, and the minting of IRIs.

Plain strings: the serving path imports this module, and a heavier library would slow its start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import MappingProxyType

BASE = "https://w3id.org/ukfr/"
ID = BASE + "id/"
VOCABULARY = BASE + "vocab/"
ONTOLOGY = BASE + "ontology"
UKFR = ONTOLOGY + "#"
CONTEXT = BASE + "context.jsonld"
GRAPH = BASE + "graph/"
LINKS = BASE + "links/"

ENDPOINT_BASE = BASE + "sparql"
"""The base of relative IRIs in queries and updates: the same wherever a dataset is served."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
ADMS = "http://www.w3.org/ns/adms#"
SPDX = "http://spdx.org/rdf/terms#"
PROV = "http://www.w3.org/ns/prov#"

PREFIXES: Mapping[str, str] = MappingProxyType({
    "ukfr": UKFR,
    "id": ID,
    "vocab": VOCABULARY,
    "graph": GRAPH,
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "owl": OWL,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "oa": OA,
    "adms": ADMS,
    "spdx": SPDX,
    "prov": PROV,
})  # fmt: skip
"""The prefixes of the software, which no workspace may take; ``prefixes`` has those of a dataset's workspaces too."""

_namespaces: ContextVar[Mapping[str, str]] = ContextVar("namespaces", default=MappingProxyType({}))

ONTOLOGY_GRAPH = GRAPH + "ontology"
VOCABULARY_GRAPH = GRAPH + "vocabulary"
ALIGNMENTS_GRAPH = GRAPH + "alignments"
ENTITIES_GRAPH = GRAPH + "entities"
OBSERVATIONS_GRAPH = GRAPH + "observations"
OUTCOMES_GRAPH = GRAPH + "outcomes"
LINKS_GRAPH = GRAPH + "links"
INFERRED_GRAPH = GRAPH + "inferred"

_DOT_SEGMENT = re.compile(r"[/\\](?:\.|%2e){1,2}(?:[/\\]|\Z)", re.IGNORECASE)
_LOCAL = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*\Z")


def is_local_name(text: str) -> bool:
    """Return whether a text may stand in an IRI of ours as it is: lower-case letters and digits, joined by '-' and '.'.

    >>> is_local_name("govuk-2016-08-30"), is_local_name("../etc")
    (True, False)
    """
    return _LOCAL.match(text) is not None


def use(namespaces: Mapping[str, str]) -> Token[Mapping[str, str]]:
    """Write and read names from now on as the dataset does whose workspaces have these namespaces, by prefix.

    It holds for this task or thread alone (a command runs in a context of its own), so that two datasets in one process
    do not know each other's prefixes.
    """
    own = {p: space for p, space in namespaces.items() if space != BASE and p not in PREFIXES}
    return _namespaces.set(MappingProxyType(own))


@contextmanager
def using(namespaces: Mapping[str, str]) -> Iterator[None]:
    """Write and read names so inside the block: whoever is asked about a dataset opens it (``Profile.namespaces``).

    >>> with using({"sea": "https://example.org/sea/"}):
    ...     shorten("https://example.org/sea/id/place/a"), is_identifier("https://example.org/sea/id/place/a")
    ('sea:place/a', True)
    >>> shorten("https://example.org/sea/id/place/a")
    'https://example.org/sea/id/place/a'
    """
    token = use(namespaces)
    try:
        yield
    finally:
        _namespaces.reset(token)


def namespaces() -> tuple[str, ...]:
    """Return the namespaces of identifiers: the bundled one, then those of the workspaces of the dataset in use."""
    return BASE, *_namespaces.get().values()


def prefixes() -> Mapping[str, str]:
    """Return the prefixes that queries may use undeclared, and that Turtle is written with, of the dataset in use."""
    own = _namespaces.get()
    return {**PREFIXES, **{prefix: space + "id/" for prefix, space in own.items()}} if own else PREFIXES


def local_id(iri: str) -> str:
    """Return what a record calls a thing: its IRI without the namespace; another IRI as it is.

    >>> local_id(ID + "place/calais"), local_id("https://example.org/x")
    ('place/calais', 'https://example.org/x')
    """
    return next((iri.removeprefix(start) for start in _starts("id/") if iri.startswith(start)), iri)


def strip_namespace(iri: str) -> str:
    """Return what follows the namespace of a record or a term, as in the path of its page; another IRI as it is.

    >>> strip_namespace(VOCABULARY + "topic/terrorism")
    'vocab/topic/terrorism'
    """
    return next((iri.removeprefix(namespace) for namespace in namespaces() if iri.startswith(namespace)), iri)


def is_identifier(iri: str) -> bool:
    """Return whether an IRI names a record of a known namespace, or a part of one.

    >>> is_identifier(ID + "place/calais"), is_identifier(UKFR + "Pledge")
    (True, False)
    """
    return iri.startswith(tuple(_starts("id/")))


def is_term(iri: str) -> bool:
    """Return whether an IRI names a term of a vocabulary, the bundled ones or those of a workspace."""
    return iri.startswith(tuple(_starts("vocab/")))


def _starts(part: str) -> Iterator[str]:
    return (namespace + part for namespace in namespaces())


def source_graph(source: str) -> str:
    """Name of the graph that holds what was coded from one source.

    >>> source_graph("govuk-2016-08-30")
    'https://w3id.org/ukfr/graph/source/govuk-2016-08-30'
    """
    if not is_local_name(source):
        raise ValueError(f"{source!r} is not a source's folder name (lower-case letters, digits, '-' and '.')")
    return f"{GRAPH}source/{source}"


def is_curated_graph(iri: str) -> bool:
    """Return whether a graph name belongs to the curated dataset, which nothing writes to at run time.

    >>> is_curated_graph(ONTOLOGY_GRAPH), is_curated_graph("https://example.org/mine")
    (True, False)
    """
    written = iri.lower()  # scheme and host have no case (RFC 3986, section 6.2.2.1)
    return written == BASE.rstrip("/") or written.startswith(BASE)


def has_dot_segments(iri: str) -> bool:
    """Return whether an IRI's path has a segment ``.`` or ``..``, escaped or not: it may be taken for another IRI.

    RFC 3986, section 5.2.4 (https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4).

    >>> has_dot_segments("https://example.org/a/%2E./b"), has_dot_segments("https://example.org/a/.b#/../")
    (True, False)
    """
    return _DOT_SEGMENT.search(re.split(r"[?#]", iri, maxsplit=1)[0]) is not None


def local_name(iri: str) -> str:
    """Return what follows the last ``#`` or ``/`` of an IRI.

    >>> local_name(UKFR + "Pledge"), local_name(VOCABULARY + "topic/terrorism")
    ('Pledge', 'terrorism')
    """
    return re.split(r"[#/]", iri.rstrip("#/"))[-1]


def shorten(iri: str) -> str:
    """Write an IRI as a compact one where a known prefix fits, for people to read.

    >>> shorten(UKFR + "Pledge"), shorten("https://example.org/x")
    ('ukfr:Pledge', 'https://example.org/x')
    """
    best = max((p for p in prefixes().items() if iri.startswith(p[1])), key=lambda p: len(p[1]), default=None)
    return f"{best[0]}:{iri[len(best[1]) :]}" if best else iri


def expand(name: str) -> str:
    """Write a compact name out; a whole IRI stays as it is.

    >>> expand("ukfr:role"), expand("https://example.org/x")
    ('https://w3id.org/ukfr/ontology#role', 'https://example.org/x')
    """
    prefix, _, local = name.partition(":")
    known = prefixes()
    return known[prefix] + local if prefix in known else name
