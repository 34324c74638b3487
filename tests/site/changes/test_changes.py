"""What has changed between two versions that a server keeps: as a page, a feed that any reader takes, and triples."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import httpx
import pyoxigraph as ox
import pytest
from lxml import etree

from ukfr_graph import iris
from ukfr_graph.build import Built, write_dataset
from ukfr_graph.service.start import make_service
from ukfr_graph.settings import Settings
from ukfr_graph.site.addresses import PLACES, ServerPlaces
from ukfr_graph.site.app import Site
from ukfr_graph.store import install_dataset, staging_folder
from ukfr_graph.triples import node

ATOM = "{http://www.w3.org/2005/Atom}"
PLACE = iris.ID + "place/calais"
Answers: TypeAlias = dict[str, httpx.Response]
PATHS = ("/changes", "/changes?lang=fr", "/changes.atom", "/changes.atom?lang=fr", "/changes.rdfp", "/")


def ask(dataset: Path) -> Answers:
    """Ask the site itself, without a server, for all the paths."""

    async def read() -> Answers:
        service = make_service(Settings(dataset=dataset))
        await service.pool.start()
        try:
            site, places = Site(service), ServerPlaces("https://example.org/ukfr", ("en", "fr"))
            transport = httpx.ASGITransport(app=lambda scope, *rest: site({**scope, PLACES: places}, *rest))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as client:
                return {path: await client.get(path, headers={"Accept": "text/html"}) for path in PATHS}
        finally:
            service.pool.stop()

    return asyncio.run(read())


@pytest.fixture(scope="module")
def answers(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """The answers of a server whose version before called a place otherwise, and had one label more."""
    root = tmp_path_factory.mktemp("changed") / "out"
    root.mkdir()
    older, gone = "The old name", node(iris.ID + "place/gone")
    renamed = {
        ox.Triple(t.subject, t.predicate, ox.Literal(older, language="en"))
        if t.subject == node(PLACE) and t.predicate == node(iris.RDFS + "label") and t.object.language == "en"  # type: ignore[union-attr]
        else t
        for t in built.graphs[iris.ENTITIES_GRAPH]
    }
    renamed |= {ox.Triple(gone, node(iris.RDFS + "label"), ox.Literal("Gone & away", language="en"))}
    before = replace(built, graphs={**built.graphs, iris.ENTITIES_GRAPH: frozenset(renamed)})
    for version in (before, built):
        with staging_folder(root) as staging:
            write_dataset(version, staging)
            install_dataset(staging, root)
    yield ask(root)


def read_feed(answer: httpx.Response) -> etree._Element:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return etree.fromstring(answer.content)


def test_the_page_tells_records_that_changed_from_those_that_are_gone(answers: Answers) -> None:
    page = answers["/changes"].text
    changed, gone = page.partition("Gone <span")[0], page.partition("Gone <span")[2]
    assert 'href="/ukfr/doc/place/calais"' in changed
    assert "Gone &amp; away" in gone
    assert "Retiré" in answers["/changes?lang=fr"].text


def test_the_feed_has_an_entry_for_the_version_and_for_each_record(answers: Answers) -> None:
    for path, language in (("/changes.atom", "en"), ("/changes.atom?lang=fr", "fr")):
        feed = read_feed(answers[path])
        entries = feed.findall(ATOM + "entry")
        assert len(entries) == 3
        ids = [entry.findtext(ATOM + "id") for entry in entries]
        assert len(set(ids)) == 3
        assert all(str(name).startswith("urn:uuid:") for name in ids)
        assert [entry.find(ATOM + "link").get("href") for entry in entries[1:]] == [PLACE, iris.ID + "place/gone"]
        for element in (feed, *entries):
            assert datetime.fromisoformat(str(element.findtext(ATOM + "updated"))).tzinfo
        (own,) = [link.get("href") for link in feed.findall(ATOM + "link") if link.get("rel") == "self"]
        assert own == f"https://example.org/ukfr/changes.atom?lang={language}"


def test_every_page_leads_to_the_feed(answers: Answers) -> None:
    head = answers["/"].text.partition("</head>")[0]
    assert '<link rel="alternate" type="application/atom+xml"' in head
    assert 'href="/ukfr/changes.atom"' in head


def test_the_triples_are_a_patch(answers: Answers) -> None:
    lines = answers["/changes.rdfp"].text.splitlines()
    assert [line[:2] for line in lines if line[:2] in ("A ", "D ")] == ["D ", "D ", "A "]
    assert any("The old name" in line for line in lines)


def test_without_a_version_before_the_feed_has_the_version_alone(server: str) -> None:
    feed = read_feed(httpx.get(server + "/changes.atom"))
    assert len(feed.findall(ATOM + "entry")) == 1
    assert httpx.get(server + "/changes", headers={"Accept": "text/html"}).status_code == 200
    assert httpx.get(server + "/changes.rdfp").status_code == 404


def test_a_plain_endpoint_offers_no_changes(plain: str) -> None:
    assert "changes.atom" not in httpx.get(plain + "/", headers={"Accept": "text/html"}).text.partition("</head>")[0]
