"""XML that is XML: what it cannot hold is an error, and what readers would change is written so that they do not.

XML 1.0, sections 2.2 and 2.11 (https://www.w3.org/TR/xml/#charsets).
"""

from __future__ import annotations

import re
from xml.parsers.expat import ExpatError, ParserCreate

from ukfr_graph.errors import NotAcceptableError
from ukfr_graph.texts import describe

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|&#6553[45];")
_REFERENCES = {b"&#65534;": "\ufffe", b"&#65535;": "\uffff"}
_SHOWN = 80  # characters of a value


def finish_xml(body: bytes, instead: str) -> bytes:
    """Return XML, its carriage returns as references, for readers make line feeds of bare ones.

    ``instead`` names the formats that can hold every text.

    Raises:
        NotAcceptableError: a value has a character that XML cannot hold; the message names both.
    """
    if found := _FORBIDDEN.search(body):
        start = max(body.rfind(mark, 0, found.start()) for mark in (b">", b'"')) + 1
        value = re.split(rb'[<"]', body[start : start + 4 * _SHOWN], maxsplit=1)[0].decode("utf-8", "replace")
        character = _REFERENCES.get(found.group()) or found.group().decode()
        raise NotAcceptableError(
            "XML cannot hold %(character)s, which stands in %(value)s; %(instead)s can.",
            character=describe(character),
            value=repr(value[:_SHOWN]),
            instead=instead,
        )
    return body.replace(b"\r", b"&#13;") if b"\r" in body else body


def is_well_formed(body: bytes) -> bool:
    """Return whether a document is well-formed XML with namespaces."""
    try:
        ParserCreate(namespace_separator=" ").Parse(body, True)
    except ExpatError:
        return False
    return True
