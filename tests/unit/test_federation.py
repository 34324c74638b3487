"""SERVICE and LOAD, to a real server on this machine where a test allows it."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from ukfr_graph.errors import QueryError, QueryRefusedError
from ukfr_graph.limits import Limits
from ukfr_graph.query import Executor, find_format
from ukfr_graph.query.federation import check_targets
from ukfr_graph.query.relay import Relay, is_public, resolve_public
from ukfr_graph.store import install_plain, open_snapshot


class Service(BaseHTTPRequestHandler):
    """Gives one row, one triple, or a redirect to something secret."""

    def do_GET(self) -> None:
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", "/data.ttl")
            self.end_headers()
            return
        body, media_type = b"<https://a/1> <https://a/p> 'loaded' .", "text/turtle"
        if self.path.startswith("/agent"):
            body = self.headers.get("User-Agent", "").encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)
            return
        if not self.path.startswith("/data.ttl"):
            rows = b'{"x": {"type": "literal", "value": "from afar"}}'
            body = b'{"head": {"vars": ["x"]}, "results": {"bindings": [' + rows + b"]}}"
            media_type = "application/sparql-results+json"
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # it ends at once
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def executor(tmp_path: Path, service: str) -> Executor:
    """An executor that may call the service, and takes this machine for a public one."""
    install_plain(tmp_path / "own")
    executor = Executor(open_snapshot(tmp_path / "own"), Limits(service_allow=(service,)))
    executor._relay = Relay((service,), resolve=lambda host, _: host).start()
    return executor


def test_an_allowed_service_answers_through_the_relay(executor: Executor, service: str) -> None:
    for query in (
        f"SELECT ?x {{ SERVICE <{service}/sparql> {{ ?s ?p ?x }} }}",
        f"SELECT ?x {{ SERVICE SILENT <{service}/q?a=b> {{ ?s ?p ?x }} }}",
    ):
        answer = executor.run(query)
        assert not answer.is_repeatable
        assert answer.serialize(find_format("csv", "solutions")).split() == [b"x", b"from", b"afar"]


def test_a_silent_load_succeeds_without_calling_what_is_not_allowed(tmp_path: Path, service: str) -> None:
    relay = Relay((), resolve=lambda *_: pytest.fail("a host was looked up")).start()
    text = f"LOAD SILENT <{service}/data.ttl> INTO GRAPH <https://example.org/g> ; INSERT DATA {{ <urn:a> <urn:b> 1 }}"
    check_targets(text, ())
    store = ox.Store()
    store.update(relay.rewrite(text))
    assert [str(quad.object) for quad in store] == ['"1"^^<http://www.w3.org/2001/XMLSchema#integer>']
    for refused in (
        text.replace("SILENT", ""),
        "LOAD SILENT ?x",
        f"ASK {{ SERVICE SILENT <{service}> {{ ?s ?p ?o }} }}",
    ):
        with pytest.raises(QueryRefusedError):
            check_targets(refused, ())


def test_a_redirect_is_not_followed(executor: Executor, service: str) -> None:
    with pytest.raises(QueryError):
        executor.run(f"SELECT ?x {{ SERVICE <{service}/redirect> {{ ?s ?p ?x }} }}").rows()


def test_load_goes_through_the_relay_too(service: str) -> None:
    relay = Relay((service,), resolve=lambda host, _: host).start()
    store = ox.Store()
    store.update(relay.rewrite(f"LOAD <{service}/data.ttl> INTO GRAPH <https://a/g>"))
    assert [q.object.value for q in store] == ["loaded"]


def test_the_relay_says_who_calls(service: str) -> None:
    relay = Relay((service,), resolve=lambda host, _: host).start()
    _, _, agent = relay.call("GET", f"{service}/agent", {}, b"")
    assert agent.startswith(b"ukfr-graph/")


def test_an_allowed_name_that_leads_into_this_network_is_not_called(tmp_path: Path, service: str) -> None:
    install_plain(tmp_path / "own")
    executor = Executor(open_snapshot(tmp_path / "own"), Limits(service_allow=(service,)))
    with pytest.raises(QueryError, match=r"403|not a public address|service"):
        executor.run(f"SELECT ?x {{ SERVICE <{service}/sparql> {{ ?s ?p ?x }} }}").rows()


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "224.0.0.1",
        "::ffff:127.0.0.1",
        "100.64.0.1",
        "2130706433",
        "64:ff9b::7f00:1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::10.0.0.1",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::",
        "::10.0.0.1",
        "::ffff:0:0",
        "2001:0:1::",
        "fec0::1",
        "ff02::1",
    ],
)
def test_no_address_of_this_machine_or_network_counts_as_public(host: str) -> None:
    with pytest.raises((PermissionError, OSError)):
        resolve_public(host, 80)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8", "2606:4700::1111"]
)
def test_an_address_that_carries_a_public_one_is_public(host: str) -> None:
    assert is_public(ipaddress.ip_address(host))


def test_the_relay_serves_the_engine_alone(service: str) -> None:
    relay = Relay((service,), resolve=lambda host, _: host).start()
    address = relay.rewrite(f"LOAD <{service}/data.ttl>").split("<")[1].rstrip(">")
    assert httpx.get(address).status_code == 200
    secret = address.split("/")[3]
    assert httpx.get(address.replace(secret, "guess")).status_code == 403


ALLOWED = ("https://allowed.example/sparql",)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <https://other.example/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://allowed.example/sparqlx> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://allowed.example.evil.example/sparql> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "SELECT * { SERVICE ex:where { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://allowed.example/sparql> { SERVICE <http://10.0.0.1/> { ?s ?p ?o } } }",
        "LOAD <file:///etc/passwd>",
        "SELECT * { SERVICE",
    ],
)
def test_any_other_target_is_refused(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="UKFR_SERVICE_ALLOW"):
        check_targets(text, ALLOWED)


def test_what_lies_under_an_allowed_address_is_allowed() -> None:
    for target in (
        "https://allowed.example/sparql",
        "https://allowed.example/sparql/a",
        "https://allowed.example/sparql?x=1",
    ):
        check_targets(f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}", ALLOWED)
