"""Reading RDF that comes from outside: nothing is fetched, nothing is expanded, nothing is half taken.

Media types: Turtle, N-Triples, N-Quads, TriG, RDF/XML and JSON-LD. Blank nodes get fresh names, so that
those of two documents never meet.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from ukfr_graph.errors import DocumentRefusedError, Problem, RdfSyntaxError, SettingsError, UnsupportedMediaTypeError

_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_ENDINGS = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".rdf": "application/rdf+xml",
    ".owl": "application/rdf+xml",
    ".xml": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/json": ox.RdfFormat.JSON_LD,
}
MEDIA_TYPES: tuple[str, ...] = tuple(sorted(set(_ENDINGS.values())))
"""The media types that are read, by their registered names."""


MAX_NESTING = 100
"""Deepest nesting of a document; reading JSON-LD and RDF/XML costs its square."""


def read_rdf(content: bytes, media_type: str, base: str, name: str, max_nesting: int = MAX_NESTING) -> list[ox.Triple]:
    """Read the triples of a document; ``name`` is what messages call it.

    Raises:
        DocumentRefusedError: it is nested more deeply than ``max_nesting``.
        UnsupportedMediaTypeError: the media type is not one of RDF.
        RdfSyntaxError: the document is not well-formed (with its line), or declares entities that are not read.
    """
    form = _FORMATS.get(media_type.partition(";")[0].strip().lower())
    if form is None:
        raise UnsupportedMediaTypeError(
            f"{name}: the media type {media_type!r} names no RDF format; use one of {', '.join(MEDIA_TYPES)}."
        )
    if form is ox.RdfFormat.RDF_XML:
        _check_entities(content, name)
    if find_depth(content, form) > max_nesting:
        raise DocumentRefusedError(f"{name} is nested more than {max_nesting} deep (UKFR_MAX_UPLOAD_NESTING).")
    try:
        quads = list(ox.parse(content, format=form, base_iri=base, rename_blank_nodes=True))
    except (SyntaxError, ValueError, OSError) as error:
        raise _fault(name, str(error), getattr(error, "lineno", None) or 0) from None
    return [quad.triple for quad in quads]


def find_depth(content: bytes, form: ox.RdfFormat) -> int:
    """Find how deeply the elements of RDF/XML, or the brackets of JSON-LD, are nested; nothing in other formats.

    The brackets of Turtle cost no more than they are; what cannot be read is left for the parser to tell.
    """
    deepest = depth = 0
    if form is ox.RdfFormat.JSON_LD:
        for bracket in _JSON_STRING.sub(b"", content).translate(None, _NO_BRACKETS):
            depth += 1 if bracket in b"{[" else -1
            deepest = max(deepest, depth)
    elif form is ox.RdfFormat.RDF_XML:
        parser = expat.ParserCreate()

        def enter(_: str, __: dict[str, str]) -> None:
            nonlocal deepest, depth
            depth += 1
            deepest = max(deepest, depth)

        def leave(_: str) -> None:
            nonlocal depth
            depth -= 1

        parser.StartElementHandler, parser.EndElementHandler = enter, leave
        with contextlib.suppress(expat.ExpatError):
            parser.Parse(content, True)
    return deepest


def read_files(paths: Sequence[Path]) -> set[ox.Triple]:
    """Read the triples of files, by their endings; the names of graphs in them are dropped.

    Raises:
        SettingsError: a path is not a file.
        UnsupportedMediaTypeError: a file's ending names no RDF format.
        RdfSyntaxError: a file is not well-formed, with file and line.
    """
    triples: set[ox.Triple] = set()
    for path in paths:
        media_type = _ENDINGS.get(path.suffix.lower())
        if media_type is None:
            raise UnsupportedMediaTypeError(
                f"{path}: the ending {path.suffix!r} names no RDF format; use one of {', '.join(sorted(_ENDINGS))}."
            )
        if not path.is_file():
            raise SettingsError(f"{path} is not a file.")
        triples |= set(read_rdf(path.read_bytes(), media_type, path.resolve().as_uri(), str(path)))
    return triples


def find_rewritten(triples: Iterable[ox.Triple]) -> list[tuple[str, str]]:
    """Find literals that the engine would write otherwise: (as given, as stored), each once, in order.

    It keeps the value of numbers, dates and booleans, not their form: ``"01"^^xsd:integer`` becomes ``1``.
    """
    typed = {
        t.object
        for t in triples
        if isinstance(t.object, ox.Literal) and not t.object.datatype.value.endswith(("#string", "#langString"))
    }
    scratch, subject = ox.Store(), ox.NamedNode("urn:x")
    rewritten = []
    for literal in sorted(typed, key=str):
        quad = ox.Quad(subject, subject, literal)
        scratch.add(quad)
        (stored,) = scratch
        if stored.object != literal:
            rewritten.append((str(literal), str(stored.object)))
        scratch.clear()
    return rewritten


def _check_entities(content: bytes, name: str) -> None:
    """Refuse entities that name other files or other entities: the first fetch, the second grow without end."""
    if b"\x00" in content[:200]:
        raise _fault(name, "the document is not UTF-8", 1)
    for match in re.finditer(rb"<!ENTITY\b[^>]*>", content):
        value = match.group()
        if re.search(rb"\b(?:SYSTEM|PUBLIC)\b", value) or re.search(rb"&(?!#)|%", value):
            line = content.count(b"\n", 0, match.start()) + 1
            raise _fault(name, "it declares an entity that is external or made of other entities", line)


def _fault(name: str, message: str, line: int) -> RdfSyntaxError:
    return RdfSyntaxError([Problem(name, line, "", "rdf", message, "correct the document; nothing was loaded")])
