"""Programs of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx

from clients.programs import client, program, run

CALLS = "PREFIX ukfr: <https://w3id.org/ukfr/ontology#> SELECT ?c { ?c a ukfr:Call } ORDER BY ?c"
FIRST = "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/borders-information-sharing"
Told = Callable[[str, object], None]


@client("curl", "HTTP", "uploads a graph by PUT and as a form, updates, asks for CSV", program("curl"))
def test_curl_asks_updates_and_uploads(plain: str, tmp_path: Path) -> None:
    data = tmp_path / "mine.ttl"
    data.write_text("<https://a/1> <https://a/p> 'curl'@en .")
    run("curl", "-sf", "-T", data, "-H", "Content-Type: text/turtle", f"{plain}/graph-store?graph=https://a/curl")
    update = "INSERT DATA { GRAPH <https://a/curl> { <https://a/2> <https://a/p> 'more' } }"
    run("curl", "-sf", f"{plain}/sparql", "--data-urlencode", f"update={update}")
    query = "SELECT ?o { GRAPH <https://a/curl> { ?s ?p ?o } } ORDER BY ?s"
    answer = run("curl", "-sfG", f"{plain}/sparql", "--data-urlencode", f"query={query}", "-H", "Accept: text/csv")
    assert answer.split() == ["o", "curl", "more"]
    form = (f"file=@{data};type=text/turtle", f"{plain}/graph-store?graph=https://a/form")
    assert json.loads(run("curl", "-sf", "--compressed", "-F", *form))["triples"] == 1


@client("Wget", "HTTP", "downloads the files and their checksums under their own names; goes on where it stopped",
        program("wget"))  # fmt: skip
def test_wget_downloads_what_its_checksums_say(server: str, tmp_path: Path) -> None:
    run("wget", "-q", "--content-disposition", f"{server}/export/rdf/dataset.nq.gz", cwd=tmp_path)
    whole = tmp_path / "dataset.nq.gz"
    size = whole.stat().st_size
    whole.write_bytes(whole.read_bytes()[: size // 2])
    run("wget", "-q", "-c", f"{server}/export/rdf/dataset.nq.gz", cwd=tmp_path)
    sums = run("wget", "-qO-", f"{server}/export/SHA256SUMS")
    (tmp_path / "rdf").mkdir()
    whole.rename(tmp_path / "rdf/dataset.nq.gz")
    (tmp_path / "SHA256SUMS").write_text("".join(s for s in sums.splitlines(True) if "dataset.nq.gz" in s))
    assert "OK" in run("sha256sum", "-c", "SHA256SUMS", cwd=tmp_path)


@client("roqet (Rasqal)", "SPARQL", "asks the endpoint", program("roqet"))
def test_roqet_asks_the_endpoint(server: str) -> None:
    answer = run("roqet", "-q", "-p", f"{server}/sparql", "-e", CALLS, "-r", "csv")
    assert FIRST in answer
    assert len(answer.split()) == 8


@client("rapper (Raptor)", "RDF", "reads a thing by address in each form, and a dump", program("rapper"))
def test_rapper_reads_things_and_dumps_by_their_addresses(server: str, tmp_path: Path, record_property: Told) -> None:
    known = {
        str(len(set(run("rapper", "-q", "-i", form, f"{server}/doc/place/calais?_mediatype={media_type}").splitlines())))
        for form, media_type in (
            ("turtle", "text/turtle"), ("ntriples", "application/n-triples"), ("rdfxml", "application/rdf%2Bxml"),
        )
    }  # fmt: skip
    assert len(known) == 1
    dump = run("rapper", "-q", "-i", "nquads", "-o", "ntriples", f"{server}/export/rdf/dataset.nq")
    assert len(dump.splitlines()) > 10_000
    record_property("statements of the dump", len(dump.splitlines()))


@client("xmllint (libxml2)", "XML", "reads answers and RDF/XML; validates a GraphML file", program("xmllint"))
def test_xmllint_reads_answers_and_networks(server: str, tmp_path: Path) -> None:
    for name, address in {
        "rows.srx": "/sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20ukfr%3ACall%20%7D&format=xml",
        "ontology.rdf": "/ontology?_mediatype=application/rdf%2Bxml",
        "network.gexf": "/export/network?projection=actor-instrument&format=gexf",
        "network.graphml": "/export/network?projection=actor-instrument&format=graphml",
        "network.svg": "/export/network?projection=actor-instrument&format=svg",
    }.items():
        (tmp_path / name).write_bytes(httpx.get(server + address).content)
        run("xmllint", "--noout", "--nonet", tmp_path / name)
    schema = Path(__file__).parents[1] / "schemas/graphml.xsd"
    run("xmllint", "--noout", "--nonet", "--schema", schema, tmp_path / "network.graphml")


@client("jq", "JSON", "takes rows out of an answer, and things out of the JSON-LD dump", program("jq"))
def test_jq_reads_rows_and_dumps(server: str, tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_bytes(httpx.get(f"{server}/sparql", params={"query": CALLS}).content)
    assert json.loads(run("jq", ".results.bindings | map(.c.value) | first", tmp_path / "rows.json")) == FIRST
    (tmp_path / "dump.jsonld").write_bytes(httpx.get(f"{server}/export/rdf/dataset.jsonld").content)
    assert int(run("jq", '[.. | objects | select(has("@id"))] | length', tmp_path / "dump.jsonld")) > 1_000
