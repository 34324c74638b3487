"""Feeds of what changed, in Atom (RFC 4287, https://www.rfc-editor.org/rfc/rfc4287)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree

from ukfr_graph.markup import finish_xml
from ukfr_graph.site.negotiation import Variant

ATOM = Variant("atom", ("application/atom+xml",))
_NAMESPACE = "http://www.w3.org/2005/Atom"
ElementTree.register_namespace("", _NAMESPACE)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class FeedEntry:
    """A change: ``id`` is its IRI for good, ``address`` where a reader sees it, ``updated`` the day it was made."""

    id: str
    title: str
    summary: str
    updated: date
    address: str


@dataclass(frozen=True)
class Feed:
    """A feed in one language: ``id`` is its IRI for good, ``address`` its own, and ``page`` what it tells of.

    ``updated`` is the day of the latest change, also where there is no entry; ``rights`` names the licence.
    """

    id: str
    title: str
    author: str
    language: str
    updated: date
    address: str
    page: str
    rights: str = ""
    entries: Sequence[FeedEntry] = ()


def write_atom(feed: Feed) -> bytes:
    """Write a feed as XML; characters that XML cannot hold become U+FFFD, and a day begins at midnight UTC."""
    root = ElementTree.Element(_name("feed"), {"xml:lang": feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _write_time(feed.updated))
    _add(_add(root, "author"), "name", feed.author or feed.title)
    _add(root, "link", rel="self", type=ATOM.media_type, href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", hreflang=feed.language, href=feed.page)
    if feed.rights:
        _add(root, "rights", feed.rights)
    for entry in feed.entries:
        item = _add(root, "entry")
        _add(item, "id", entry.id)
        _add(item, "title", entry.title)
        _add(item, "updated", _write_time(entry.updated))
        _add(item, "link", rel="alternate", type="text/html", href=entry.address)
        _add(item, "summary", entry.summary)
    written: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return finish_xml(written, "")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, _name(name), {key: _clean(value) for key, value in attributes.items()})
    if text:
        element.text = _clean(text)
    return element


def _name(local: str) -> str:
    return f"{{{_NAMESPACE}}}{local}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _write_time(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
