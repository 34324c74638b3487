"""A document costs what its size allows: deep and dense ones are told with a sentence, and nobody else waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.servers import TOKEN, Server, start_server
from ukfr_graph.store.uploads import find_depth

GRAPH = "https://example.org/g"
RDF = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
XML, JSON, TURTLE, TRIPLES = "application/rdf+xml", "application/ld+json", "text/turtle", "application/n-triples"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {"upload_cpu_s": "1", "write_timeout_s": "60"}
    own = tmp_path_factory.mktemp("uploads") / "own"
    with start_server("--empty", "--store", str(own), settings=settings) as running:
        yield running


def put(server: Server, media_type: str, content: bytes) -> httpx.Response:
    headers = {"Content-Type": media_type}
    return httpx.put(
        f"{server.url}/graph-store", params={"graph": GRAPH}, content=content, headers=headers, timeout=120
    )


def deep(media_type: str, depth: int) -> bytes:
    return {
        XML: RDF + b"<e:A><e:p>" * depth + b"</e:p></e:A>" * depth + b"</rdf:RDF>",
        JSON: b'{"http://p":' * depth + b"1" + b"}" * depth,
        TRIPLES: b"<a:a> <a:p> " + b"<<( <a:s> <a:p> " * depth + b'"1"' + b")>>" * depth + b" .",
        TURTLE: b"<a:a> <a:p> " + b"<<( <a:s> <a:p> " * depth + b"1" + b")>>" * depth + b" .",
    }[media_type]


@pytest.mark.parametrize(
    ("media_type", "depth"), [(XML, 200_000), (XML, 300), (JSON, 20_000), (JSON, 300), (TRIPLES, 100_000), (TURTLE, 100_000)]
)  # fmt: skip
def test_a_document_that_is_nested_too_deeply_is_refused_soon(server: Server, media_type: str, depth: int) -> None:
    response = put(server, media_type, deep(media_type, depth))
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert "document" in response.json()["detail"].lower()
    assert put(server, TURTLE, b"<urn:a> <urn:b> 1 .").status_code in (200, 201)


@pytest.mark.parametrize(
    "fault",
    [
        b"<!-- a -- b -->",
        b"<!-- \x01 -->",
        b"<?a \x01?>",
        b' <?xml version="1.0"?>',
        b'<?xml version="1.0" encoding="x-y"?>',
    ],
)
def test_no_fault_before_it_hides_how_deep_a_document_is(server: Server, fault: bytes) -> None:
    """The engine reads on after what is no XML, and burns what deep nesting costs."""
    for depth in (3, 3_000):
        response = put(server, XML, fault + deep(XML, depth))
        assert response.status_code in (400, 422), response.text
        assert "Document" in response.json()["detail"] or "rdf" in response.json()["detail"], response.text


def test_parts_in_parts_are_told(server: Server) -> None:
    body = b"x"
    for number in range(3_000):
        head = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (number - 1)
        body = b"--b%d\r\n" % number + head + body + b"\r\n--b%d--\r\n" % number
    assert put(server, "multipart/form-data; boundary=b2999", body).status_code in (400, 422)


@pytest.mark.parametrize("media_type", [XML, JSON])
def test_a_document_of_usual_depth_is_taken(server: Server, media_type: str) -> None:
    assert put(server, media_type, deep(media_type, 40)).json()["triples"] > 1


def test_a_document_that_takes_too_long_to_read_is_refused(server: Server) -> None:
    """Each node has a context of its own beside a large one, which is copied for it."""
    terms = b",".join(b'"t%d":"http://p/%d"' % (n, n) for n in range(10_000))
    nodes = b",".join(b'{"@context":{"x%d":"http://x"},"t1":1}' % n for n in range(10_000))
    response = put(server, JSON, b'{"@context":{' + terms + b'},"@graph":[' + nodes + b"]}")
    assert response.status_code == 422
    assert "UKFR_UPLOAD_CPU_S" in response.json()["detail"]


def test_the_right_to_a_graph_is_asked_before_its_document_is_read(dataset: Path) -> None:
    with start_server("--store", str(dataset), settings={"write_token": TOKEN}) as server:
        response = httpx.put(
            f"{server.url}/graph-store", params={"graph": "https://w3id.org/ukfr/graph/entities"}, content=b"no turtle <",
            headers={"Content-Type": TURTLE, "Authorization": f"Bearer {TOKEN}"}, timeout=60,
        )  # fmt: skip
        assert response.status_code == 403


@given(st.integers(0, 60), st.sampled_from([b"", b'"]]]"', b'"\\"[[["', b"1"]))
def test_the_depth_of_json_is_that_of_its_brackets_outside_strings(depth: int, content: bytes) -> None:
    assert find_depth(b"[" * depth + content + b"]" * depth, ox.RdfFormat.JSON_LD) == depth
