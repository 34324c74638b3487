"""Downloads over HTTP: listed, checked, streamed, in parts, and only where there are files."""

import base64
import gzip
import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import frictionless
import httpx
import pyoxigraph as ox
import pytest

from support.servers import TOKEN, Server

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ttl": ox.RdfFormat.TURTLE,
}


def get(url: str, headers: dict[str, str] | None = None, method: str = "GET") -> httpx.Response:
    """Ask, and have patience: files are made when they are first asked for."""
    return httpx.request(method, url, headers=headers, timeout=120)


def test_everything_that_is_listed_can_be_had_and_is_what_it_says(server: str, tmp_path: Path) -> None:
    unmade = get(server + "/export").json()["files"]
    assert len(unmade) >= 11
    for file in unmade:
        get(f"{server}/export/{file['path']}")
    listed = get(server + "/export").json()
    for file in listed["files"]:
        answer = get(f"{server}/export/{file['path']}")
        digest = hashlib.sha256(answer.content)
        assert (answer.status_code, len(answer.content), digest.hexdigest()) == (200, file["bytes"], file["sha256"])
        assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
        assert answer.headers["content-type"] == file["packing"]
        (tmp_path / file["path"]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file["path"]).write_bytes(answer.content)
        if file["form"] in FORMATS:
            assert next(iter(ox.parse(gzip.decompress(answer.content), format=FORMATS[file["form"]])))
    (tmp_path / "SHA256SUMS").write_bytes(get(server + "/export/SHA256SUMS").content)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], check=True, cwd=tmp_path)


def test_the_dump_holds_what_the_endpoint_answers_from(server: str) -> None:
    quads = list(
        ox.parse(gzip.decompress(get(server + "/export/rdf/dataset.nq.gz").content), format=ox.RdfFormat.N_QUADS)
    )
    assert len(quads) == get(server + "/health").json()["triples"]


def test_the_tables_load_from_their_address(server: str) -> None:
    content = get(server + "/export/csv/ukfr-graph.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "clauses.csv" in archive.namelist()
    package = frictionless.Package(server + "/export/csv/ukfr-graph.zip")
    assert package.version == get(server + "/health").json()["version"]


def test_a_part_can_be_had_and_a_copy_is_not_sent_again(server: str) -> None:
    url = server + "/export/rdf/dataset.nq.gz"
    whole = get(url)
    part = get(url, headers={"Range": "bytes=10-19", "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert get(url, headers={"Range": f"bytes={len(whole.content) + 1}-"}).status_code == 416
    again = get(url, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = get(method="HEAD", url=url)
    assert (head.status_code, head.content, head.headers["repr-digest"]) == (200, b"", whole.headers["repr-digest"])


@pytest.mark.parametrize(
    "path", ["rdf/none", "rdf/../../manifest.json", "csv/%2e%2e/%2e%2e/manifest.json", "rdf/dataset.nq.gz.json", "x/y"]
)
def test_nothing_else_can_be_had(server: str, path: str) -> None:
    answer = get(f"{server}/export/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_links_to_every_file(server: str, language: str) -> None:
    page = get(f"{server}/export?lang={language}", headers=BROWSER)
    assert ("Téléchargements" in page.text) == (language == "fr")
    for file in get(server + "/export").json()["files"]:
        assert f'href="/export/{file["path"]}"' in page.text


def test_what_users_add_is_in_no_download(writable: Server) -> None:
    before = get(writable.url + "/export/rdf/dataset.nq.gz").content
    httpx.put(
        writable.url + "/graph-store?graph=https://example.org/mine", content="<urn:a> <urn:b> <urn:c> .",
        headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
    ).raise_for_status()  # fmt: skip
    after = get(writable.url + "/export/rdf/dataset.nq.gz")
    assert gzip.decompress(after.content) == gzip.decompress(before)
    graphs = [file["graph"] for file in get(writable.url + "/export").json()["files"]]
    assert "https://example.org/mine" not in graphs
    assert "<urn:c>" in get(writable.url + "/graph-store?graph=https://example.org/mine").text


def test_over_another_endpoint_the_reason_is_given(relay: str) -> None:
    for path in ("/export", "/export/SHA256SUMS", "/export/rdf/dataset.nq.gz"):
        answer = get(relay + path)
        assert (answer.status_code, answer.headers["content-type"]) == (501, "application/problem+json")
