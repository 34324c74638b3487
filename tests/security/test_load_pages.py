"""Pages are kept by what they depend on, made away from the endpoint, and cost nobody else his answers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx
import pytest

from support.servers import TOKEN, Server, list_children, start_server

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Encoding": "identity"}
STATEMENT = "/statements/uk-fr-2016-08-30"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
HIT = "ukfr-graph; hit"


@pytest.fixture(scope="module")
def site(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    own = shutil.copytree(dataset, tmp_path_factory.mktemp("site") / "out", symlinks=True)
    settings = {"write_token": TOKEN, "page_processes": "1"}
    with start_server("--store", str(own), settings=settings, forked=False) as running:
        yield running


def get(server: Server, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(server.url + path, headers={**BROWSER, **named}, timeout=60)


def find_page_processes(server: Server) -> list[int]:
    return [
        pid for pid in list_children(server.process.pid) if b"page_process" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/statements?x=1", {}),
        ("/statements?utm_source=a&utm_medium=b", {}),
        ("/statements?lang=xx&at=never", {}),
        ("/statements", {"Cookie": "session=abc; theme=dark"}),
        ("/statements", {"Accept": CHROMIUM}),
        ("/statements", {"Accept_Language": "en-GB,en;q=0.7,de;q=0.3"}),
    ],
)
def test_what_a_page_does_not_depend_on_makes_no_new_page(site: Server, path: str, headers: dict[str, str]) -> None:
    first = get(site, STATEMENT + "?kind=ukfr:Pledge")
    again = get(
        site, path.replace("/statements", STATEMENT + "?kind=ukfr:Pledge").replace("Pledge?", "Pledge&"), **headers
    )
    assert first.status_code == again.status_code == 200
    assert again.headers.get("cache-status") == HIT
    assert again.content == first.content


def test_parameters_in_another_order_are_the_same_page(site: Server) -> None:
    first = get(site, STATEMENT + "?kind=ukfr:Call&topic=vocab:topic/terrorism")
    again = get(site, STATEMENT + "?topic=vocab:topic/terrorism&kind=ukfr:Call")
    assert (first.content, again.headers.get("cache-status")) == (again.content, HIT)


def test_a_page_is_never_that_of_another_language_day_or_choice(site: Server) -> None:
    variants = [
        get(site, "/compare"),
        get(site, "/compare", Accept_Language="fr"),
        get(site, "/compare", Cookie="lang=fr; at=2016-08-30"),
        get(site, "/compare", Cookie="at=2016-08-30"),
        get(site, "/compare?lang=fr&at=2017-01-01"),
        get(site, "/compare?a=vocab:topic/terrorism&b=vocab:topic/firearms"),
    ]
    assert len({page.content for page in variants}) == len(variants)
    for page in variants:
        again = httpx.get(site.url + str(page.request.url.raw_path, "ascii"), headers=page.request.headers)
        assert (again.content, again.headers["content-language"]) == (page.content, page.headers["content-language"])


def test_a_client_that_has_a_page_is_told_so_without_its_being_made(site: Server) -> None:
    page = get(site, "/timeline")
    for _ in range(2):
        again = get(site, "/timeline", If_None_Match=page.headers["etag"])
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
        assert again.headers["vary"] == page.headers["vary"]


def test_each_coding_has_its_own_tag_and_the_same_content(site: Server) -> None:
    pages = {coding: get(site, STATEMENT, Accept_Encoding=coding) for coding in ("identity", "gzip", "br", "gzip, br")}
    assert {page.text for page in pages.values()} == {pages["identity"].text}
    assert [page.headers.get("content-encoding") for page in pages.values()] == [None, "gzip", "br", "br"]
    assert len({page.headers["etag"] for page in pages.values()}) == 3
    assert all("Accept-Encoding" in page.headers["vary"] for page in pages.values())
    with httpx.stream("GET", site.url + STATEMENT, headers={**BROWSER, "Accept-Encoding": "br"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert len(raw) < 60_000
    assert brotli.decompress(raw) == pages["identity"].content


def test_a_write_forgets_the_pages_of_the_version_before(site: Server) -> None:
    before = get(site, "/graph/entities")
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
    graph = {"graph": "https://example.org/mine"}
    assert httpx.put(
        site.url + "/graph-store", params=graph, content=b"<urn:a> <urn:b> 1 .", headers=headers
    ).is_success
    after = get(site, "/graph/entities")
    assert "cache-status" not in after.headers
    assert after.headers["ukfr-version"] != before.headers["ukfr-version"]


def test_a_process_that_is_killed_costs_the_endpoint_nothing_and_is_replaced(site: Server) -> None:
    get(site, "/queries")
    (first,) = find_page_processes(site)
    os.kill(first, signal.SIGKILL)
    assert httpx.get(site.url + "/sparql", params={"query": "ASK {}"}).is_success
    deadline = time.monotonic() + 30
    while (page := get(site, f"/search?q=calais&type=&x={time.monotonic()}")).status_code == 503:
        assert page.headers["content-type"] == "application/problem+json"
        assert time.monotonic() < deadline
    assert page.status_code == 200
    (second,) = find_page_processes(site)
    assert second != first


def test_a_process_that_computes_without_end_is_ended(dataset: Path) -> None:
    settings = {"page_processes": "1", "query_timeout_s": "1", "log_level": "error"}
    with start_server("--store", str(dataset), settings=settings) as running:
        get(running, "/queries")
        _, stuck = list_children(running.process.pid)  # the first is the one that forks workers
        os.kill(stuck, signal.SIGSTOP)
        answer = get(running, "/ontology")
        assert answer.status_code in (503, 504)
        assert httpx.get(running.url + "/health").is_success
        assert get(running, "/queries").status_code == 200


def test_a_process_that_makes_pages_has_no_secret_and_no_way_out(site: Server) -> None:
    get(site, "/queries")
    for pid in find_page_processes(site):
        assert "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text()
        assert TOKEN.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            if "rw-p" in line:
                start, end = (int(place, 16) for place in line.split()[0].split("-"))
                with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
                    memory.seek(start)
                    assert TOKEN.encode() not in memory.read(end - start), line


def test_listing_downloads_makes_none(site: Server) -> None:
    for path in ("/export", "/catalog", "/export/SHA256SUMS"):
        assert get(site, path).status_code == 200, site.log.read_text()[-3_000:]
    assert {file["sha256"] for file in get(site, "/export", Accept="application/json").json()["files"]} == {None}


def test_equal_pipelined_requests_are_answered_in_order(site: Server) -> None:
    get(site, "/queries")
    request = f"GET {{}} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n" + "".join(
        f"{k}: {v}\r\n" for k, v in BROWSER.items()
    )
    paths = ["/queries", "/sparql?query=ASK%20%7B%7D", "/queries", "/style.css"] * 3
    for path in set(paths):
        get(site, path)
    with socket.create_connection(("127.0.0.1", site.port)) as link:
        link.sendall("".join(request.format(path) + "\r\n" for path in paths).encode())
        link.settimeout(20)
        received = b""
        while received.count(b"HTTP/1.1 200") < len(paths):
            received += link.recv(1 << 20)
    types = [part.split(b"content-type: ")[1].split(b"\r\n")[0] for part in received.split(b"HTTP/1.1 200")[1:]]
    html = b"text/html; charset=utf-8"
    assert [kind == html for kind in types] == [path in ("/queries", "/sparql?query=ASK%20%7B%7D") for path in paths]
