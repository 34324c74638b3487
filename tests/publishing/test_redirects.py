"""The rules for w3id.org, in Debian's Apache: each IRI leads to the form that is accepted, and to a file of the site."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from support.proxies import read_example, write_apache, write_nginx
from support.servers import free_port
from ukfr_graph.publishing.redirects import list_rooms, write_netlify, write_w3id

SITE = "https://example.org/graph"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ROOMS = ("outcomes", "queries", "statements")
CALAIS, TOPIC = "id/place/calais", "vocab/topic/asylum"


TARGETS = [
    (CALAIS, BROWSER, "doc/place/calais.html"), (CALAIS, "*/*", "doc/place/calais.html"),
    (CALAIS, "text/turtle", "doc/place/calais.ttl"), (CALAIS, "application/ld+json", "doc/place/calais.jsonld"),
    (CALAIS, "application/n-triples", "doc/place/calais.ttl"), (CALAIS, "application/rdf+xml", "doc/place/calais.ttl"),
    (CALAIS, "text/turtle, application/rdf+xml;q=0.5", "doc/place/calais.ttl"),
    (CALAIS, "application/ld+json, text/turtle;q=0.5", "doc/place/calais.jsonld"),
    (CALAIS, "text/html, text/turtle;q=0.1", "doc/place/calais.html"),
    (TOPIC, "text/turtle", "vocab/topic/asylum.ttl"), (TOPIC, BROWSER, "vocab/topic/asylum.html"),
    ("vocab/topic", "application/ld+json", "vocab/topic.jsonld"), ("ontology", "text/turtle", "ontology.ttl"),
    ("ontology", BROWSER, "ontology.html"), ("ontology/0.2.0", "text/turtle", "ontology.ttl"),
    ("ontology/alignments/prov", BROWSER, "ontology/alignments/prov.html"), ("shapes", "text/turtle", "shapes.ttl"),
    ("links/cets", "text/turtle", "links/cets.ttl"), ("graph/entities", "*/*", "export/rdf/graphs/entities.ttl.gz"),
    ("outcomes?verdict=done", BROWSER, "outcomes.html?verdict=done"),
    ("statements/uk-fr-2016-08-30", BROWSER, "statements/uk-fr-2016-08-30.html"),
    ("queries/office-holders?day=2016-08-30&version=x", BROWSER, "queries/office-holders.html?day=2016-08-30&version=x"),
    ("context.jsonld", "application/ld+json", "context.jsonld"), (".well-known/void", "*/*", ".well-known/void.ttl"),
    ("catalog", "*/*", "catalog.ttl"), ("", BROWSER, "index.html"),
]  # fmt: skip
"""Path, what is accepted, and the file of the site."""
DOTTED = ("statements/no.is-2021/records", BROWSER, "statements/no.is-2021/records.html")


@contextmanager
def run(command: list[str], url: str) -> Iterator[str]:
    """Run a server until it is no longer asked; it answers when this goes on."""
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            httpx.get(url)
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def w3id(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("w3id")
    (folder / "htdocs/ukfr").mkdir(parents=True)
    (folder / "htdocs/ukfr/.htaccess").write_text(write_w3id(SITE, ("ttl", "jsonld"), ROOMS))
    port = free_port()
    site = (
        f"DocumentRoot {folder}/htdocs\n<Directory {folder}/htdocs>\nAllowOverride All\nRequire all granted\n"
        "Options FollowSymLinks\n</Directory>\n"
    )
    with run(write_apache(folder, port, site, "rewrite", "dir"), f"http://127.0.0.1:{port}/ukfr/") as url:
        yield url


@pytest.mark.programs
def test_nginx_gives_files_as_the_guide_says(small: Path, tmp_path: Path) -> None:
    port = free_port()
    example = read_example("nginx", Path(__file__).parents[2] / "docs/publishing.md")
    site = example.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/site", str(small))
    with run(write_nginx(tmp_path, site), f"http://127.0.0.1:{port}/") as url:
        for path, media_type in (
            ("doc/state/norland", "text/html"), ("es/", "text/html"), ("style.css", "text/css"),
            ("doc/state/norland.ttl", "text/turtle"), ("doc/state/norland.jsonld", "application/ld+json"),
        ):  # fmt: skip
            found = httpx.get(url + path)
            assert (found.status_code, found.headers["content-type"]) == (200, media_type), path
        led = httpx.get(url + "id/state/norland")
        assert (led.status_code, led.headers["location"].removeprefix(url)) == (303, "doc/state/norland.html")
        for path in ("nowhere", "id/x%0d", "id/x%0d%0aX-Other:1", "id/a%20b"):
            assert httpx.get(url + path).status_code == 404
        assert "<h1>" in httpx.get(url + "nowhere").text


@pytest.mark.programs
@pytest.mark.parametrize(("path", "accept", "target"), [*TARGETS, DOTTED])
def test_an_iri_leads_to_the_form_that_is_accepted(w3id: str, path: str, accept: str, target: str) -> None:
    answer = httpx.get(w3id + path, headers={"Accept": accept})
    assert answer.status_code in (302, 303)
    assert answer.headers["location"] == f"{SITE}/{target}"


@pytest.mark.exhaustive
def test_what_an_iri_leads_to_is_a_file_of_the_site(published: Path) -> None:
    assert set(ROOMS) < set(list_rooms(published))
    for _, _, target in TARGETS:
        assert (published / target.partition("?")[0]).is_file(), target


@pytest.mark.programs
def test_what_is_no_iri_of_ours_leads_nowhere(w3id: str) -> None:
    for path in ("elsewhere", "id", "vocabulary", "queries/../x"):
        assert httpx.get(w3id + path).status_code == 404


def test_a_form_that_the_site_has_is_what_leads_to_it() -> None:
    rules = write_w3id(SITE, ("ttl", "nt", "jsonld", "rdf"), ROOMS)
    for suffix in ("ttl", "nt", "jsonld", "rdf"):
        assert f"{SITE}/doc/$1.{suffix} " in rules
    assert ".rdf" not in write_w3id(SITE, ("jsonld",), ROOMS)


def test_netlify_leads_from_things_to_pages() -> None:
    assert "/id/*  /doc/:splat.html  303" in write_netlify().splitlines()
