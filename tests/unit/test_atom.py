"""A feed is Atom whatever it tells of: every element that RFC 4287 requires, and XML that any reader takes."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ukfr_graph.site.atom import Feed, FeedEntry, write_atom

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = date(2026, 11, 29)
PAGE = "https://example.org/changes"


def make_feed(title: str, entries: list[FeedEntry]) -> Feed:
    return Feed("https://w3id.org/ukfr/changes", title, "The authors", "fr", DAY, PAGE + ".atom", PAGE, "CC", entries)


def test_a_feed_has_what_the_format_requires_and_leads_to_itself_and_to_the_page() -> None:
    entry = FeedEntry("https://w3id.org/ukfr/changes/b", "Two clauses & more", "Told <whole>.", DAY, PAGE + "#b")
    root = etree.fromstring(write_atom(make_feed("Changes", [entry])))
    assert root.tag == ATOM + "feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert root.findtext(ATOM + "id") == "https://w3id.org/ukfr/changes"
    assert root.findtext(ATOM + "updated") == "2026-11-29T00:00:00Z"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "The authors"
    links = {link.get("rel"): (link.get("type"), link.get("href")) for link in root.findall(ATOM + "link")}
    assert links == {"self": ("application/atom+xml", PAGE + ".atom"), "alternate": ("text/html", PAGE)}
    (found,) = root.findall(ATOM + "entry")
    assert [child.tag.removeprefix(ATOM) for child in found] == ["id", "title", "updated", "link", "summary"]
    assert found.findtext(ATOM + "title") == "Two clauses & more"
    assert found.findtext(ATOM + "summary") == "Told <whole>."


@given(text=st.text(max_size=80), address=st.text(max_size=40))
def test_any_text_is_told_in_well_formed_xml(text: str, address: str) -> None:
    entry = FeedEntry("https://w3id.org/ukfr/changes/b", text, text, DAY, address)
    root = etree.fromstring(write_atom(make_feed(text, [entry])))
    told = root.findtext(f"{ATOM}entry/{ATOM}summary") or ""
    assert len(told) == len(text)
    assert all(a in (b, "\ufffd") for a, b in zip(told, text, strict=True))
