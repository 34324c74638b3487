"""Who a server answers to: names, origins, tokens and their scopes; by real server processes."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import httpx
import pytest

from support.commands import run_command
from support.sampling import sample
from support.servers import TOKEN, Server, open_client, read_cpu_s, start_server
from ukfr_graph.link.matching.matcher import match_all
from ukfr_graph.link.review.candidate_files import open_whole, write_candidates
from ukfr_graph.service.gate import hash_token
from unit.link.review.test_review import MINE, OURS, SOURCES

PAGE = {"Accept": "text/html"}
CLIENT = open_client()
PATHS = (
    "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D", "/graph-store?default", "/health", "/", "/search?q=secret",
    "/export", "/doc/place/calais",
)  # fmt: skip
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_server("--empty", "--store", str(tmp_path_factory.mktemp("open") / "own")) as running:
        turtle = '<urn:x> <http://www.w3.org/2000/01/rdf-schema#label> "secret" .'
        httpx.put(
            running.url + "/graph-store?default", content=turtle, headers={"Content-Type": "text/turtle"}
        ).raise_for_status()
        yield running.url


HOSTS = ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", "8.8.8.8")
ORIGINS = ("https://evil.example", "null", "http://[", "http://localhost:1", "", "\xff")


@pytest.mark.parametrize(("path", "host"), sample(product(PATHS, HOSTS), every=5))
def test_an_open_server_answers_to_loopback_names_alone(open_server: str, path: str, host: str) -> None:
    for _ in range(2):  # the second could be a kept answer
        ours = CLIENT.get(open_server + path)
        assert ours.status_code in (200, 404)
        answer = CLIENT.get(open_server + path, headers={"Host": host})
        assert answer.status_code == 403
        assert "secret" not in answer.text


@pytest.mark.parametrize(("path", "origin"), sample(product(PATHS, ORIGINS), every=5))
def test_an_open_server_answers_no_page_of_another_origin(open_server: str, path: str, origin: str) -> None:
    for method in ("GET", "OPTIONS", "HEAD"):
        answer = CLIENT.request(method, open_server + path, headers={b"Origin": origin.encode("latin-1")})
        assert answer.status_code in (400, 403), (method, answer.status_code)
        assert "access-control-allow-origin" not in answer.headers
        assert "secret" not in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_an_open_server_lets_no_other_page_read_what_it_answers(open_server: str, path: str) -> None:
    answer = CLIENT.get(open_server + path)
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    own = CLIENT.get(open_server + path, headers={"Origin": open_server, "Host": open_server.removeprefix("http://")})
    assert own.status_code == answer.status_code


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "127.1.2.3"])
def test_every_loopback_name_is_answered(open_server: str, host: str) -> None:
    port = open_server.rpartition(":")[2]
    assert CLIENT.get(open_server + "/health", headers={"Host": f"{host}:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "///evil.example", "/%2Fevil.example/x", "//evil.example/graph?query="]
)
def test_no_link_of_a_page_leads_where_a_path_names_a_host(server: str, path: str) -> None:
    page = CLIENT.get(server + path, headers=PAGE)
    links = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
    assert links
    assert not [link for link in links if link.startswith("//") or "://evil" in link]


@pytest.mark.parametrize("host", ["a%zz", "[:::]", "[1.2]", "a b", "a/b", "a@b", "a:b", "a'b", "a%"])
def test_a_host_that_is_none_is_told(server: str, host: str) -> None:
    for path in ("/sparql", "/", "/.well-known/void", "/reconcile", "/doc/place/calais", "/graph-store/x"):
        assert CLIENT.get(server + "/health").is_success  # on a connection that is used again
        assert CLIENT.get(server + path, headers={"Host": host}).status_code == 400, path


def test_one_more_name_for_the_server_makes_no_new_description(dataset: Path) -> None:
    with start_server("--store", str(dataset)) as running:
        texts = [CLIENT.get(running.url + "/sparql", headers={"Host": "a.example"}).text for _ in range(3)]
        before = read_cpu_s(running.process.pid)
        for number in range(40):
            answer = CLIENT.get(running.url + "/sparql", headers={"Host": f"b{number}.example"})
            assert answer.text == texts[-1]
        assert read_cpu_s(running.process.pid) - before < 0.6


def test_a_public_server_is_open_to_pages_of_other_origins(server: str) -> None:
    answer = CLIENT.get(
        server + "/sparql?query=ASK%7B%7D", headers={"Origin": "https://x.example", "Host": "x.example"}
    )
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


@pytest.fixture(scope="module")
def reviewed(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a review, and a token for each scope, named as the scope."""
    folder = tmp_path_factory.mktemp("review")
    tokens = [
        {"name": name, "sha256": hash_token(name).hex(), "scopes": name.split("-"), "graphs": ["https://example.org/"]}
        for name in ("read", "write", "read-write", "review", "read-review")
    ]
    (folder / "tokens.json").write_text(json.dumps(tokens))
    with open_whole(folder / "candidates.sssom.tsv") as out:
        matches = [match for _, piece in match_all(OURS, SOURCES) for match in piece]
        write_candidates(out, matches, MINE, date(2026, 11, 24))
    settings = {"write_tokens_file": str(folder / "tokens.json")}
    settings |= {"review_candidates": str(folder / "candidates.sssom.tsv")}
    with start_server("--store", str(dataset), settings=settings) as running:
        yield running


@pytest.mark.parametrize(
    ("token", "status"),
    [("read", 403), ("write", 403), ("read-write", 403), ("unknown", 401), ("", 401), ("review", 303),
     ("read-review", 303)],
)  # fmt: skip
def test_only_a_token_for_reviewing_decides_in_the_review(reviewed: Server, token: str, status: int) -> None:
    answer = httpx.post(
        reviewed.url + "/link/review/sign-in",
        data={"token": token, "name": "A. Reviewer"},
        headers={"Origin": reviewed.url},
    )
    assert answer.status_code == status
    cookie = answer.headers.get("set-cookie", "")
    assert bool(cookie) == (status == 303)
    if cookie:
        assert {"HttpOnly", "SameSite=strict", "Path=/link/review"} <= {part.strip() for part in cookie.split(";")}
        put = httpx.put(
            f"{reviewed.url}/graph-store?graph=https://example.org/x", headers={"Authorization": f"Bearer {token}"}
        )
        assert put.status_code == 403  # it is for nothing else


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "x", "http://evil.example", "//", "\xff"])
def test_an_origin_that_is_none_is_refused_and_told(reviewed: Server, origin: str) -> None:
    for path in ("/link/review/sign-in", "/link/review/decide", "/link/review/sign-out"):
        answer = httpx.post(
            reviewed.url + path, data={"token": "review"}, headers={b"Origin": origin.encode("latin-1")}
        )
        assert answer.status_code in (400, 403), (path, answer.text)


def test_a_scope_that_is_none_is_told_by_the_command() -> None:
    done = run_command("token", "--scope", "admin")
    assert done.returncode == 2
    assert "read, write, review" in done.stderr
    made = run_command("token", "--scope", "review")
    assert json.loads(made.stdout)[0]["scopes"] == ["review"]


@pytest.fixture(scope="module")
def private(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose readers need a token, with a question of the operator's own."""
    folder = tmp_path_factory.mktemp("private")
    (folder / "merger-plans.rq").write_text(
        "#+ summary: Which mergers are planned?\n#+ summary-fr: Quelles fusions ?\nSELECT ?s { ?s a ukfr:Pledge }\n"
    )
    settings = {"write_token": TOKEN, "read_token_needed": "true", "queries": str(folder)}
    with start_server("--store", str(dataset), settings=settings) as running:
        yield running


PRIVATE = (
    "/openapi.json", "/docs", "/queries", "/queries/merger-plans", "/health", "/metrics", "/sparql", "/", "/editor",
    "/catalog", "/reconcile", "/.well-known/void", "/robots.txt", "/nothing", "/graph-store", "/search?q=merger",
)  # fmt: skip
STRANGERS: tuple[dict[str, str], ...] = ({}, PAGE, {"Authorization": "Bearer x"}, {"Accept": "application/json"})


@pytest.mark.parametrize(("path", "headers"), sample(product(PRIVATE, STRANGERS), every=3))
def test_nothing_private_is_told_without_a_token(private: Server, path: str, headers: dict[str, str]) -> None:
    version = CLIENT.get(private.url + "/health", headers=AUTHORIZED).json()["version"]
    answer = CLIENT.get(private.url + path, headers=headers)
    assert answer.status_code < 500
    for secret in ("mergers", "fusions", version, "worker-", "14448", '"triples"'):
        assert secret not in answer.text.replace("/search?q=merger", ""), secret
    if path == "/health":
        assert answer.json() == {"status": "ok"}
    assert CLIENT.get(private.url + path, headers={**headers, **AUTHORIZED}).status_code not in (401, 403)


def test_with_a_token_the_description_has_the_operators_questions(private: Server) -> None:
    assert "/queries/merger-plans" in httpx.get(private.url + "/openapi.json", headers=AUTHORIZED).json()["paths"]


def test_cookies_are_secure_where_the_public_comes_by_tls(server: str, dataset: Path) -> None:
    with start_server("--store", str(dataset), settings={"trusted_proxies": "127.0.0.0/8"}) as behind:
        _check_cookies(behind.url, {"X-Forwarded-Proto": "https"}, is_secure=True)
    _check_cookies(server, {"X-Forwarded-Proto": "https"}, is_secure=False)  # a stranger's word
    _check_cookies(server, {}, is_secure=False)


def _check_cookies(url: str, forwarded: dict[str, str], *, is_secure: bool) -> None:
    answer = httpx.get(url + "/?lang=fr&at=2016-08-30", headers={**PAGE, **forwarded})
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
        assert ("Secure" in cookie) == is_secure


@pytest.fixture(scope="module")
def written(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for writing what is refused: one for all that is."""
    own = shutil.copytree(dataset, tmp_path_factory.mktemp("written") / "out", symlinks=True)
    with start_server("--store", str(own), settings={"write_token": TOKEN}) as running:
        yield running


@pytest.mark.parametrize(
    "name",
    sample(
        ("https://example.org/team/../other", "https://example.org/team/./x", "https://w3id.org/ukfr/graph/empty",
         "https://example.org/team/%2e%2e/other", "HTTPS://W3ID.ORG/ukfr/graph/entities", "https://example.org/team/..",
         "https://example.org/team/.%2E/x", "https://example.org/../w3id.org"),
        every=2,
    ),
)  # fmt: skip
def test_a_graph_name_that_others_read_otherwise_is_refused(written: Server, name: str) -> None:
    turtle = {"Content-Type": "text/turtle", **AUTHORIZED}
    before = CLIENT.get(written.url + "/health").json()["version"]
    statuses = [
        CLIENT.put(written.url + "/graph-store", params={"graph": name}, content="<urn:a> a <urn:b> .", headers=turtle),
        CLIENT.put(written.url + "/graph-store", params={"graph": name}, content="", headers=turtle),
        CLIENT.post(written.url + "/sparql", data={"update": f"INSERT DATA {{ GRAPH <{name}> {{ <urn:a> a <urn:b> }} }}"},
                   headers=AUTHORIZED),
        CLIENT.post(written.url + "/sparql", data={"update": f"CREATE GRAPH <{name}>"}, headers=AUTHORIZED),
    ]  # fmt: skip
    assert {answer.status_code for answer in statuses[:3]} <= {400, 403}, [a.status_code for a in statuses]
    listed = CLIENT.post(written.url + "/sparql", data={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"})
    assert name not in listed.text
    assert CLIENT.get(written.url + "/health").json()["version"] == before


@pytest.mark.parametrize(
    "target",
    ["/id/../../etc/passwd", "/doc/..%2f..%2fetc/passwd", "/static/../app.py", "/static/%2e%2e/page.py",
     "/export/rdf/../../current/manifest.json", "/export/rdf/%2e%2e/%2e%2e/current/store.json", "/graph/../entities",
     "//evil.example/x", "/id/%00", "/ontology/..%2f", "/queries/..%2fx"],
)  # fmt: skip
def test_dot_segments_in_a_path_lead_nowhere(server: str, target: str) -> None:
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 20) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    status = int(answer.split()[1])
    assert status in (303, 307, 308, 400, 404, 406), answer[:300]
    assert b"root:" not in answer
    assert b"evil.example/x\r\n" not in answer.partition(b"\r\n\r\n")[0].replace(b"https://w3id.org", b"")
