"""The guides as pages: nothing of theirs is HTML, and no link of theirs is dead."""

from __future__ import annotations

import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from ukfr_graph.resources import data_folder, guides_folder
from ukfr_graph.site.guides.markdown import list_guides, write_page

NAMES = [name for name, _ in list_guides(has_bundled=True)]


def test_every_guide_is_listed_and_is_a_page_with_its_own_title(server: str) -> None:
    listed = html.fromstring(httpx.get(server + "/guides").text).xpath("//main//li/a")
    assert [a.get("href") for a in listed] == [f"/guides/{name}" for name in NAMES]
    assert {"codebook", "openrefine", "queries"} <= set(NAMES)
    for name, title in list_guides(has_bundled=True):
        page = html.fromstring(httpx.get(f"{server}/guides/{name}").text)
        assert page.xpath("string(//h1)").strip() == title.replace("`", "")


def test_no_link_of_a_guide_is_dead(server: str) -> None:
    found = {(name, to) for name in NAMES for to in _links(server, f"/guides/{name}")}
    assert len(found) > 20
    for name, to in found:
        path, _, anchor = to.partition("#")
        answer = httpx.get(server + (path or f"/guides/{name}"), follow_redirects=True, headers={"Accept": "text/html"})
        assert answer.status_code == 200, (name, to)
        assert not anchor or html.fromstring(answer.text).xpath("//*[@id=$id]", id=anchor), (name, to)


def _links(server: str, path: str) -> list[str]:
    page = html.fromstring(httpx.get(server + path).text)
    return [to for to in page.xpath("//article//a/@href") if not to.startswith(("https://", "http://", "mailto:"))]


@pytest.mark.parametrize("name", ["../README", "nope", "coding/../../README", "%2e%2e/README", "pictures"])
def test_what_is_no_guide_is_not_found(server: str, name: str) -> None:
    assert httpx.get(f"{server}/guides/{name}").status_code == 404


@given(st.text(max_size=200))
def test_no_text_brings_html_of_its_own(text: str) -> None:
    body = str(write_page(f"{text}<script>alert(1)</script>", lambda link: link).body)
    assert "<script" not in body


def test_the_codebook_quotes_the_statement_as_it_stands() -> None:
    text = " ".join((data_folder() / "sources/govuk-2016-08-30/text.txt").read_text("utf-8").split()).replace(
        "\u2019", "'"
    )
    codebook = " ".join((guides_folder() / "codebook.md").read_text("utf-8").split())
    quotes = [quote for quote in re.findall("“([^”]+)”", codebook) if len(quote.split()) > 4 and "…" not in quote]
    made_up = {
        "we intend to open an office", "we hope that an office will open", "at least 3 and up to 5", "no pledge has a deadline",
    }  # fmt: skip
    assert len(quotes) > 10
    assert [quote for quote in quotes if quote not in text and quote not in made_up] == []
