"""The addresses of the site's own pages as their readers follow them: every link, header and cookie goes through here.

Rooms write addresses as if the site had a host to itself. ``Places`` says where they really are: under a path, or in
files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders

from ukfr_graph import iris
from ukfr_graph.endpoint.addresses import find_prefix, place
from ukfr_graph.service.gate import is_loopback

PLACES = "ukfr_graph.places"
"""The key of a request's ``Places`` in its ASGI scope."""

_ASKING = ("/sparql", "/editor")
_FRAGMENT_WORDS = 5
_ANCHORS = {"clause": "clause", "quantity": "record-figure", "passage": "passage"}
"""The names of the places of a text, by the kind of thing whose words they have."""
_ATTRIBUTE = re.compile(r'(?<=\s)(href|src|action|data-reading)="(/[^"]*)"')
_LINK = re.compile(r"<(/[^>]*)>")
_DOCUMENT = re.compile("^/doc/")
_COOKIE_PATH = re.compile(r"(?i)(;\s*path=)(/[^;]*)")


@dataclass(frozen=True)
class Offers:
    """Offers of a site beside its pages: data in forms (names of ``query.formats``), answers, search, changes.

    ``has_changes`` is about what has changed since a release; ``doi`` names what is shown, where it has one.
    """

    forms: tuple[str, ...] | None = None
    has_sparql: bool = True
    has_search: bool = True
    has_changes: bool = False
    doi: str = ""

    def has_form(self, name: str) -> bool:
        """Return whether resources are given in a form; a server gives them in all."""
        return self.forms is None or name in self.forms

    def has_page(self, address: str) -> bool:
        """Return whether there is a page, which may need what the site does not offer."""
        return (self.has_sparql or address not in _ASKING) and (self.has_search or address != "/search")


class Places(Protocol):
    """The place of a site; ``base`` is the public address of the site, without a slash at its end."""

    @property
    def base(self) -> str: ...  # noqa: D102

    @property
    def root(self) -> str:
        """The part that the page's scripts put before an address of ours."""

    @property
    def data_root(self) -> str:
        """Return the root of what has no language: scripts and data."""

    @property
    def has_host(self) -> bool:
        """False where the site may be anywhere."""

    @property
    def is_static(self) -> bool:
        """True where the pages are files, with no server behind them."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages that the site has."""

    @property
    def day(self) -> date | None:
        """The day as of which files tell things; a server's pages tell them as of each day."""

    @property
    def offers(self) -> Offers:
        """Return the offers of the site beside its pages."""

    def place(self, address: str) -> str:
        """Return the link that leads from the page to an address; one that is not ours is returned as it is."""

    def name(self, address: str) -> str:
        """Return the whole public address of an address of ours."""


@dataclass(frozen=True)
class ServerPlaces:
    """The addresses of a server at ``base``, which may have a path."""

    base: str
    languages: Sequence[str]
    is_static = False
    has_host = True
    day = None
    offers = Offers(has_changes=True)

    @property
    def root(self) -> str:
        """The path of the base."""
        return find_prefix(self.base)

    data_root = root

    def place(self, address: str) -> str:
        """Put the path of the base before an address of ours."""
        return place(self.base, address)

    def name(self, address: str) -> str:
        """Put the base before an address of ours."""
        return self.base + address


def places_of(request: Request) -> Places:
    """Return where the addresses of the site are, for the page that is asked for."""
    places: Places = request.scope[PLACES]
    return places


def find_base(request: Request) -> str:
    """Return the public address of the site, such as ``https://example.org/ukfr``."""
    return places_of(request).base


def is_public(places: Places) -> bool:
    """Return whether others reach the site: not a server that this machine alone does, nor files that lie anywhere."""
    return places.has_host and not is_loopback(urlsplit(places.base).netloc)


def name_permanent_page(namespace: str, address: str) -> str:
    """Return the permanent address of a page: that of the thing, where it is about one.

    >>> name_permanent_page("https://w3id.org/ukfr/", "/doc/place/calais")
    'https://w3id.org/ukfr/id/place/calais'
    """
    return namespace.rstrip("/") + _DOCUMENT.sub("/id/", address)


def place_html(text: str, places: Places) -> str:
    """Place every address in the attributes of a page; texts and scripts have their quotes escaped, and are left."""
    if not places.root and not places.is_static:
        return text
    return _ATTRIBUTE.sub(lambda m: f'{m[1]}="{escape(places.place(unescape(m[2])))}"', text)


def place_headers(headers: MutableHeaders, scope: Any) -> None:
    """Place the addresses in the headers of a response, and its cookies."""
    places: Places = scope[PLACES]
    if not places.root:
        return
    for name in ("location",) if places.is_static else ("location", "link", "set-cookie"):
        values = headers.getlist(name)
        if values:
            del headers[name]
            for value in values:
                headers.append(name, _place_value(name, value, places))


def _place_value(name: str, value: str, places: Places) -> str:
    match name:
        case "location":
            return places.place(value)
        case "link":
            return _LINK.sub(lambda m: f"<{places.place(m[1])}>", value)
        case _:
            return _COOKIE_PATH.sub(lambda m: m[1] + places.place(m[2]), value)


def find_words(thing: str) -> str:
    """Return the address of the words of a thing in its text: of a clause, a figure, or what is not coded.

    Nothing is returned for an IRI that is none of these of ours.

    >>> find_words("https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/children-to-uk")
    '/statements/uk-fr-2016-08-30#clause-children-to-uk'
    >>> find_words("https://w3id.org/ukfr/id/quantity/uk-fr-2016-08-30/networks-2016")
    '/statements/uk-fr-2016-08-30#record-figure-networks-2016'
    """
    kind, statement, anchor, *_ = (*iris.local_id(thing).split("/", 2), "", "")
    return f"/statements/{quote(statement)}#{_ANCHORS[kind]}-{quote(anchor)}" if kind in _ANCHORS and anchor else ""


def find_fragment(page: str, words: str) -> str:
    """Return the address of words on a page that others published (https://wicg.github.io/scroll-to-text-fragment/).

    Long words are named by their beginning and their end. An address that no browser should follow is none.

    >>> find_fragment("https://www.gov.uk/x", "one, two")
    'https://www.gov.uk/x#:~:text=one%2C%20two'
    """
    if not page.startswith(("https://", "http://")):
        return ""
    found = words.split()
    ends = [found] if len(found) <= 2 * _FRAGMENT_WORDS else [found[:_FRAGMENT_WORDS], found[-_FRAGMENT_WORDS:]]
    text = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{page.partition('#')[0]}#:~:text={text}" if text else page
