"""The file that an address of the site becomes, and the relative links between files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ukfr_graph.analysis.network_parameters import NetworkRequest
from ukfr_graph.endpoint.addresses import find_prefix
from ukfr_graph.query.exports import find_graph_file
from ukfr_graph.site import citation
from ukfr_graph.site.addresses import Offers
from ukfr_graph.site.charts import CHART_FORMS
from ukfr_graph.site.negotiation import GRAPH_VARIANTS, Variant, variants_of
from ukfr_graph.site.question.page import LIST_VARIANTS, QUERY_TEXT
from ukfr_graph.site.rendering import LANGUAGE_COOKIE

_VARIANTS: tuple[Variant, ...] = (
    *GRAPH_VARIANTS, *variants_of("solutions"), *variants_of("boolean"), *citation.FORMS, LIST_VARIANTS[0],
    QUERY_TEXT, *CHART_FORMS,
)  # fmt: skip
_CHOICES = ("_mediatype", "format", "_profile", LANGUAGE_COOKIE)
_FOLDERS = ("/static/", "/export/")
THINGS = ("/doc/", "/vocab/", "/links/")
"""The beginnings of the addresses of resources, whose names may end as those of files do."""
_NAMED = (*THINGS, "/statements/")
_QUERIES = "/queries/"  # whose answers have no language, as charts have
_SUFFIXES = (".css", ".svg", ".jsonld", ".ico", ".png", ".atom", ".rdfp")
_WORDED = (".svg", ".atom")  # and so in each language
_PAGE = ".html"
PACKED = ".gz"
"""The end of the name of a file that is packed by gzip."""
_SAFE = "/:@!$&'()*+,;=~-._"
_RENAMED = {"/editor": "/sparql"}
_ICON = "/icon.svg"
_RECORD = re.compile(r"(/statements/[^/]+/records)/([^/]+)")
_GRAPH_STORE, _NETWORK = "/graph-store", "/export/network"
TERMS = "/editor/terms"
"""The terms as the workbench's script reads them."""


@dataclass(frozen=True)
class Asked:
    """A request to the application, to make a file: a page in a language, or data in a format."""

    path: str
    query: str
    accept: str
    language: str


@dataclass(frozen=True)
class Place:
    """A file of the site, what it is made of, and the query and fragment of a link to it."""

    file: str
    asked: Asked
    query: str = ""
    fragment: str = ""


@dataclass(frozen=True)
class Layout:
    """The files of a site in ``languages``; the first one's pages lie at the top, the others' in a folder each.

    A page is ``x.html``, and data beside it ``x.ttl``, so that any host serves both with the right type.
    """

    languages: tuple[str, ...]

    @lru_cache(maxsize=20_000)  # noqa: B019  # a site has one layout
    def locate(self, address: str, language: str) -> Place:
        """Find the file of an address of ours, for a page in a language."""
        parts = urlsplit(address)
        path = _RENAMED.get(parts.path, parts.path)
        given = parse_qsl(parts.query, keep_blank_values=True)
        chosen = dict(given)
        kept = urlencode([(name, value) for name, value in given if name not in _CHOICES])
        language = chosen.get(LANGUAGE_COOKIE, language)
        form = chosen.get("_mediatype", chosen.get("format", ""))
        variant = _find_variant(form) if form else None
        name, first = unquote(path).lstrip("/"), self.languages[0]  # in which there is what has no language
        if path == _GRAPH_STORE and "graph" in chosen:
            return self.locate("/export/" + find_graph_file(chosen["graph"]), language)
        if path == _NETWORK:
            return _locate_network(given, first)
        if path == TERMS:
            return Place(f"{name}.json", Asked(path, "", "application/json", first))
        if record := _RECORD.fullmatch(path):  # one of many that differ in a few words: they share a page
            return replace(self.locate(record[1], language), fragment=f"record-{record[2]}")
        if path.startswith(_FOLDERS):
            name += PACKED if name.endswith(".wasm") else ""  # hosts do not pack it, and the browser can unpack it
            return Place(name, Asked(path, "", "*/*", first), "", parts.fragment)
        if variant:
            told = language if variant in CHART_FORMS and not path.startswith(_QUERIES) else first
            asked = Asked(path, urlencode({"format": variant.name}), variant.media_type, told)
            return Place(f"{self.folder(told)}{name}.{variant.name}", asked, "", parts.fragment)
        if path.endswith(_SUFFIXES) and not path.startswith(_NAMED):
            told = language if path.endswith(_WORDED) and path != _ICON else first
            return Place(self.folder(told) + name, Asked(path, "", "*/*", told), "", parts.fragment)
        if name.endswith("/") and name:
            return Place(self.folder(language) + name, Asked(path, "", "", language), kept, parts.fragment)
        page = f"{self.folder(language)}{name or 'index'}{_PAGE}"
        return Place(page, Asked(path, "", "text/html", language), kept, parts.fragment)

    def folder(self, language: str) -> str:
        """Return the folder of the pages in a language, with a slash at its end; empty for the first language."""
        return "" if language == self.languages[0] else f"{language}/"

    def name_first(self, file: str) -> str:
        """Return the name that a page has in the first language.

        >>> Layout(("en", "fr")).name_first("fr/doc/place/calais.html")
        'doc/place/calais.html'
        """
        folder, _, rest = file.partition("/")
        return rest if folder in self.languages[1:] else file


def _find_variant(form: str) -> Variant | None:
    """Find a format by its name or media type; one that is sent as this type before one that may be."""
    return next((v for v in _VARIANTS if form in (v.name, v.media_type)), None) or next(
        (v for v in _VARIANTS if form in v.media_types), None
    )


def _locate_network(given: Sequence[tuple[str, str]], language: str) -> Place:
    """Find the file of a network: of a projection as a whole, or of an answer, in a format."""
    kept = {name: value for name, value in given if name in ("projection", "saved", "format") and value}
    kept = {"format": "json", **({} if "saved" in kept else {"projection": NetworkRequest.projection}), **kept}
    file = f"export/network/{'-'.join(kept[name] for name in ('saved', 'projection') if name in kept)}.{kept['format']}"
    return Place(file, Asked(_NETWORK, urlencode(kept), "*/*", language))


@dataclass(frozen=True)
class FilePlaces:
    """The addresses of the site as a page in ``file`` links to them: relative, or below ``top`` where that is given.

    ``found`` is told of every file that is linked to.
    """

    layout: Layout
    base: str
    file: str
    language: str
    found: Callable[[Place], object]
    day: date | None
    top: str = ""
    offers: Offers = field(default_factory=Offers)
    has_host: bool = True
    is_static = True

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the site."""
        return self.layout.languages

    @property
    def root(self) -> str:
        """The folder of the pages in this page's language."""
        return self._link(self.layout.folder(self.language) or "./").rstrip("/")

    @property
    def data_root(self) -> str:
        """The folder of what has no language: scripts and data."""
        return self._link("./").rstrip("/")

    def place(self, address: str) -> str:
        """Return the link that leads from the page to the file of an address."""
        if not address.startswith("/") or address.startswith("//"):
            return address
        place = self.layout.locate(address, self.language)
        if place.asked.accept:
            self.found(place)
        link = self._link(place.file)
        link += f"?{place.query}" if place.query else ""
        return link + (f"#{place.fragment}" if place.fragment else "")

    def name(self, address: str) -> str:
        """Return the whole address of the file of an address of ours."""
        place = self.layout.locate(address, self.language)
        return f"{self.base}/{quote(place.file, safe=_SAFE)}" + (f"?{place.query}" if place.query else "")

    def _link(self, file: str) -> str:
        if self.top:
            return find_prefix(self.top) + "/" + quote(file.removeprefix("./"), safe=_SAFE)
        return _relate(posixpath.dirname(self.file), file)


@lru_cache(maxsize=20_000)
def _relate(folder: str, file: str) -> str:
    """Return the relative link from a folder to a file, or to a folder that ends with a slash."""
    link = quote(posixpath.relpath(file, folder or "."), safe=_SAFE)
    return link + "/" if file.endswith("/") else link
