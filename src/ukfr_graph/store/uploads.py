"""Reading RDF that comes from outside: nothing is fetched, nothing is expanded, nothing is half taken.

Media types: Turtle, N-Triples, N-Quads, TriG, RDF/XML and JSON-LD. Blank nodes get fresh names, so that
those of two documents never meet.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from email.parser import BytesParser
from email.policy import HTTP
from itertools import chain
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import (
    DocumentRefusedError,
    Message,
    Problem,
    QueryError,
    RdfSyntaxError,
    SettingsError,
    TextError,
    UnsupportedMediaTypeError,
)
from ukfr_graph.errors import mark as _
from ukfr_graph.resources import CONTEXT_NAME, read_context
from ukfr_graph.texts import decode

_SHOWN = 5  # names that a message has

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
_STREAMED = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
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
            "%(name)s: the media type %(media_type)s names no RDF format; use one of %(media_types)s.",
            name=name,
            media_type=repr(media_type),
            media_types=", ".join(MEDIA_TYPES),
        )
    content = _drop_mark(content, form, name)
    if form is ox.RdfFormat.RDF_XML:
        _check_entities(content, name)
    try:
        if find_depth(content, form) > max_nesting:
            raise DocumentRefusedError(
                "%(name)s is nested more than %(max_nesting)s deep (UKFR_MAX_UPLOAD_NESTING).",
                name=name,
                max_nesting=max_nesting,
            )
        if form is ox.RdfFormat.JSON_LD:
            content = _insert_context(content)
            _check_names(content, base, name)
        quads = list(ox.parse(content, format=form, base_iri=base, rename_blank_nodes=True))
    except (RecursionError, SyntaxError, ValueError, OSError, LookupError, expat.ExpatError) as error:
        message = str(error)
        if "LoadDocumentCallback" in message:
            message = "its context is at another address, and nothing is fetched: write the context into the document"
        raise _fault(name, message, getattr(error, "lineno", None) or 0) from None
    return [quad.triple for quad in quads]


def find_depth(content: bytes, form: ox.RdfFormat) -> int:
    """Find how deeply the elements of RDF/XML, or the brackets of JSON-LD, are nested; nothing in other formats.

    The brackets of Turtle cost no more than they are. RDF/XML that is not well-formed has no depth: the engine reads
    some of it all the same, so that a fault before the first element would hide all that follow.

    Raises:
        ExpatError, LookupError: the RDF/XML is not well-formed, or in an encoding that is not known.
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
        parser.Parse(content, True)
    return deepest


def read_files(paths: Sequence[Path]) -> Iterator[ox.Triple]:
    """Read the triples of files, by their endings; the names of graphs in them are dropped.

    Raises:
        SettingsError: a path is not a file.
        UnsupportedMediaTypeError: a file's ending names no RDF format.
        RdfSyntaxError: a file is not well-formed, with file and line; it is found while the triples are read.
    """
    for path in paths:
        if path.suffix.lower() not in _ENDINGS:
            raise UnsupportedMediaTypeError(
                "%(path)s: the ending %(suffix)s names no RDF format; use one of %(endings)s.",
                path=path,
                suffix=repr(path.suffix),
                endings=", ".join(sorted(_ENDINGS)),
            )
        if not path.is_file():
            raise SettingsError("%(path)s is not a file.", path=path)
    return chain.from_iterable(map(_read_file, paths))


def _read_file(path: Path) -> Iterator[ox.Triple]:
    """Read a file as it comes where it can be: the other formats are looked through as a whole before."""
    media_type, base = _ENDINGS[path.suffix.lower()], path.resolve().as_uri()
    with path.open("rb") as file:
        is_marked = file.read(4).startswith(_MARKS)
    if is_marked or (form := _FORMATS[media_type]) not in _STREAMED:
        yield from read_rdf(path.read_bytes(), media_type, base, str(path))
        return
    try:
        for quad in ox.parse(path=path, format=form, base_iri=base, rename_blank_nodes=True):
            yield quad.triple
    except (SyntaxError, ValueError) as error:
        raise _fault(str(path), getattr(error, "msg", str(error)), getattr(error, "lineno", None) or 0) from None


def _drop_mark(content: bytes, form: ox.RdfFormat, name: str) -> bytes:
    """Take off the byte order mark that editors put before a document, which the engine's parsers refuse."""
    if not content.startswith(_MARKS):
        return content
    try:
        text = decode(content)
    except TextError as error:
        raise _fault(name, error.detail, error.line) from None
    if form is ox.RdfFormat.RDF_XML:  # what its declaration says of the encoding holds no longer
        text = re.sub(r"\A(<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')", r"\1", text)
    return text.encode()


def _insert_context(content: bytes) -> bytes:
    """Put the published context where a document of ours names its address: nothing is fetched.

    Servers give documents whose context is at their own address; these are told by the IRIs of ours in them.
    """
    if CONTEXT_NAME.encode() not in content:
        return content
    has_names = iris.BASE.encode() in content.replace(iris.CONTEXT.encode(), b"")

    def is_own(address: object) -> bool:
        return address == iris.CONTEXT or (has_names and str(address).endswith("/" + CONTEXT_NAME))

    def insert(value: Any, *, is_context: bool) -> Any:
        if isinstance(value, dict):
            return {key: insert(inner, is_context=key == "@context") for key, inner in value.items()}
        if isinstance(value, list):
            return [insert(inner, is_context=is_context) for inner in value]
        return read_context() if is_context and is_own(value) else value

    return json.dumps(insert(json.loads(content), is_context=False)).encode()


def _check_names(content: bytes, base: str, name: str) -> None:
    """Refuse JSON-LD with a name that is none: its reading drops each triple with one, and says nothing.

    They are found by a lenient reading beside the strict one (JSON-LD 1.1 API, section 7.2 and others).
    """
    strange: dict[str, None] = {}
    for quad in ox.parse(content, format=ox.RdfFormat.JSON_LD, base_iri=base, lenient=True):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if value := _find_invalid(term):
                strange[value] = None
    if strange:
        shown = ", ".join(map(repr, [*strange][:_SHOWN])) + (" and others" if len(strange) > _SHOWN else "")
        at = content.find(next(iter(strange)).removeprefix(re.sub(r"[^/]*\Z", "", base)).encode())
        line = content.count(b"\n", 0, at) + 1 if at >= 0 else 0
        raise _fault(name, f"no IRI, no term of the context and no language tag: {shown}", line)


def _find_invalid(term: object) -> str:
    """Return the part of a term that is not what it should be; empty where all is."""
    try:
        match term:
            case ox.NamedNode():
                ox.NamedNode(term.value)
            case ox.BlankNode():
                ox.BlankNode(term.value)
            case ox.Literal() if term.language:
                ox.Literal("", language=term.language)
            case ox.Literal():
                ox.NamedNode(term.datatype.value)
    except ValueError:
        if isinstance(term, ox.Literal):
            return term.language or term.datatype.value
        return str(getattr(term, "value", term))
    return ""


def _check_entities(content: bytes, name: str) -> None:
    """Refuse entities that name other files or other entities: the first fetch, the second grow without end."""
    if b"\x00" in content[:200]:
        raise _fault(name, Message(_("the document is not UTF-8")), 1)
    for match in re.finditer(rb"<!ENTITY\b[^>]*>", content):
        value = match.group()
        if re.search(rb"\b(?:SYSTEM|PUBLIC)\b", value) or re.search(rb"&(?!#)|%", value):
            line = content.count(b"\n", 0, match.start()) + 1
            message = Message(_("it declares an entity that is external or made of other entities"))
            raise _fault(name, message, line)


def _fault(name: str, message: str | Message, line: int) -> RdfSyntaxError:
    fix = Message(_("correct the document; nothing was loaded"))
    return RdfSyntaxError([Problem(name, line, "", "rdf", message, fix)])


def split_parts(content_type: str, body: bytes) -> list[tuple[bytes, str]]:
    """Split a body into its documents, each with its media type.

    ``multipart/form-data`` has several (SPARQL 1.1 Graph Store HTTP Protocol, section 5.5).

    Raises:
        QueryError: the multipart body cannot be taken apart.
    """
    if not content_type.lower().startswith("multipart/"):
        return [(body, content_type)]
    header = "".join(c for c in content_type if c.isprintable()).encode("latin-1", "replace")
    try:
        message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + header + b"\r\n\r\n" + body)
    except RecursionError:
        raise QueryError("The multipart body has parts in parts; its parts are documents.") from None
    if not message.is_multipart():
        raise QueryError("The multipart body cannot be taken apart: its boundary does not fit.")
    return [(bytes(part.get_payload(decode=True) or b""), part.get_content_type()) for part in message.iter_parts()]
