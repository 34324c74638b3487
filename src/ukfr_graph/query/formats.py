"""The formats of answers, and choosing one by what a client accepts.

Media types: SPARQL 1.1 Query Results JSON, XML, CSV and TSV; RDF 1.1 serialisations. Choice: RFC 9110,
section 12.5.1 (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import mimeparse
import pyoxigraph as ox

from ukfr_graph.errors import NotAcceptableError, SettingsError

Kind = Literal["solutions", "boolean", "graph"]
"""The kind of an answer: of SELECT, ASK, or CONSTRUCT and DESCRIBE."""


@dataclass(frozen=True)
class Format:
    """A format: its name on the command line, its media types (the first is sent), what it can hold."""

    name: str
    media_types: tuple[str, ...]
    kinds: frozenset[Kind]
    engine: ox.QueryResultsFormat | ox.RdfFormat

    @property
    def media_type(self) -> str:
        """The media type sent with it."""
        return self.media_types[0]


HTML = "text/html"
_LONGEST_ACCEPT = 2_000
_BARE_STAR = re.compile(r"(?:^|,)\s*\*\s*(?:[;,]|$)")
_OTHER_NAMES = {"turtle": "ttl", "ntriples": "nt", "n-triples": "nt", "json-ld": "jsonld", "rdfxml": "rdf"}
_ROWS: frozenset[Kind] = frozenset(("solutions", "boolean"))
_SELECT: frozenset[Kind] = frozenset(("solutions",))
_GRAPH: frozenset[Kind] = frozenset(("graph",))

# Whoever reads one of these reads the narrower form too, which is sent under its own name.
_WIDER_THAN_TURTLE = ("text/n3", "text/rdf+n3", "application/n3", "application/trig", "application/x-trig")
_WIDER_THAN_TRIPLES = ("application/n-quads", "text/x-nquads", "text/nquads")

FORMATS: tuple[Format, ...] = (
    Format("json", ("application/sparql-results+json", "application/json"), _ROWS, ox.QueryResultsFormat.JSON),
    Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), _ROWS, ox.QueryResultsFormat.XML),
    Format("csv", ("text/csv",), _SELECT, ox.QueryResultsFormat.CSV),
    Format("tsv", ("text/tab-separated-values",), _SELECT, ox.QueryResultsFormat.TSV),
    Format("ttl", ("text/turtle", "application/x-turtle", *_WIDER_THAN_TURTLE), _GRAPH, ox.RdfFormat.TURTLE),
    Format("nt", ("application/n-triples", "text/plain", *_WIDER_THAN_TRIPLES), _GRAPH, ox.RdfFormat.N_TRIPLES),
    Format("jsonld", ("application/ld+json", "application/json"), _GRAPH, ox.RdfFormat.JSON_LD),
    Format("rdf", ("application/rdf+xml", "application/xml", "text/xml"), _GRAPH, ox.RdfFormat.RDF_XML),
)


def find_format(name: str, kind: Kind) -> Format:
    """Find a format by its name on the command line.

    Raises:
        SettingsError: it does not exist, or cannot hold what the query answers with.
    """
    fitting = [f for f in FORMATS if kind in f.kinds]
    for candidate in fitting:
        if candidate.name == name:
            return candidate
    raise SettingsError(
        "The format %(name)s does not fit an answer of %(kind)s; use one of %(names)s.",
        name=repr(name),
        kind=kind,
        names=", ".join(f.name for f in fitting),
    )


def prefers_html(accept: str | None) -> bool:
    """Return whether an ``Accept`` header likes a page better than data, as browsers do and ``*/*`` does not."""
    accept = read_accept(accept)
    return best_match([*(t for f in FORMATS for t in f.media_types), HTML], accept) == HTML and HTML in accept.lower()


def read_accept(accept: str | None) -> str:
    """Return an ``Accept`` header as its sender means it.

    Java's ``HttpURLConnection`` sends ``text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2`` where a program said
    nothing. The bare star, which no other client sends, tells it from a browser: it accepts anything.

    >>> read_accept("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"), read_accept("text/csv")
    ('*/*', 'text/csv')
    """
    return "*/*" if accept and _BARE_STAR.search(accept) else accept or ""


def accept_format(name: str) -> str:
    """Return the ``Accept`` header that asks for a format by its short name or media type, as ``format=`` gives it.

    Raises:
        NotAcceptableError: there is no such format.

    >>> accept_format("csv"), accept_format("application/sparql-results json")  # a plus that was not encoded
    ('text/csv', 'application/sparql-results+json')
    """
    asked = name.strip().lower().replace(" ", "+")
    asked = _OTHER_NAMES.get(asked, asked)
    found = dict.fromkeys(t for f in FORMATS if asked == f.name for t in f.media_types[:2])
    if not found and asked not in {t for f in FORMATS for t in f.media_types}:
        raise NotAcceptableError(
            "There is no format %(name)s; use one of %(formats)s, or a media type.",
            name=repr(name[:100]),
            formats=", ".join(f.name for f in FORMATS),
        )
    return ", ".join(found) or asked


def negotiate(accept: str | None, kind: Kind) -> Format:
    """Choose the format that an ``Accept`` header likes best; without one, the first that fits.

    Raises:
        NotAcceptableError: the header rules out every format that fits.
    """
    if accept is not None and len(accept) > _LONGEST_ACCEPT:
        raise NotAcceptableError(
            "The Accept header has %(length)s characters; at most %(most)s are read.",
            length=len(accept),
            most=_LONGEST_ACCEPT,
        )
    return _negotiate(read_accept(accept), kind)


@lru_cache(maxsize=512)
def _negotiate(accept: str, kind: Kind) -> Format:
    fitting = [f for f in FORMATS if kind in f.kinds]
    if not accept.strip():
        return fitting[0]
    by_type = {media_type: f for f in reversed(fitting) for media_type in reversed(f.media_types)}
    # Of equally liked types the library takes the last: the preferred ones come last.
    best = best_match(by_type, accept)
    if not best:
        raise NotAcceptableError(
            "None of the accepted types (%(accept)s) can hold this answer; it is given as %(given)s.",
            accept=accept[:200],
            given=", ".join(f.media_type for f in fitting),
        )
    return by_type[best]


def best_match(types: Iterable[str], accept: str) -> str:
    """Return the type that an ``Accept`` header likes best, empty where none; of equally liked ones the last."""
    try:
        return mimeparse.best_match(types, accept) or ""
    except (mimeparse.MimeTypeParseException, ValueError):
        return ""


def write_content_type(media_type: str) -> str:
    """Write a media type as it is sent: with the character set where it is a text's."""
    return media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")
