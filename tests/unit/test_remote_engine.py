"""An engine elsewhere: values written into queries, terms in an engine's own manner, answers that cannot be read."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx
import pyoxigraph as ox
import pytest

from ukfr_graph.endpoint.problems import problem_headers
from ukfr_graph.errors import EngineBusyError, EngineError
from ukfr_graph.store import RemoteEngine, Solutions
from ukfr_graph.store.authentication import authenticate
from ukfr_graph.store.injection import inject_values
from ukfr_graph.store.remote_results import read_results

JSON = ox.QueryResultsFormat.JSON
NAMES = "SELECT ?s { ?s ?p ?o }"
DATA = "<urn:a> <urn:p> <urn:b> . <urn:b> <urn:p> <urn:c> . <urn:c> <urn:q> 5 ."


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("SELECT ?s ?v { ?s <urn:p> ?v }", ox.NamedNode("urn:b")),
        ("SELECT ?m ?v { ?v <urn:p>* ?m }", ox.NamedNode("urn:a")),
        ("SELECT ?s ?v { ?s <urn:p> ?o OPTIONAL { ?o <urn:q> ?n FILTER (?n < ?v) } }", ox.Literal(9)),
        ("SELECT ?v (COUNT(?s) AS ?n) WHERE { ?s <urn:p> ?o FILTER (?o = ?v) } GROUP BY ?v", ox.NamedNode("urn:c")),
        (
            "SELECT ?s ?v { ?s <urn:p> ?o { SELECT ?o ?v WHERE { ?o <urn:p> ?v } GROUP BY ?o ?v } }",
            ox.NamedNode("urn:c"),
        ),
        ("SELECT ?s ?v { ?s ?p ?o FILTER (?o = COALESCE(?v, ?o)) }", ox.NamedNode("urn:c")),
        ("SELECT ?s ?v { VALUES ?v { <urn:b> <urn:c> } ?s <urn:p> ?v }", ox.NamedNode("urn:b")),
        ("SELECT ?v { ?v ?p ?o }", ox.Literal("no subject")),
        ("CONSTRUCT { ?s <urn:is> ?v } WHERE { ?s <urn:p> ?v }", ox.NamedNode("urn:c")),
        ("CONSTRUCT WHERE { ?s <urn:p> ?v }", ox.NamedNode("urn:c")),
        ("CONSTRUCT { ?s <urn:is> ?v } WHERE { ?s <urn:p> ?v } VALUES ?s { <urn:a> <urn:b> }", ox.NamedNode("urn:c")),
        ("SELECT ?s ?v { ?s <urn:p> ?v } VALUES (?s ?x) { (<urn:b> UNDEF) }", ox.NamedNode("urn:c")),
        ("SELECT ?s ?v { ?s <urn:p> ?v } ORDER BY EXISTS { ?s <urn:q> ?v }", ox.NamedNode("urn:c")),
        ("SELECT ?v ?o { ?v <urn:p> ?o MINUS { ?v <urn:p> <urn:b> } }", ox.NamedNode("urn:a")),
        ("SELECT ?v ?o { ?v <urn:p> ?o MINUS { ?v <urn:p> <urn:b> } }", ox.NamedNode("urn:b")),
        ("SELECT ?v ?o { { ?v <urn:p> ?o MINUS { { ?s ?p ?v } UNION { ?v <urn:q> 5 } } } }", ox.NamedNode("urn:b")),
        ("SELECT ?v ?o { ?v <urn:p> ?o MINUS { ?s ?p ?x FILTER (?s = ?v) } }", ox.NamedNode("urn:b")),
        ("DESCRIBE ?v", ox.NamedNode("urn:a")),
        ("DESCRIBE ?v VALUES ?x { 1 }", ox.NamedNode("urn:a")),
        ("DESCRIBE ?v", ox.Literal("nothing")),
    ],
)
def test_a_value_in_the_text_answers_as_one_that_is_substituted(query: str, value: ox.NamedNode | ox.Literal) -> None:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    asked = store.query(query, substitutions={ox.Variable("v"): value})
    written = store.query(inject_values(query, {"v": value}))
    assert not isinstance(asked, ox.QueryBoolean)
    assert not isinstance(written, ox.QueryBoolean)
    assert sorted(map(str, written)) == sorted(map(str, asked))


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?v MINUS", "ASK { FILTER BOUND(?v", "SELECT", "ASK { ?s ?p ?v } }", ""])
def test_what_is_no_query_is_left_to_the_parser(query: str) -> None:
    with pytest.raises(SyntaxError):
        ox.Store().query(inject_values(query, {"v": ox.NamedNode("urn:a")}))


def test_blank_nodes_and_booleans_of_virtuoso_are_read() -> None:
    boolean = {"type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "1"}
    node = {"type": "bnode", "value": "nodeID://b10000"}
    rows = [{"a": node, "b": boolean}, {"a": node, "b": {**boolean, "value": "0"}}]
    results = read_results(json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": rows}}).encode(), JSON)
    assert isinstance(results, Solutions)
    first, second = list(results)
    assert first["a"] == second["a"] != None  # noqa: E711 - a term
    assert (first["b"], second["b"]) == (ox.Literal(True), ox.Literal(False))


def test_a_no_that_is_a_table_without_rows_is_a_no() -> None:
    no = read_results(b'{"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": []}}', JSON)
    assert isinstance(no, ox.QueryBoolean)
    assert not no


@contextmanager
def answering(status: int, headers: dict[str, str], body: bytes) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """An engine that gives one answer to everything; which Authorization headers, and which forms, it was sent."""
    seen: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen.append((self.headers.get("Authorization", ""), form))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # it ends at once
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql", seen
    finally:
        server.shutdown()
        server.server_close()


ROWS = {"Content-Type": "application/sparql-results+json"}
WHOLE = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "urn:a"}}]}}'


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, ROWS, WHOLE[:-30]),
        (200, ROWS, WHOLE.replace(b"urn:a", b"no IRI")),
        (200, ROWS, b'{"head": {}, "boolean": true}'),
        (200, ROWS, b'{"bnode": []}'),
        (200, {"Content-Type": "text/html"}, b"<p>Log in"),
        (200, ROWS | {"X-SPARQL-MaxRows": "1"}, WHOLE),
        (200, ROWS | {"Content-Encoding": "gzip"}, WHOLE),
        (200, ROWS | {"Content-Length": "1000"}, WHOLE),
        (200, ROWS, b'{"x": "bnode", "head": ' + b"[" * 100_000),
        (200, {"Content-Type": "text/plain"}, b"The query was killed."),
        (302, {"Location": "/login"}, b""),
        (206, ROWS | {"Content-Range": "bytes 0-9/99"}, WHOLE),
        (202, ROWS, WHOLE),
        (0, ROWS, WHOLE),
        (500, {"Content-Type": "text/plain"}, b"SR171: Transaction timed out"),
    ],
)
def test_an_answer_that_cannot_be_read_is_the_engines_fault(status: int, headers: dict[str, str], body: bytes) -> None:
    with answering(status, headers, body) as (address, _), pytest.raises(EngineError) as told:
        RemoteEngine(address).query(NAMES, {}, ["urn:g"])
    assert told.value.status == 502
    assert address in str(told.value)


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("ASK { <s> rdfs:label 1 }", "BASE <https://w3id.org/ukfr/sparql> PREFIX rdfs: <"),
        ("# Whose?\n base<http://x/>\nASK { <s> rdfs:label 1 }", "# Whose?\n base<http://x/> PREFIX rdfs: <"),
        ("BASE <x/> ASK { <s> rdfs:label 1 }", "BASE <https://w3id.org/ukfr/sparql> PREFIX rdfs: <"),
        ("#" * 5000 + "\nASK { <s> rdfs:label 1 }", "BASE <https://w3id.org/ukfr/sparql> PREFIX rdfs: <"),
    ],
)
def test_a_base_of_the_querys_own_stands_first(query: str, begins: str) -> None:
    with answering(200, ROWS, b'{"head": {}, "boolean": true}') as (address, seen):
        RemoteEngine(address).query(query, {}, ["urn:g"])
    ((_, form),) = seen
    (sent,) = parse_qs(form)["query"]
    assert sent.startswith(begins)
    assert ox.Store().query(sent) is not None


@pytest.mark.parametrize(("told", "seconds"), [("7", 7), ("", 1), ("soon", 1), ("9" * 5000, 1), ("999999999", 86_400)])
@pytest.mark.parametrize("status", [429, 503])
def test_an_engine_that_is_busy_is_asked_again_when_it_says(status: int, told: str, seconds: int) -> None:
    with answering(status, {"Retry-After": told}, b"busy") as (address, _), pytest.raises(EngineBusyError) as raised:
        RemoteEngine(address).query(NAMES, {}, ["urn:g"])
    assert raised.value.status == 503
    headers = problem_headers(raised.value.status, members=raised.value.members)
    assert (b"retry-after", str(seconds).encode()) in headers
    assert address in str(raised.value)


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
def test_a_packed_answer_is_unpacked_whatever_its_packing_is_called(coding: str) -> None:
    with answering(200, ROWS | {"Content-Encoding": coding}, gzip.compress(WHOLE)) as (address, _):
        found = RemoteEngine(address).query(NAMES, {}, ["urn:g"])
    assert isinstance(found, Solutions)
    assert [row["s"].value for row in found] == ["urn:a"]


TRIPLE = b"<urn:a> <urn:a> <urn:a> .\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/trig"}, b"<urn:g> { <urn:a> <urn:a> <urn:a> }"),
        ({"Content-Type": "application/n-quads"}, TRIPLE + TRIPLE.replace(b" .", b" <urn:g> .")),
        (
            {"Content-Type": "application/n-triples", "Content-Encoding": "gzip"},
            gzip.compress(TRIPLE) + gzip.compress(TRIPLE),
        ),
        ({"Content-Type": "application/n-triples", "Content-Encoding": "gzip"}, gzip.compress(TRIPLE) + b"x" * 100_000),
    ],
)
def test_triples_that_would_be_left_out_are_told(headers: dict[str, str], body: bytes) -> None:
    with answering(200, headers, body) as (address, _), pytest.raises(EngineError) as told:
        RemoteEngine(address).query("CONSTRUCT WHERE { ?s ?p ?o }", {}, ["urn:g"])
    assert told.value.status == 502


def test_a_password_is_not_sent_to_who_asks_for_digest() -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="x", nonce="n", qop="auth"'}
    with (
        answering(401, challenge, b"") as (address, seen),
        httpx.Client(auth=authenticate("Basic bWU6c2VjcmV0")) as client,
    ):
        client.post(address, content=b"x")
        client.post(address, content=b"x")
    assert {header.partition(" ")[0] for header, _ in seen} == {"", "Digest"}


NONCE = 'realm="x", nonce="n", qop="auth"'


@pytest.mark.parametrize(
    "challenge",
    [
        f"Digest {NONCE}",
        f"DIGEST {NONCE}",
        f'Basic realm="x", Digest {NONCE}',
        f'Digest {NONCE}, Basic realm="x"',
        f'Negotiate, Basic realm="x, y", Digest {NONCE}',
    ],
)
def test_digest_is_found_beside_other_challenges(challenge: str) -> None:
    with answering(401, {"WWW-Authenticate": challenge}, b"") as (address, seen):
        for _ in range(2):
            with pytest.raises(EngineError, match="401"):
                RemoteEngine(address, "Basic bWU6c2VjcmV0").query(NAMES, {}, ["urn:g"])
    assert {header.partition(" ")[0] for header, _ in seen} == {"", "Digest"}


def test_a_password_is_for_who_asks_for_one() -> None:
    with answering(200, ROWS, WHOLE) as (address, seen):
        engine = RemoteEngine(address, "Basic bWU6c2VjcmV0")
        for _ in range(3):
            engine.query(NAMES, {}, ["urn:g"])
    assert {header for header, _ in seen} == {""}
    challenge = {"WWW-Authenticate": 'Basic realm="digest of \xe9t\xe9"'}
    with answering(401, challenge, b"") as (address, seen), pytest.raises(EngineError, match="401"):
        RemoteEngine(address, "Basic bWU6c2VjcmV0").query(NAMES, {}, ["urn:g"])
    assert [header for header, _ in seen] == ["", "Basic bWU6c2VjcmV0"]


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="x"',
        'Digest realm="x", nonce="n", algorithm=FOO',
        'Digest realm="x", nonce="n", qop="auth-int"',
        'Digest realm="\xff", nonce="n"',
        "Digest realm=,,,=",
    ],
)
def test_a_challenge_that_cannot_be_answered_is_the_engines_fault(challenge: str) -> None:
    with answering(401, {"WWW-Authenticate": challenge}, b"") as (address, _), pytest.raises(EngineError) as told:
        RemoteEngine(address, "Basic bWU6c2VjcmV0").query(NAMES, {}, ["urn:g"])
    assert told.value.status == 502
    assert address in str(told.value)
    assert "c2VjcmV0" not in str(told.value)


def test_a_token_is_sent_at_once() -> None:
    with answering(200, ROWS, WHOLE) as (address, seen):
        RemoteEngine(address, "Bearer abc").query(NAMES, {}, ["urn:g"])
    assert [header for header, _ in seen] == ["Bearer abc"]


def test_a_prefix_is_declared_once() -> None:
    query = "PREFIX ukfr: <urn:x#> SELECT ?s { ?s ukfr:p ?o ; rdfs:label 'PREFIX rdfs: <urn:y>' }"
    with answering(200, ROWS, WHOLE) as (address, seen):
        RemoteEngine(address).query(query, {}, ["urn:g"])
    ((_, form),) = seen
    (sent,) = parse_qs(form)["query"]
    assert sent.endswith(query)
    assert sent.count("PREFIX ukfr:") == 1
    assert "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " in sent
