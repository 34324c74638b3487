"""A clause, a chart and a network stand in pages of others: small, credited, and nothing else of the site with them."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from support.servers import open_client
from ukfr_graph.site.embedding import Frame, find_frame

CLIENT = open_client()
PAGE = {"Accept": "text/html"}
CLAUSE = "/embed/clause/uk-fr-2016-08-30/children-to-uk"
FRAMED = (
    CLAUSE,
    "/embed/chart/outcomes",
    "/embed/chart/money",
    "/embed/chart/series",
    "/embed/network?projection=actor-actor",
)
IRI = "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/children-to-uk"


def read(server: str, path: str) -> httpx.Response:
    return CLIENT.get(server + path, headers=PAGE)


@pytest.mark.parametrize("path", FRAMED)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_for_frames_may_stand_in_one_and_has_no_more_than_it_shows(
    server: str, path: str, language: str
) -> None:
    answer = read(server, f"{path}{'&' if '?' in path else '?'}lang={language}&at=2020-01-01")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "set-cookie" not in answer.headers
    assert not re.search("<(?:nav|form|script|button|iframe)", answer.text)
    assert len(answer.content) < 60_000
    assert "CC BY 4.0" in answer.text
    assert "https://w3id.org/ukfr/" in answer.text
    (whole,) = re.findall('<a href="([^"]*)">(?:The whole page|Toute la page)</a>', answer.text)
    assert read(server, html.unescape(whole)).status_code == 200
    for drawing in re.findall('<img src="([^"]*)"', answer.text):
        assert CLIENT.get(server + html.unescape(drawing)).headers["content-type"] == "image/svg+xml"


def test_no_other_page_may_stand_in_a_frame(server: str) -> None:
    for path in ("/", "/outcomes", "/doc/clause/uk-fr-2016-08-30/children-to-uk", "/embed/clause/a/b", "/graph"):
        assert "frame-ancestors 'none'" in read(server, path).headers["content-security-policy"], path


def test_a_clause_is_shown_with_its_words_and_what_became_of_it(server: str) -> None:
    page = read(server, CLAUSE + "?lang=fr").text
    assert '<blockquote lang="en"><p>bring unaccompanied asylum seeking children to the UK' in page
    assert "Faire venir au Royaume-Uni des mineurs non accompagnés</h1>" in page
    assert "accompli en partie" in page
    assert f"<code>{IRI}</code>" in page


def test_a_chart_is_shown_as_it_was_chosen_in_the_language_of_the_frame(server: str) -> None:
    page = read(server, "/embed/chart/outcomes?verdict=done&at=2020-01-01&lang=fr").text
    assert "1er janvier 2020" in page
    assert "Of 10 promises" not in page
    assert 'href="/outcomes?at=2020-01-01&amp;verdict=done"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/embed/clause/uk-fr-2016-08-30/nope", "/embed/clause/nope/children-to-uk", "/embed/clause/..%2f..%2fa/b",
        "/embed/chart/home", "/embed/chart/%3Cscript%3E", "/embed/clause/%3Cscript%3E/x",
    ],
)  # fmt: skip
def test_what_there_is_not_is_not_found_and_not_repeated_as_html(server: str, path: str) -> None:
    answer = read(server, path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("page", "frame"),
    [
        ("/doc/clause/uk-fr-2016-08-30/children-to-uk", CLAUSE), ("/outcomes?verdict=done", "/embed/chart/outcomes"),
        ("/graph?projection=actor-actor", "/embed/network"), ("/series", "/embed/chart/series"),
    ],
)  # fmt: skip
def test_a_page_offers_its_frame_and_leads_to_how_others_show_it(server: str, page: str, frame: str) -> None:
    text = read(server, page).text
    (offered,) = re.findall('<textarea[^>]*id="frame-html"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    (source,) = re.findall('src="([^"]*)"', html.unescape(offered))
    assert source.startswith(server + frame)
    assert read(server, html.unescape(source).removeprefix(server)).status_code == 200
    (link,) = re.findall('type="application/json\\+oembed"[^>]*\\s*href="([^"]*)"', text)
    told = CLIENT.get(urljoin(server, html.unescape(link))).json()
    assert (told["version"], told["type"]) == ("1.0", "rich")
    assert told["html"].startswith(f'<iframe src="{server}{frame}')
    assert told["title"] in html.unescape(told["html"])


def ask(server: str, url: str, **more: str | int) -> httpx.Response:
    return CLIENT.get(server + "/oembed", params={"url": url, **more})


@pytest.mark.parametrize(
    "fragment", ["id/clause/uk-fr-2016-08-30/children-to-uk", "statements/uk-fr-2016-08-30#clause-children-to-uk"]
)
def test_a_page_is_known_by_its_permanent_address_and_by_its_own(server: str, fragment: str) -> None:
    for top in ("https://w3id.org/ukfr/", server + "/"):
        told = ask(server, top + fragment, maxwidth=300, maxheight=200).json()
        assert (told["width"], told["height"]) == (300, 200)
        assert 'width="300" height="200"' in told["html"]
        assert told["title"].startswith("Bring unaccompanied children to the UK")
        assert told["provider_url"] == server + "/"


def test_it_is_told_as_xml_too_and_in_the_language_of_the_page(server: str) -> None:
    answer = ask(server, server + "/outcomes?lang=fr&verdict=done", format="xml")
    assert answer.headers["content-type"].startswith("text/xml")
    root = etree.fromstring(answer.content)
    assert root.tag == "oembed"
    source = urlsplit(re.findall('src="([^"]*)"', root.findtext("html") or "")[0].replace("&amp;", "&"))
    assert parse_qs(source.query) == {"verdict": ["done"], "lang": ["fr"]}
    assert "promesses" in (root.findtext("title") or "")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/outcomes", "//evil.example/outcomes", "javascript:alert(1)", "", "outcomes",
        "https://w3id.org/ukfr.evil.example/outcomes", "https://w3id.org/ukfr/id/place/calais", "http://[",
        "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/nope", "https://w3id.org/ukfr/id/clause/%2e%2e/x",
        "https://w3id.org/ukfr/embed/chart/outcomes",
    ],
)  # fmt: skip
def test_what_is_not_of_this_site_or_has_no_frame_is_not_found(server: str, url: str) -> None:
    answer = ask(server, url)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("more", "status"), [({"maxwidth": "0"}, 400), ({"maxwidth": "x"}, 400), ({"format": "html"}, 501)]
)
def test_what_is_asked_wrongly_is_said(server: str, more: dict[str, str], status: int) -> None:
    assert ask(server, IRI, **more).status_code == status
    assert CLIENT.get(server + "/oembed").status_code == 400


@given(page=st.text(max_size=60), title=st.text(max_size=40))
def test_no_address_and_no_title_breaks_out_of_the_html_of_a_frame(page: str, title: str) -> None:
    frame = find_frame("/doc/clause/" + page, [("at", title)], "en") or Frame("clause", page)
    written = frame.write("https://example.org" + frame.address, title)
    (element,) = (
        etree.HTML(written.replace("\0", "")).iter("iframe") if title.isprintable() and page.isprintable() else [None]
    )
    assert written.count("<") == 2
    assert written.count('"') == 8
    assert element is None or set(element.attrib) == {"src", "title", "width", "height"}
