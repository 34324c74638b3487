"""Every page says what it is to search engines and to those who share it, by addresses that no stranger chooses."""

from __future__ import annotations

import html
import json
import re
from io import BytesIO

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ukfr_graph.site.sharing import cut_text, find_lead

PEOPLE = {"Accept": "text/html"}
STATEMENT = "/statements/uk-fr-2016-08-30"
CLAUSE = "/doc/clause/uk-fr-2016-08-30/children-to-uk"
PAGES = (
    "/", "/about", STATEMENT, CLAUSE, "/doc/instrument/dublin-iii", "/doc/place/calais", "/vocab/topic", "/outcomes",
    "/money", "/series", "/timeline", "/compare", "/graph", "/queries", "/queries/money", "/search?q=asylum", "/guides",
    "/guides/codebook", "/ontology", "/catalog", "/export",
)  # fmt: skip


def read_head(server: str, path: str, **options: str) -> str:
    return httpx.get(server + path, headers={**PEOPLE, **options}, timeout=60).text.partition("</head>")[0]


def read_meta(head: str, name: str) -> list[str]:
    return [html.unescape(v) for v in re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', head)]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_describes_itself_once_and_names_itself_for_good(server: str, path: str) -> None:
    head = read_head(server, path, Host="evil.example")
    (description,) = read_meta(head, "description")
    assert 10 < len(description) <= 300
    assert read_meta(head, "og:description") == [description]
    (title,) = read_meta(head, "og:title")
    assert title and "ukfr-graph" not in title
    (canonical,) = re.findall('<link rel="canonical" href="([^"]*)">', head)
    assert canonical == "https://w3id.org/ukfr" + path.replace("/doc/", "/id/")
    assert read_meta(head, "og:url") == [canonical]
    assert "evil.example" not in head
    assert head.count('application/ld+json">') <= 1
    languages = dict(re.findall('<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', head))
    assert {code: html.unescape(link) for code, link in languages.items()} == {
        code: f"{path}{'&' if '?' in path else '?'}lang={code}" for code in ("en", "fr")
    }


def test_descriptions_are_in_the_language_of_the_page_and_of_this_page(server: str) -> None:
    told = {path: read_meta(read_head(server, path, **{"Accept-Language": "fr"}), "description")[0] for path in PAGES}
    english = {path: read_meta(read_head(server, path), "description")[0] for path in PAGES}
    assert not [path for path in PAGES if told[path] == english[path]]
    assert len(set(english.values())) >= len(PAGES) - 1  # home and what it is about may say the same


def test_how_a_page_is_shown_is_no_part_of_its_canonical_address_and_what_was_chosen_is(server: str) -> None:
    head = read_head(server, "/outcomes?verdict=done&at=2017-01-01&lang=fr&utm_source=x")
    assert '<link rel="canonical" href="https://w3id.org/ukfr/outcomes?verdict=done">' in head


def test_what_is_not_there_is_for_no_index_and_has_no_address(server: str, plain: str) -> None:
    for head in (read_head(server, "/nothing"), read_head(server, "/doc/nothing"), read_head(plain, "/")):
        assert read_meta(head, "robots") == ["noindex"]
        assert "canonical" not in head
        assert "og:" not in head


def read_structured(server: str, path: str) -> dict[str, object]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', read_head(server, path), re.DOTALL)
    told: dict[str, object] = json.loads(found)
    return told


def test_schema_org_tells_data_law_and_other_works_apart(server: str) -> None:
    for path in ("/", "/about", "/catalog"):
        assert read_structured(server, path)["@type"] == "Dataset"
    law = read_structured(server, "/doc/instrument/dublin-iii")["mainEntity"]
    assert isinstance(law, dict)
    assert (law["@type"], law["legislationDate"]) == ("Legislation", "2013-06-26")
    statement = read_structured(server, STATEMENT)
    assert statement["@type"] == "CreativeWork"
    assert statement["@id"] == "https://w3id.org/ukfr/id/statement/uk-fr-2016-08-30"
    assert statement["dateCreated"] == "2016-08-30"


def test_the_mark_is_at_the_addresses_that_are_asked_for_without_a_link(server: str) -> None:
    icon = httpx.get(server + "/favicon.ico")
    assert icon.headers["content-type"] == "image/vnd.microsoft.icon"
    assert Image.open(BytesIO(icon.content)).size == (32, 32)
    assert Image.open(BytesIO(httpx.get(server + "/icon.png").content)).size == (512, 512)


@given(st.text())
def test_any_text_is_cut_to_one_short_line(text: str) -> None:
    cut = cut_text(text)
    assert len(cut) <= 300
    assert cut == " ".join(cut.split())
    assert find_lead(f'<p class="lead">{html.escape(text)}</p>') == cut_text(html.unescape(html.escape(text)))
