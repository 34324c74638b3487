"""Pages of the site that a text asks for: what one can do here, and the guides, by words that people use for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ukfr_graph.messages import load_messages
from ukfr_graph.site.guides.markdown import list_guides, list_headings
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.word_forms import split_words, stems, stop_words

_MOST = 3
_SHORTEST = 3  # letters of a word of a guide's headings that says what it is about
_ANY = _("this page site website dataset data graph use get here work")
"""Words that may stand beside those of any page."""


@dataclass(frozen=True)
class SitePage:
    """A page: its address, its title, and words that ask for it."""

    address: str
    title: str
    words: str


@dataclass(frozen=True)
class FoundPage:
    """A page with its title in a language, the words that ask for it, and ``others`` that may stand beside them."""

    address: str
    title: str
    language: str
    words: frozenset[str]
    others: frozenset[str]


_PAGES = (
    SitePage("/#cite", _("How to cite the dataset"), _("cite citation reference bibliography bibtex ris zotero doi")),
    SitePage(
        "/export", _("Downloads"),
        _("download downloads export file files dump csv excel xlsx spreadsheet json rdf turtle whole everything"),
    ),
    SitePage("/sparql", _("Ask in SPARQL"), _("sparql query queries endpoint workbench editor")),
    SitePage("/queries", _("All questions"), _("questions question ask saved examples faq")),
    SitePage("/docs", _("API documentation"), _("api rest openapi documentation developer program")),
    SitePage("/guides/finding", _("In a terminal"), _("terminal command line commands cli shell console curl")),
    SitePage("/graph", _("The graph"), _("graph network drawing visualisation visualization diagram connections")),
    SitePage("/timeline", _("Timeline"), _("timeline chronology dates in force over time")),
    SitePage("/places", _("Places"), _("map places geography")),
    SitePage("/compare", _("Compare"), _("compare comparison side by versus")),
    SitePage("/changes", _("Changes"), _("changes new news feed rss atom version versions updates")),
    SitePage(
        "/about", _("How this was made, and how far to trust it"),
        _("about method methodology trust reliable reliability coded coding who made author authors limits bias"),
    ),
    SitePage(
        "/about#errors", _("Report an error"), _("report error mistake wrong correct correction contact feedback")
    ),
    SitePage("/guides", _("Guides"), _("guides guide help manual tutorial documentation")),
    SitePage("/ontology", _("Ontology"), _("ontology schema vocabulary classes properties terms owl shacl")),
)  # fmt: skip


def find_pages(text: str, language: str, *, has_bundled: bool) -> list[FoundPage]:
    """Find the pages that have all telling words of a text, those of fewer other words first.

    ``has_bundled`` is of the dataset's profile.
    """
    asked = _read(text)
    if not asked:
        return []
    found = [
        page
        for page in (*_list_pages(language), *_list_guides(has_bundled))
        if not asked.isdisjoint(page.words) and asked <= page.words | page.others
    ]
    return sorted(found, key=lambda page: len(page.words))[:_MOST]


@lru_cache(maxsize=8)
def _list_pages(language: str) -> list[FoundPage]:
    gettext = load_messages(language).gettext
    others = _read(f"{_ANY} {gettext(_ANY)}")
    return [
        FoundPage(page.address, gettext(page.title), language, _read(f"{page.words} {gettext(page.words)}"), others)
        for page in _PAGES
    ]


@lru_cache(maxsize=2)
def _list_guides(has_bundled: bool) -> list[FoundPage]:
    return [
        FoundPage(f"/guides/{name}", title, "en", _read(f"{name} {title}"), _read(" ".join(list_headings(name))))
        for name, title in list_guides(has_bundled)
    ]


def _read(text: str) -> frozenset[str]:
    """Read the telling words of a text, by their stems."""
    words = [word for word in split_words(text) if word not in stop_words() and len(word) >= _SHORTEST]
    return frozenset(stem for word in words for stem in stems(word)[:1])
