"""Nothing that a text says makes an evaluating process call an address: a real listener waits for it in vain."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from support.servers import TOKEN, Server, start_server
from ukfr_graph.workers.sandbox import find_isolation

pytestmark = pytest.mark.skipif(find_isolation(with_relay=True) == "none", reason="this kernel has no seccomp filters")

ROWS = b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "literal", "value": "stolen"}}]}}'


class Listener:
    """Answers whoever comes with a row, and counts them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/z"
        self.calls = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            link, _ = self._socket.accept()
            self.calls += 1
            with link:
                link.settimeout(2)
                link.recv(65536)
                head = (
                    f"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: {len(ROWS)}"
                )
                link.sendall(head.encode() + b"\r\nConnection: close\r\n\r\n" + ROWS)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def server(writable: Server) -> Server:
    return writable


# Each of these the engine reads as a call; readers of tokens took the word for something else, or for nothing.
QUERIES = [
    "SELECT * { FILTER(1<2&&'>'='>') SERVICE <URL> { ?s ?p ?o } BIND('' AS ?z) }",
    "SELECT * { FILTER(1<2&&\"'>\"!='') SERVICE <URL> { ?s ?p ?o } BIND('' AS ?z) }",
    "SELECT * { FILTER(?x<2||'>'='>') SERVICE SILENT <URL> { ?s ?p ?o } BIND('' AS ?z) }",
    "SELECT*{SERVICESILENT<URL>{?s ?p ?o}}",
    "SELECT*{<urn:a> <urn:b> trueSERVICE<URL>{?s ?p ?o}}",
    "SELECT*{{}UNION{<urn:a> <urn:b> 1SERVICE<URL>{?s ?p ?o}}}",
    "PREFIX ex:<urn:x:> SELECT*{{}UNION{ex:s ex:p ex:.SERVICE<URL>{?s ?p ?o}}}",
    "PREFIX SERVICE:<urn:no:> PREFIX :<URL> SELECT*{{}UNION{SERVICE:{?s ?p ?o}}}",
    "PREFIX x:<URL> SELECT*{SERVICEx:{?s ?p ?o}}",
    "PREFIX x:<URL> SELECT*{OPTIONAL{SERVICESILENTx:{?s ?p ?o}}}",
]


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_calls_an_address(server: Server, listener: Listener, query: str) -> None:
    response = httpx.post(f"{server.url}/sparql", data={"query": query.replace("URL", listener.url)}, timeout=60)
    assert listener.calls == 0
    assert "stolen" not in response.text
    assert httpx.get(f"{server.url}/sparql", params={"query": "ASK {}"}, timeout=60).status_code == 200


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { GRAPH <urn:g> { <urn:a> <urn:b> ?s } } WHERE { FILTER(1<2&&'>'='>') SERVICE <URL> { ?s ?p ?o } BIND('' AS ?z) }",
        "LOADSILENT<URL>INTO GRAPH<urn:g>",
        "INSERT DATA{};LOADSILENT<URL>",
        "PREFIX x:<URL> INSERT{GRAPH<urn:g>{<urn:a> <urn:b> ?s}}WHERE{SERVICEx:{?s ?p ?o}}",
    ],
)  # fmt: skip
def test_no_update_calls_an_address(server: Server, listener: Listener, update: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    httpx.post(
        f"{server.url}/sparql", data={"update": update.replace("URL", listener.url)}, headers=headers, timeout=60
    )
    assert listener.calls == 0
    found = httpx.post(f"{server.url}/sparql", data={"query": "ASK { GRAPH <urn:g> { ?s ?p ?o } }"}, timeout=60)
    assert found.json()["boolean"] is False


def test_what_the_operator_allows_leads_to_the_relay_and_nowhere_else(dataset: Path, listener: Listener) -> None:
    """The relay refuses what is not public, and the engine reaches no other address: not even an allowed one."""
    with start_server("--store", str(dataset), settings={"service_allow": listener.url}) as server:
        for query in [f"SELECT * {{ SERVICE <{listener.url}> {{ ?s ?p ?o }} }}", *QUERIES]:
            response = httpx.post(
                f"{server.url}/sparql", data={"query": query.replace("URL", listener.url)}, timeout=60
            )
            assert "stolen" not in response.text
        assert listener.calls == 0
        assert httpx.get(f"{server.url}/health", timeout=60).json()["isolation"] == "seccomp"
        plain = httpx.post(
            f"{server.url}/sparql",
            data={"query": f"SELECT * {{ SERVICE <{listener.url}> {{ ?s ?p ?o }} }}"},
            timeout=60,
        )
        assert plain.status_code == 400
        assert "403" in plain.json()["detail"], "the relay is reached, and says no"


def test_the_tool_of_agents_calls_no_address(dataset: Path, listener: Listener) -> None:
    query = QUERIES[0].replace("URL", listener.url)
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "sparql", "arguments": {"query": query}}},
    ]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "ukfr_graph.cli", "mcp", "--out", str(dataset)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    for message in messages:
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in range(2)]
    process.stdin.close()
    process.wait(30)
    assert listener.calls == 0
    assert answers[1]["result"]["isError"] is True


def test_two_queries_never_share_an_answer(server: Server) -> None:
    texts = [f"SELECT(1<2&&'>'='>' AS ?q)(STRLEN('{blanks}')AS ?n){{}}" for blanks in ("a b", "a  b", "a #b")]
    answers = [
        httpx.get(
            f"{server.url}/sparql", params={"query": text}, headers={"Accept": "text/csv"}, timeout=60
        ).text.split()[1]
        for text in texts
    ]
    assert answers == ["true,3", "true,4", "true,4"]


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket()",
        "socket.socket(socket.AF_INET6)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socketpair()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 0)",
        "signal.pthread_kill(threading.get_ident(), 0) or os.pidfd_open(os.getppid())",
    ],
)
def test_an_isolated_process_is_refused_what_it_does_not_need(attempt: str) -> None:
    code = (
        "import os, signal, socket, threading\nfrom ukfr_graph.workers.sandbox import isolate\nisolate()\n"
        f"try:\n    {attempt}\nexcept PermissionError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "refused\n", done.stderr
