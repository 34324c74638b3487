"""Every IRI answers, as a page and as data, to browsers, curl and rdflib; hostile data stays data."""

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from support.building import build_changed
from support.reading import BROWSER, CLAUSE, INSTRUMENT, PAGE, Reader
from support.servers import TOKEN, start_server
from ukfr_graph import iris
from ukfr_graph.build import write_dataset
from ukfr_graph.resources import data_folder, read_context
from ukfr_graph.site.negotiation import FULL, SUMMARY
from ukfr_graph.store import Snapshot, install_dataset, staging_folder


@pytest.fixture(scope="module", params=["some", pytest.param("all", marks=pytest.mark.exhaustive)])
def nodes(snapshot: Snapshot, request: pytest.FixtureRequest) -> list[str]:
    """The IRIs of everything that is described and has a page of its own, or one of each set of types and what is gone."""
    types: dict[str, set[str]] = {}
    for quad in snapshot.quads():
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith((iris.ID, iris.VOCABULARY)):
            told = types.setdefault(quad.subject.value, set())
            if quad.predicate.value in (iris.RDF + "type", iris.OWL + "deprecated"):
                told.add(str(quad.object))
    found = sorted(iri for iri in types if "#" not in iri)
    assert len(found) > 350
    if request.param == "all":
        return found
    return sorted({frozenset(types[iri]): iri for iri in found}.values())


def address(iri: str) -> str:
    return "/doc/" + iri.removeprefix(iris.ID) if iri.startswith(iris.ID) else "/" + iri.removeprefix(iris.BASE)


def test_a_thing_leads_to_the_document_about_it(server: str) -> None:
    answer = httpx.get(server + "/id/place/calais?_mediatype=text/turtle")
    assert (answer.status_code, answer.headers["location"]) == (303, "/doc/place/calais?_mediatype=text/turtle")
    followed = httpx.get(server + "/id/place/calais", headers=PAGE, follow_redirects=True)
    assert followed.status_code == 200
    assert "<h1>Calais</h1>" in followed.text


def test_every_node_has_a_page_with_an_anchor_for_each_of_its_parts(
    server: str, nodes: list[str], snapshot: Snapshot
) -> None:
    parts: dict[str, set[str]] = {}
    for quad in snapshot.store:  # as the engine gives it, integers of all kinds as integers
        if isinstance(quad.subject, ox.NamedNode) and "#" in quad.subject.value:
            document, _, part = quad.subject.value.partition("#")
            parts.setdefault(document, set()).add(part)
    deprecated = ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated")
    retired = {quad.subject for quad in snapshot.store.quads_for_pattern(None, deprecated, None, None)}
    with httpx.Client(base_url=server, headers=PAGE) as client:
        for iri in nodes:
            page = client.get(address(iri))
            if page.status_code == 410:  # retired: its page says what stands in its place
                assert ox.NamedNode(iri) in retired
                continue
            assert page.status_code == 200, iri
            reader = Reader(page.text)
            assert len(reader.ids) == len(set(reader.ids)), iri
            assert parts.get(iri, set()) <= set(reader.ids), iri
            assert reader.tags["h1"] == 1


def test_every_node_is_given_as_the_triples_that_the_dataset_has(
    server: str, nodes: list[str], snapshot: Snapshot
) -> None:
    stored: dict[str, set[ox.Triple]] = {}
    for quad in snapshot.store:  # as the engine gives it, integers of all kinds as integers
        if isinstance(quad.subject, ox.NamedNode):
            stored.setdefault(quad.subject.value.partition("#")[0], set()).add(quad.triple)
    with httpx.Client(base_url=server, headers={"Accept": "application/n-triples"}) as client:
        for iri in nodes:
            if iri.startswith(iris.ID):
                given = {q.triple for q in ox.parse(client.get(address(iri)).content, format=ox.RdfFormat.N_TRIPLES)}
                assert given == stored[iri], iri


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        (BROWSER["Accept"], "text/html"),
        ("application/ld+json", "application/ld+json"),
        ("text/html;q=0.2, application/rdf+xml;q=0.3", "application/rdf+xml"),
        ("application/n-triples, text/turtle;q=0.9", "application/n-triples"),
        ("text/csv, text/turtle;q=0.1", "text/turtle"),
        ("text/turtle;q=0, application/ld+json;q=0.001", "application/ld+json"),
    ],
)
def test_the_form_is_the_one_that_the_client_likes_best(server: str, accept: str | None, media_type: str) -> None:
    answer = httpx.get(server + CLAUSE, headers={"Accept": accept} if accept else {"Accept": ""})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert {"Accept", "Accept-Profile", "Accept-Language"} <= set(answer.headers["vary"].split(", "))


def test_what_cannot_be_given_is_refused(server: str) -> None:
    for headers, query in (({"Accept": "image/png"}, ""), ({}, "?_mediatype=image/png"), ({}, "?_profile=none")):
        answer = httpx.get(server + CLAUSE + query, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
        assert answer.json()["status"] == 406


def test_the_address_wins_over_the_header(server: str) -> None:
    for asked, media_type in (("application/ld%2Bjson", "application/ld+json"), ("nt", "application/n-triples")):
        answer = httpx.get(f"{server}{CLAUSE}?_mediatype={asked}", headers=BROWSER)
        assert answer.headers["content-type"].startswith(media_type)


@pytest.mark.parametrize("path", [CLAUSE, INSTRUMENT, "/vocab/topic", "/ontology", "/shapes"])
def test_every_form_says_the_same(server: str, path: str) -> None:
    turtle = Graph().parse(data=httpx.get(server + path, headers={"Accept": "text/turtle"}).text, format="turtle")
    assert len(turtle) > 20
    for media_type, form in (("application/n-triples", "nt"), ("application/rdf+xml", "xml")):
        other = Graph().parse(data=httpx.get(server + path, headers={"Accept": media_type}).text, format=form)
        assert isomorphic(turtle, other), media_type
    document = httpx.get(server + path, headers={"Accept": "application/ld+json"}).json()
    assert document["@context"] == server + "/context.jsonld"
    document["@context"] = read_context()
    assert isomorphic(turtle, Graph().parse(data=json.dumps(document), format="json-ld"))


def test_rdflib_reads_a_document_by_its_address(server: str) -> None:
    graph = Graph().parse(server + "/id/place/calais")
    labels = {str(o) for o in graph.objects(predicate=None) if str(o) == "Calais"}
    assert labels == {"Calais"}


def test_json_ld_is_nested_as_the_records_are_written(server: str) -> None:
    document = httpx.get(server + INSTRUMENT, headers={"Accept": "application/ld+json"}).json()
    assert document["id"] == iris.ID + "instrument/budapest-convention"
    assert document["label"]["fr"] == "Convention sur la cybercriminalité (convention de Budapest)"
    assert document["instrumentKind"] == "international-convention"
    (french,) = [
        s for s in document["instrumentStatus"]
        if s.get("party") == iris.ID + "state/france" and s["statusKind"] == "ratified"
    ]  # fmt: skip
    assert french["startDate"] == "2006-01-10"


def test_profiles_tell_more_or_less_and_name_each_other(server: str) -> None:
    full = httpx.get(server + CLAUSE)
    asked = httpx.get(server + CLAUSE, headers={"Accept-Profile": f"<{SUMMARY.iri}>;q=0.9, <{FULL.iri}>;q=0.1"})
    named = httpx.get(server + CLAUSE + "?_profile=summary")
    assert asked.text == named.text
    assert "judgement" in full.text
    assert "judgement" not in named.text
    assert "another 28 criminal networks were disrupted" in named.text
    for answer, profile in ((full, FULL), (named, SUMMARY)):
        links = answer.headers["link"]
        assert f'<{profile.iri}>; rel="profile"' in links
        assert f'<{iris.ID}{CLAUSE.removeprefix("/doc/")}>; rel="canonical"' in links
        alternates = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"; profile="([^"]+)"', links)
        assert len(alternates) == 10
        for target, media_type, _ in alternates:
            given = httpx.get(server + target)
            assert given.headers["content-type"].partition(";")[0] == media_type
    page = httpx.get(server + CLAUSE + "?_profile=summary", headers=PAGE)
    assert "networks disrupted" in page.text
    assert 'id="who-heading"' not in page.text


def test_what_the_client_has_is_not_sent_again(server: str) -> None:
    for headers in (PAGE, {"Accept": "text/turtle"}):
        first = httpx.get(server + INSTRUMENT, headers=headers)
        again = httpx.get(server + INSTRUMENT, headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["vary"] == first.headers["vary"]
    head = httpx.head(server + INSTRUMENT, headers=PAGE)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    ["/doc/place/none", "/doc/", "/doc/a%20b%22<x>", "/vocab/none", "/vocab/topic/none", "/graph/none", "/profile/x",
     "/ontology/9.9", "/ontology/alignments/..%2f..%2fukfr", "/shapes/none", "/queries/none", "/none"],
)  # fmt: skip
def test_what_is_not_here_is_said_to_be_missing(server: str, path: str) -> None:
    data = httpx.get(server + path)
    assert (data.status_code, data.headers["content-type"]) == (404, "application/problem+json")
    page = httpx.get(server + path + "?lang=fr", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Cette page n'existe pas</h1>" in unescape(page.text)
    assert "<x>" not in page.text


@pytest.fixture(scope="module")
def retiring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of a dataset in which a place was retired for another, and one for none."""
    folder = tmp_path_factory.mktemp("retiring")
    data = Path(shutil.copytree(data_folder(), folder / "data"))
    with (data / "entities/places.yaml").open("a", encoding="utf-8") as file:
        for name, more in (("old-calais", "    isReplacedBy: place/calais\n"), ("nowhere", "")):
            file.write(
                f"  - id: place/{name}\n    type: Place\n    label:\n      en: Old {name}\n      fr: Ancien {name}\n"
                f"    deprecated: true\n{more}"
            )
    root = folder / "out"
    root.mkdir()
    with staging_folder(root) as staging:
        write_dataset(build_changed(data), staging)
        install_dataset(staging, root)
    with start_server("--store", str(root)) as running:
        yield running.url


def test_a_retired_iri_says_what_stands_in_its_place(retiring: str) -> None:
    gone = httpx.get(retiring + "/id/place/old-calais", follow_redirects=True)
    successor = iris.ID + "place/calais"
    assert (gone.status_code, gone.headers["content-type"]) == (410, "application/problem+json")
    assert gone.json()["successors"] == [successor]
    assert f'<{successor}>; rel="successor-version"' in gone.headers["link"]
    page = httpx.get(retiring + "/doc/place/old-calais", headers=PAGE)
    assert page.status_code == 410
    assert 'href="/doc/place/calais"' in page.text
    none = httpx.get(retiring + "/doc/place/nowhere")
    assert (none.status_code, "successors" in none.json()) == (410, False)
    assert httpx.get(retiring + "/doc/place/calais").status_code == 200


def test_a_reader_needs_a_token_for_pages_too_where_reading_needs_one(dataset: Path) -> None:
    settings = {"write_token": TOKEN, "read_token_needed": "true"}
    with start_server("--store", str(dataset), settings=settings) as running:
        for path in ("/doc/place/calais", "/queries/money", "/ontology", "/", "/vocab/topic/asylum"):
            assert httpx.get(running.url + path).status_code == 401, path
            token = {"Authorization": f"Bearer {TOKEN}"}
            assert httpx.get(running.url + path, headers=token).status_code == 200, path


def test_a_page_of_another_origin_may_ask_for_a_profile(server: str) -> None:
    answer = httpx.options(server + CLAUSE, headers={"Access-Control-Request-Headers": "accept-profile"})
    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert "Accept-Profile" in answer.headers["access-control-allow-headers"]
    assert httpx.get(server + CLAUSE).headers["cache-control"] == "no-cache"
    assert httpx.options(server + "/none").status_code == 404
    assert httpx.post(server + CLAUSE).headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_relay_answers_for_the_iris_of_its_endpoint(server: str, relay: str) -> None:
    for path in (CLAUSE, INSTRUMENT, "/vocab/topic/asylum"):
        given, here = (
            httpx.get(url + path, headers={"Accept": "application/n-triples"}).text for url in (relay, server)
        )
        assert given == here
        page = httpx.get(relay + path, headers=PAGE)
        assert page.status_code == 200
    assert "<mark>an additional 28" in httpx.get(relay + CLAUSE, headers=PAGE).text


def test_a_plain_dataset_has_no_curated_vocabularies(plain: str) -> None:
    for path in ("/vocab", "/vocab/topic", CLAUSE):
        assert httpx.get(plain + path).status_code == 404
