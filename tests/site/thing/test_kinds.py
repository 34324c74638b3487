"""What a page tells first of a kind of thing is the template that is called like its class."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from ukfr_graph import iris
from ukfr_graph.resources import templates_folder
from ukfr_graph.site.ontology.terms import read_schema_file


def test_a_template_is_called_like_a_class_of_ours() -> None:
    classes = {
        triple.subject.value.removeprefix(iris.UKFR)  # type: ignore[union-attr]
        for triple in read_schema_file("ukfr.ttl")
        if str(triple.object) == f"<{iris.OWL}Class>" and triple.subject.value.startswith(iris.UKFR)  # type: ignore[union-attr]
    }
    templates = {path.stem for path in (templates_folder() / "thing/kinds").glob("*.html")}
    assert {"Actor", "Instrument", "Quantity"} <= templates <= classes | {"MappingSet"}  # of SSSOM


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("state/france", 'id="member-of-heading"'),  # of an actor
        ("quantity/uk-fr-2016-08-30/networks-2016", "<strong>28</strong>"),  # of a figure
    ],
)
def test_a_page_tells_first_what_its_kind_has(server: str, path: str, words: str) -> None:
    page = httpx.get(f"{server}/doc/{path}", headers={"Accept": "text/html"}, timeout=60).text
    assert words in page


def test_a_set_of_links_has_a_row_for_each(server: str) -> None:
    page = html.fromstring(httpx.get(f"{server}/links/geonames", headers={"Accept": "text/html"}, timeout=60).text)
    rows = page.xpath("//section[@aria-labelledby='mappings-heading']//tbody/tr")
    (calais,) = (row for row in rows if row.xpath("th/a[@href='/doc/place/calais']"))
    links = ["https://sws.geonames.org/3029162/", "https://www.geonames.org/3029162"]
    assert [link for link in calais.xpath("td/a/@href") if "geonames" in link] == links
    assert "3029162" in calais.text_content()
    assert page.xpath(f"//*[@id='{calais.get('id')}']") == [calais]
