"""Engines that answer anything: what is not so is told, and what is pushed to them is there or an error."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from ukfr_graph.errors import DatasetError, EngineError
from ukfr_graph.store import RemoteEngine, Snapshot, remote_graph_store, transport
from ukfr_graph.store.layout import NQUADS
from ukfr_graph.store.notes import PUBLISHED_GRAPH, write_notes
from ukfr_graph.store.publishing import publish_dataset

NT, JSON = "application/n-triples", "application/sparql-results+json"
NAMES = ("https://w3id.org/ukfr/graph/one", "https://w3id.org/ukfr/graph/two")


@dataclass
class Fake:
    """A graph store at /store and an endpoint at /query; ``twist`` may answer a request in its place."""

    graphs: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    twist: Callable[[Handler, str, str], bool] = lambda *_: False
    url: str = ""

    def count(self) -> bytes:
        rows = ",".join(
            f'{{"g":{{"type":"uri","value":"{name}"}},"n":{{"type":"literal","value":"{body.count(bytes([10]))}"}}}}'
            for name, body in self.graphs.items()
        )
        return f'{{"head":{{"vars":["g","n"]}},"results":{{"bindings":[{rows}]}}}}'.encode()


class Handler(BaseHTTPRequestHandler):
    """Speaks as much of the protocols as publishing needs."""

    fake: Fake
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        address = urlsplit(self.path)
        graph = parse_qs(address.query).get("graph", [""])[0]
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.fake.asked.append(f"{self.command} {graph or address.path}")
        if self.fake.twist(self, address.path, graph):
            return
        if address.path == "/query":
            self.answer(200, JSON, self.fake.count())
        elif address.path != "/store":
            self.answer(404)
        elif self.command == "GET":
            found = self.fake.graphs.get(graph)
            self.answer(404 if found is None else 200, NT, found or b"")
        elif self.command == "DELETE":
            self.answer(204 if self.fake.graphs.pop(graph, None) else 404)
        elif self.command == "POST":
            self.answer(415)
        else:
            self.fake.graphs[graph] = self.body
            self.answer(204)

    do_GET = do_PUT = do_POST = do_DELETE = handle_any  # noqa: N815 - the names of http.server

    def answer(self, status: int, media_type: str = "text/plain", body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": media_type, "Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def pour(self, media_type: str, piece: bytes, pause_s: float = 0.0) -> None:
        """Answer without end."""
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        deadline = time.monotonic() + 20
        with contextlib.suppress(OSError):
            while time.monotonic() < deadline:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                time.sleep(pause_s)

    def reset(self) -> None:
        """End the connection with RST, in the middle of an answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        for end in (self.rfile, self.wfile, self.connection):
            end.close()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def fake() -> Iterator[Fake]:
    with start() as engine:
        yield engine


@contextmanager
def start() -> Iterator[Fake]:
    engine = Fake()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": engine}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # it ends at once
    engine.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield engine
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    write_graphs(tmp_path, dict(zip(NAMES, (3, 5), strict=True)))
    return Snapshot(ox.Store(), "1", str(tmp_path), {}, 0)


def write_graphs(folder: Path, sizes: dict[str, int]) -> None:
    """Write a dataset of graphs with so many triples."""
    lines = [f'<urn:a> <urn:a> "{n}" <{name}> .\n' for name, size in sizes.items() for n in range(size)]
    (folder / NQUADS).write_text("".join(lines), "utf-8")


def test_what_is_pushed_is_there_and_pushed_once(fake: Fake, snapshot: Snapshot) -> None:
    told: list[str] = []
    assert publish_dataset(snapshot, f"{fake.url}/query", "", lambda line: told.append(str(line))) == 2
    assert told[-1] == "8 triples here and there"
    assert publish_dataset(snapshot, f"{fake.url}/store", "") == 0
    fake.graphs["urn:else"] = b"<urn:a> <urn:a> <urn:a> .\n"
    write_graphs(Path(snapshot.folder), {NAMES[1]: 5})
    assert publish_dataset(snapshot, f"{fake.url}/query", "") == 1
    assert sorted(fake.graphs) == sorted([NAMES[1], PUBLISHED_GRAPH, "urn:else"])


def test_a_load_that_is_reset_is_told_and_goes_on_the_next_time(fake: Fake, snapshot: Snapshot) -> None:
    def reset_second(handler: Handler, _: str, graph: str) -> bool:
        if handler.command == "PUT" and graph == NAMES[1]:
            handler.reset()
            return True
        return False

    fake.twist = reset_second
    with pytest.raises(DatasetError, match=f"PUT of {NAMES[1]} .* was broken off") as told:
        publish_dataset(snapshot, f"{fake.url}/query", "")
    assert "Run the command again" in str(told.value)
    fake.twist = lambda *_: False
    fake.asked.clear()
    assert publish_dataset(snapshot, f"{fake.url}/query", "") == 1
    assert f"PUT {NAMES[0]}" not in fake.asked


@pytest.mark.parametrize(("server", "pushed"), [("Oxigraph/0.5.13", {NAMES[1]}), ("Other", set())])
def test_oxigraph_takes_in_bulk_what_nobody_can_have_asked_yet(
    fake: Fake, snapshot: Snapshot, server: str, pushed: set[str]
) -> None:
    bulk = set()

    def note(handler: Handler, _: str, graph: str) -> bool:
        handler.server_version, handler.sys_version = server, ""
        if handler.command == "PUT" and "no_transaction" in handler.path:
            bulk.add(graph)
        return False

    fake.twist = note
    fake.graphs[PUBLISHED_GRAPH] = write_notes({NAMES[0]: "0" * 64})
    assert publish_dataset(snapshot, f"{fake.url}/query", "") == 2
    assert bulk == pushed


def keep_nothing(handler: Handler, _: str, graph: str) -> bool:
    if handler.command == "PUT" and graph == NAMES[1]:
        handler.answer(200, "text/html", b"<p>Error: no space left on device")
        return True
    return False


def keep_a_part(handler: Handler, _: str, graph: str) -> bool:
    handler.body = b"".join(handler.body.splitlines(keepends=True)[:2]) if graph == NAMES[1] else handler.body
    return False


def forget_notes(handler: Handler, _: str, graph: str) -> bool:
    if handler.command == "GET" and graph == PUBLISHED_GRAPH:
        handler.answer(200, NT, write_notes({}))
        return True
    return False


def garble_notes(handler: Handler, _: str, graph: str) -> bool:
    if handler.command == "GET" and graph == PUBLISHED_GRAPH:
        handler.answer(200, NT, b"<p>Please log in")
        return True
    return False


def count_in_html(handler: Handler, path: str, _: str) -> bool:
    if path == "/query" and handler.command == "POST":
        handler.answer(200, "text/html", b"<p>8 triples")
        return True
    return False


def cut_counts(handler: Handler, path: str, _: str) -> bool:
    if path == "/query" and handler.command == "POST":
        handler.answer(200, JSON, handler.fake.count()[:-40])
        return True
    return False


@pytest.mark.parametrize("twist", [keep_nothing, keep_a_part, forget_notes, garble_notes, count_in_html, cut_counts])
def test_a_success_that_is_none_is_an_error(
    fake: Fake, snapshot: Snapshot, twist: Callable[[Handler, str, str], bool]
) -> None:
    fake.twist = twist
    with pytest.raises(EngineError) as told:
        publish_dataset(snapshot, f"{fake.url}/query", "")
    assert fake.url in str(told.value)
    if twist is keep_a_part:
        assert f"{NAMES[1]}: 2 of 5 triples" in str(told.value)


def test_a_redirection_is_not_followed(fake: Fake, snapshot: Snapshot) -> None:
    with start() as other:

        def redirect(handler: Handler, _: str, graph: str) -> bool:
            if handler.command == "PUT" and graph in NAMES:
                handler.answer(307, Location=f"{other.url}/store?graph=urn:x")
                return True
            return False

        fake.twist = redirect
        with pytest.raises(DatasetError, match="answers 307"):
            publish_dataset(snapshot, f"{fake.url}/query", "Bearer secret")
        assert other.asked == []


@pytest.mark.parametrize("pause_s", [0.0, 0.05])
def test_notes_without_end_are_told(
    fake: Fake, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, pause_s: float
) -> None:
    monkeypatch.setattr(remote_graph_store, "_MOST_NOTES_BYTES", 100_000)
    monkeypatch.setattr(remote_graph_store, "ANSWER_S", 1.0)

    def pour(handler: Handler, _: str, graph: str) -> bool:
        if handler.command == "GET":
            handler.pour(NT, b"<urn:a> <urn:a> <urn:a> .\n" * (1 if pause_s else 100), pause_s)
            return True
        return False

    fake.twist = pour
    with pytest.raises(EngineError, match="do not end"):
        publish_dataset(snapshot, f"{fake.url}/store", "")


ROW = b'{"s":{"type":"uri","value":"urn:a"}},'
ZEROS = gzip.compress(b" " * 3_000_000)


def answer_with(path_answer: Callable[[Handler], None]) -> Callable[[Handler, str, str], bool]:
    def twist(handler: Handler, path: str, _: str) -> bool:
        path_answer(handler)
        return True

    return twist


def without_end(media_type: str) -> Callable[[Handler], None]:
    """Send triples to where the connection is closed."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(b"<urn:a> <urn:a> <urn:a> .\n")
        handler.close_connection = True

    return answer


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (lambda h: h.pour(JSON, b'{"head":{"vars":["s"]},"results":{"bindings":[' + ROW * 1000), "goes on after"),
        (lambda h: h.pour(JSON, b" ", 0.02), "goes on after"),
        (lambda h: h.answer(200, JSON, ZEROS, Content_Encoding="gzip"), "goes on after"),
        (lambda h: h.answer(200, JSON, gzip.compress(ZEROS), Content_Encoding="gzip, gzip"), "cannot be read"),
        (lambda h: h.answer(200, JSON, b"x", Content_Encoding="br"), "cannot be read"),
        (lambda h: h.pour("text/html", b"<p>" * 1000), "not read here|goes on after"),
        (lambda h: h.answer(500, "text/plain", b"x" * 5_000_000), "answers 500"),
        (lambda h: h.answer(200, NT, b"<urn:a> <urn:a> <urn:a> .\n", Content_Length="100"), "cannot be read"),
        (without_end(NT), "cannot be read"),
        (without_end("text/turtle"), "cannot be read"),
        (without_end("text/plain"), "cannot be read"),
    ],
)
def test_an_answer_that_is_too_much_or_not_whole_is_the_engines_fault(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, reply: Callable[[Handler], None], told: str
) -> None:
    monkeypatch.setattr(transport, "_MOST_BYTES", 1_000_000)
    monkeypatch.setattr(transport, "_TIMEOUT_S", 1.0)
    fake.twist = answer_with(reply)
    with pytest.raises(EngineError, match=told) as raised:
        RemoteEngine(f"{fake.url}/query").query("CONSTRUCT WHERE { ?s ?p ?o }", {}, ["urn:g"])
    assert raised.value.status == 502
    assert fake.url in str(raised.value)


def test_a_graph_that_comes_in_part_is_no_export(fake: Fake) -> None:
    fake.graphs["urn:g"] = b"<urn:a> <urn:a> <urn:a> .\n" * 3

    def cut(handler: Handler, path: str, _: str) -> bool:
        if b"CONSTRUCT" in handler.body:
            handler.answer(200, NT, b"<urn:a> <urn:a> <urn:a> .\n" * 2)
            return True
        return False

    fake.twist = cut
    with pytest.raises(EngineError, match="gives 2 of the 3 triples"):
        list(RemoteEngine(f"{fake.url}/query").quads())
