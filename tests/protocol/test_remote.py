"""The same application over another engine: the native Oxigraph server, started here."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from support.commands import run_command
from support.engines import start_engine
from support.sampling import sample
from support.servers import free_port, list_children, start_server
from ukfr_graph.query import read_queries

KINDS = "SELECT ?kind (COUNT(*) AS ?n) { ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause } GROUP BY ?kind"


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty native server."""
    with start_engine("oxigraph", tmp_path_factory.mktemp("native")) as engine:
        yield engine.query.removesuffix("/query")


@pytest.fixture(scope="module")
def published(native: str, dataset: Path) -> str:
    done = run_command("publish", "--endpoint", f"{native}/query", "--out", str(dataset))
    assert done.returncode == 0, done.stderr
    return native


@pytest.fixture(scope="module")
def over_native(published: str) -> Iterator[str]:
    with start_server("--endpoint", f"{published}/query", settings={"query_timeout_s": "8"}) as server:
        yield server.url


def test_publishing_again_changes_nothing_and_goes_on_after_a_break(published: str, dataset: Path) -> None:
    again = run_command("publish", "--endpoint", f"{published}/store", "--out", str(dataset))
    assert again.returncode == 0
    assert "0 graphs changed" in again.stderr
    lost = "https://w3id.org/ukfr/graph/entities"
    notes = httpx.get(f"{published}/store", params={"graph": "https://w3id.org/ukfr/graph/published"}).text
    kept = "".join(line for line in notes.splitlines(keepends=True) if lost not in line)
    address = f"{published}/store"
    httpx.put(address, params={"graph": "https://w3id.org/ukfr/graph/published"}, content=kept, headers={"Content-Type": "text/turtle"})  # fmt: skip
    httpx.delete(address, params={"graph": lost})
    resumed = run_command("publish", "--endpoint", address, "--out", str(dataset))
    assert "1 graphs changed" in resumed.stderr
    assert httpx.head(address, params={"graph": lost}).status_code == 200


def test_publishing_to_what_is_no_store_says_so(dataset: Path, server: str) -> None:
    refused = run_command("publish", "--endpoint", f"{server}/health", "--out", str(dataset))
    assert refused.returncode == 2
    assert "403" in refused.stderr or "No graph store" in refused.stderr


@pytest.mark.parametrize("name", sample(sorted(read_queries()), every=3))
def test_every_saved_query_answers_the_same_over_another_engine(server: str, over_native: str, name: str) -> None:
    examples = read_queries()[name].examples
    here, there = (
        httpx.get(f"{url}/queries/{name}", params=dict(examples[-1] if examples else {}), timeout=30)
        for url in (server, over_native)
    )
    assert there.status_code == here.status_code
    assert there.headers["content-type"] == here.headers["content-type"]
    if "json" in here.headers["content-type"] and "results" in here.json():
        rows = [sorted(map(str, r.json()["results"]["bindings"])) for r in (here, there)]
        assert rows[0] == rows[1]


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("SELECT * WHERE {\n  ?s ?p\n}", "*/*", 400),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "*/*", 403),
        ("SELECT * " + "{" * 3000 + "}" * 3000, "*/*", 403),
        ("SELECT * { ?s foo:bar ?o }", "*/*", 400),
        (KINDS, "image/png", 406),
    ],
)
def test_limits_and_errors_are_the_same(server: str, over_native: str, query: str, accept: str, status: int) -> None:
    there = httpx.post(f"{over_native}/sparql", data={"query": query}, headers={"Accept": accept}, timeout=30)
    assert (there.status_code, there.headers["content-type"]) == (status, "application/problem+json")
    here = httpx.post(f"{server}/sparql", data={"query": query}, headers={"Accept": accept})
    assert there.json() == here.json()


def test_a_query_without_end_is_ended_at_the_limit(published: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with start_server("--endpoint", f"{published}/query", settings={"query_timeout_s": "1"}) as server:
        ended = httpx.post(f"{server.url}/sparql", data={"query": query}, timeout=30)
    assert (ended.status_code, ended.headers["content-type"]) == (504, "application/problem+json")
    assert f"{published}/query has not answered" in ended.json()["detail"]


def test_formats_and_kept_answers_are_the_same(server: str, over_native: str) -> None:
    for accept in ("text/csv", "application/sparql-results+xml", "text/tab-separated-values"):
        pages = [
            httpx.get(f"{url}/sparql", params={"query": KINDS + " ORDER BY ?kind"}, headers={"Accept": accept})
            for url in (server, over_native)
        ]
        assert pages[0].text == pages[1].text
    turtle = httpx.get(f"{over_native}/sparql", params={"query": "DESCRIBE id:state/france".replace("id:state/france", "<https://w3id.org/ukfr/id/state/france>")}, headers={"Accept": "text/turtle"})  # fmt: skip
    assert "id:" in turtle.text or "<https://w3id.org/ukfr/id/state/france>" in turtle.text


def test_the_command_line_asks_and_dumps_over_another_engine(published: str, dataset: Path) -> None:
    here = run_command("query", "clauses-by-kind", "--format", "csv", "--out", str(dataset))
    there = run_command("query", "clauses-by-kind", "--format", "csv", "--endpoint", f"{published}/query")
    assert there.stdout == here.stdout != ""
    dump = run_command("export", "rdf", "--format", "nq", "--endpoint", f"{published}/query")
    assert dump.returncode == 0
    assert len(dump.stdout.splitlines()) > 8_000


def test_a_query_that_was_slow_begins_in_a_process_that_is_there(published: str) -> None:
    slow = "SELECT (COUNT(*) AS ?n) (RAND() AS ?r) { ?a a ukfr:Pledge . ?b a ?x }"
    with start_server(
        "--endpoint", f"{published}/query", settings={"quick_query_s": "0.001", "workers": "2"}
    ) as server:

        def ask(number: int) -> int:
            return httpx.get(server.url + "/sparql", params={"query": f"{slow} # {number}"}, timeout=60).status_code

        with ThreadPoolExecutor(8) as clients:
            assert set(clients.map(ask, range(24))) == {200}
        before = list_workers(server.process.pid)
        with ThreadPoolExecutor(2) as clients:
            assert set(clients.map(ask, range(24))) == {200}
        after = list_workers(server.process.pid)
        assert before <= after  # none was ended, and what is added is kept
        assert len(after) <= 2 + 4
        counts = httpx.get(server.url + "/health").json()["workers"]
        assert (counts["slow"], counts["waiting"]) == (0, 0)


def list_workers(pid: int) -> set[int]:
    """The processes under the fork server, which is the server's first child."""
    return set(list_children(list_children(pid)[0]))


def test_writes_are_left_to_the_endpoint(over_native: str) -> None:
    response = httpx.post(f"{over_native}/sparql", data={"update": "CLEAR ALL"})
    assert response.status_code == 403
    assert "relays" in response.json()["detail"]


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    refused = run_command("query", "clauses-by-kind", "--endpoint", "http://me:secret@127.0.0.1:9/query")
    assert refused.returncode == 2
    assert "secret" not in refused.stdout + refused.stderr
    assert "UKFR_ENDPOINT_PASSWORD" in refused.stderr


def test_an_endpoint_that_does_not_answer_is_said(tmp_path: Path) -> None:
    refused = run_command("query", "clauses-by-kind", "--endpoint", f"http://127.0.0.1:{free_port()}/query")
    assert refused.returncode == 2
    assert "does not answer" in refused.stderr


def test_credentials_come_from_the_environment_and_appear_nowhere(dataset: Path) -> None:
    guarded = {"write_token": "s3cret-token", "read_token_needed": "true"}
    with (
        start_server("--store", str(dataset), settings=guarded | {"read_token_needed": "false"}, forked=False) as _,
        start_server("--store", str(dataset), settings={"write_token": "s3cret-token"}) as inner,
        start_server(
            "--endpoint", f"{inner.url}/sparql", settings={"endpoint_token": "s3cret-token"}, forked=False
        ) as outer,
    ):
        answer = httpx.get(f"{outer.url}/sparql", params={"query": "ASK { ?c a ukfr:Call }"})
        assert answer.json()["boolean"] is True
        assert "s3cret-token" not in outer.log.read_text()
        shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        assert "s3cret-token" not in shown
