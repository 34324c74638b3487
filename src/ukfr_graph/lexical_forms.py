"""The forms in which records write values: identifiers, IRIs, languages, and texts of a datatype.

They are narrower than those of RDF (RDF 1.1 Concepts, section 3.3), so that a curator, the JSON-LD processor and the
store see the same in each.
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date

from ukfr_graph.errors import Message, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.texts import describe, is_invisible

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
"""The beginning of an absolute IRI, or the prefix of a compact one."""
_NULL = ("", "~", "null", "Null", "NULL")
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_SAFE = re.compile(r"[\w/.#-]*\Z", re.ASCII)  # most names are, which one look tells
_ADDRESS = re.compile(r"https?://[^/?#]|urn:[^:]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", re.ASCII)
_SECOND = re.compile(r"[,;](https?:|www\.)", re.IGNORECASE)
_DATATYPES = {
    "boolean": (r"true|false", _("true or false")),
    "integer": (r"0|-?[1-9][0-9]*", _("a whole number such as 28, without leading zeros")),
    "nonNegativeInteger": (r"0|[1-9][0-9]*", _("a whole number such as 28, without leading zeros")),
    "decimal": (
        r"-?(0|[1-9][0-9]*)(\.[0-9]+)?",
        _("a number such as 7000 or 0.5, without leading zeros or separators"),
    ),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _("a day such as 2016-08-30")),
    "hexBinary": (r"([0-9A-Fa-f]{2})+", _("pairs of hexadecimal digits")),
}
"""The form of each datatype of XML Schema that records use: a pattern, and its words."""


class LexicalError(Exception):
    """A value, key or identifier cannot be what it seems: rule, message and fix."""


def is_null(text: str, *, is_plain: bool) -> bool:
    """Return whether YAML reads a text as nothing; one in quotes is a text."""
    return is_plain and text in _NULL


def check_identifier(text: object) -> None:
    """Check the identifier of a record or a part of one: a path below the namespace, as it will stand in its IRI.

    Raises:
        LexicalError: it is none.
    """
    fix = Message(_("write it as 'place/test-town': letters, digits, '-' and '.', in parts separated by '/'"))
    if not isinstance(text, str):
        raise LexicalError("id", Message(_("an id is a list or has keys")), fix)
    if is_null(text, is_plain=getattr(text, "is_plain", False)):
        raise LexicalError("id", make_message("the id is %(id)s, which is no value", id=quote(text)), fix)
    if found := _find_unsafe(text, ":,;?%"):
        message = make_message("the id %(id)s has %(character)s", id=quote(text), character=describe(found))
        raise LexicalError("id", message, fix)
    path, *fragments = text.split("#")
    if "/" not in path or len(fragments) > 1 or any(p in ("", ".", "..") for p in (*path.split("/"), *fragments)):
        message = make_message("the id %(id)s has one part, an empty one, '.', or a second '#'", id=quote(text))
        raise LexicalError("id", message, fix)


def check_iri(text: str, prefixes: Container[str]) -> None:
    """Check what stands for an IRI: a record's identifier, a name of a vocabulary, a compact IRI, or an address.

    Raises:
        LexicalError: it is none of them.
    """
    fix = Message(
        _("write one record's id, one name of a vocabulary, or one address that begins with https:// or http://")
    )
    several = Message(_("give several as a list"))
    told = quote(text)
    if found := _find_unsafe(text):
        message = make_message("%(value)s has %(character)s, which no IRI has", value=told, character=describe(found))
        raise LexicalError("iri", message, make_message("%(fix)s; %(or)s", fix=fix, **{"or": several}))
    scheme = SCHEME.match(text)
    if scheme and scheme[1] not in prefixes and not _ADDRESS.match(text):
        template = _("%(value)s begins with %(prefix)s, which is no prefix and no address")
        raise LexicalError("iri", make_message(template, value=told, prefix=scheme[0]), fix)
    if _SECOND.search(text):
        raise LexicalError("iri", make_message("%(value)s is two addresses", value=told), several)
    if text.lower().startswith("www."):
        message = make_message("%(value)s is a web address without its beginning", value=told)
        raise LexicalError("iri", message, make_message("write https://%(address)s", address=text))
    if not scheme and (text.startswith("_:") or any(part in ("", ".", "..") for part in text.split("/"))):
        raise LexicalError("iri", make_message("%(value)s is no name of a record", value=told), fix)


def check_language(tag: str) -> None:
    """Check a language tag (RFC 5646, section 2.1: well-formed, not valid).

    Raises:
        LexicalError: it is none.
    """
    if not _LANGUAGE.match(tag):
        message = make_message("%(tag)s is no language", tag=quote(tag))
        raise LexicalError("language", message, Message(_("write a tag such as en, fr or en-GB")))


def check_value(key: str, text: str, datatype: str) -> None:
    """Check the text of a key whose values have a datatype, by its local name in XML Schema.

    Raises:
        LexicalError: it is no value of that datatype, in the one form that is read.
    """
    pattern, words = _DATATYPES[datatype]
    if not re.fullmatch(pattern, text) or (datatype == "date" and not is_day(text)):
        message = make_message("'%(key)s' is %(value)s%(odd)s", key=key, value=quote(text), odd=explain(text))
        raise LexicalError("datatype", message, make_message("write %(form)s", form=Message(words)))


def quote(text: object) -> str:
    """Return the beginning of a text in quotes."""
    return repr(str(text)[:80])


def explain(text: str) -> Message | str:
    """Name the characters that do not show."""
    odd = dict.fromkeys(describe(c) for c in text if is_invisible(c))
    return make_message(" (it has %(characters)s)", characters=", ".join(odd)) if odd else ""


def _find_unsafe(text: str, besides: str = "") -> str:
    """Find the first character that no IRI has, or that is one of those besides; nothing where none is."""
    if _SAFE.match(text if besides else text.replace(":", "")):
        return ""
    return next((c for c in text if _UNSAFE.match(c) or is_invisible(c) or c in besides), "")


def is_day(text: str) -> bool:
    """Return whether a text is a day in ISO 8601, as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
