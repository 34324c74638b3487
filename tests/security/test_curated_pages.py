"""What users write beside the curated graphs changes nothing that is told of these, on any surface."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from mcp import Client

from security.forging import CLAUSE, FIGURE, FORGED, PLACE, ROWS
from support.sampling import sample
from support.servers import TOKEN, Server, open_client, start_server
from ukfr_graph import iris, open_graph
from ukfr_graph.build import Built, write_dataset
from ukfr_graph.query.saved_files import read_queries
from ukfr_graph.store import install_dataset, open_snapshot, staging_folder

PAGE = {"Accept": "text/html"}
GRAPH = "https://example.org/team/forged"
CLIENT = open_client()
PAGES = (
    "/", "/statements", "/statements/uk-fr-2016-08-30", "/timeline", "/compare", "/graph", "/vocab", "/vocab/topic",
    "/vocab/topic/asylum", "/ontology", "/shapes", "/queries", "/catalog", "/.well-known/void", "/export", "/docs",
    "/editor", "/search?q=calais", "/doc/clause/uk-fr-2016-08-30/pnr-implementation", "/doc/place/calais",
    "/doc/quantity/uk-fr-2016-08-30/networks-2016", "/doc/person/amber-rudd", "/doc/statement/uk-fr-2016-08-30",
    "/doc/state/france", "/graph/entities", "/doc/expression/govuk-2016-08-30", "/reconcile/preview?id=place/calais",
    "/doc/instrument/dublin-iii", "/doc/section/uk-fr-2016-08-30/migration",
)  # fmt: skip
DATA = (
    *PAGES[15:], "/export/network.json", "/export/network.svg", "/reconcile", "/editor/terms", "/openapi.json",
    "/reconcile/suggest/entity?prefix=cal", '/reconcile?queries={"q":{"query":"Calais"}}', "/search?q=FORGED",
    "/vocab/topic", "/ontology", "/.well-known/void", "/context.jsonld",
)  # fmt: skip
QUESTIONS = tuple(
    f"/queries/{name}" for name, query in read_queries().items() if not query.services and not query.parameters
)


@pytest.fixture(scope="module")
def forged(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = Path(shutil.copytree(dataset, tmp_path_factory.mktemp("forged") / "out", symlinks=True))
    with start_server("--store", str(root), settings={"write_token": TOKEN, "dataset": str(root)}) as running:
        httpx.put(
            f"{running.url}/graph-store?graph={GRAPH}",
            content=ROWS.encode(),
            headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
        ).raise_for_status()
        yield running


@pytest.fixture(scope="module")
def forged_root(dataset: Path, forged: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ukfr_graph.store import load_graph

    root = Path(shutil.copytree(dataset, tmp_path_factory.mktemp("forged") / "library", symlinks=True))
    rows = root.parent / "rows.ttl"
    rows.write_text(ROWS)
    load_graph([rows], GRAPH, root)
    return root


def read(url: str, path: str, accept: str) -> tuple[int, str]:
    """Read a resource, without what names the server and the version, and without what is told of user graphs."""
    answer = CLIENT.get(url + path, headers={"Accept": accept})
    text = re.sub(r"_:[0-9a-f]+", "_:x", answer.text.replace(url, ""))
    text = re.sub(r"[0-9a-f]{12}(?:-[0-9a-f]{8})?\b", "VERSION", text)
    text = re.sub(r"(<li>|, )?VERSION(</li>|, )?\s*", "VERSION", text)
    text = re.sub(r'<section aria-labelledby="added-heading">.*?</section>\n?', "", text, flags=re.DOTALL)
    return answer.status_code, text


@pytest.mark.parametrize(
    ("path", "language"),
    [
        *sample(((p, "en") for p in PAGES), every=3),
        *sample(((p, "fr") for p in PAGES), every=9),
        *sample(((p, "en") for p in QUESTIONS), every=9),
    ],
)
def test_every_page_says_what_it_said_before(server: str, forged: Server, path: str, language: str) -> None:
    path += ("&" if "?" in path else "?") + f"lang={language}"
    status, text = read(forged.url, path, "text/html")
    assert FORGED not in text
    if path.startswith(("/catalog", "/export")):  # they list the versions before, and which files are made
        return
    assert (status, text) == read(server, path, "text/html")
    assert status < 500


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        *sample(((p, "*/*") for p in DATA), every=3),
        *sample(((p, accept) for p in DATA for accept in ("application/ld+json", "text/turtle")), every=9),
        *sample(((p, "*/*") for p in QUESTIONS), every=9),
    ],
)
def test_all_data_say_what_they_said_before(server: str, forged: Server, path: str, accept: str) -> None:
    if path in ("/catalog", "/export"):  # sizes and times of compressed files, which are made anew, and older versions
        assert FORGED not in read(forged.url, path, accept)[1]
        return
    one, other = read(forged.url, path, accept), read(server, path, accept)
    assert FORGED not in one[1].replace('"query":"FORGED"', "")
    assert one[0] == other[0] < 500
    assert sorted(re.findall(r"\S+", one[1])) == sorted(re.findall(r"\S+", other[1]))


def test_the_graph_that_was_added_is_named_apart_and_asked_on_purpose(forged: Server) -> None:
    page = httpx.get(forged.url + "/doc/place/calais", headers=PAGE).text
    assert f"&lt;{GRAPH}&gt;" in page
    assert httpx.get(f"{forged.url}/search?q=zzyzx&graphs=users").json()["total"] > 3
    assert FORGED in httpx.get(f"{forged.url}/graph-store?graph={GRAPH}").text
    ask = f"SELECT ?label {{ <{PLACE}> rdfs:label ?label }}"
    assert FORGED in httpx.get(forged.url + "/sparql", params={"query": ask}).text
    assert FORGED in httpx.get(forged.url + "/editor", params={"query": ask}, headers=PAGE).text
    own = f"SELECT ?label FROM <{GRAPH}> {{ <{PLACE}> rdfs:label ?label }}"
    assert FORGED in httpx.get(forged.url + "/sparql", params={"query": own}).text


def test_the_service_description_says_that_the_union_holds_what_users_added(forged: Server) -> None:
    text = httpx.get(forged.url + "/sparql", headers={"Accept": "text/turtle"}).text
    assert "UnionDefaultGraph" in text
    assert f"<{GRAPH}>" in text
    assert "added by users" in text


def test_agents_are_told_the_curated_graphs_alone(dataset: Path, forged_root: Path) -> None:
    from unit.test_agents import call, run

    calls = [
        ("search", {"text": "calais"}),
        ("describe", {"iri": CLAUSE}),
        ("describe", {"iri": FIGURE}),
        ("clauses-by-kind", {}),
        ("sparql", {"query": "SELECT ?c ?words { ?c a ukfr:Pledge ; ukfr:evidence/oa:hasSelector/oa:exact ?words }"}),
    ]

    async def ask(client: Client) -> list[dict[str, Any]]:
        return [await call(client, tool, arguments) for tool, arguments in calls]

    for (tool, _), one, other in zip(calls, run(forged_root, ask), run(dataset, ask), strict=True):
        assert {**one, "version": ""} == {**other, "version": ""}, tool


def test_the_library_reads_the_curated_graphs_unless_it_is_told_otherwise(dataset: Path, forged_root: Path) -> None:
    count = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a ukfr:Pledge }"
    with open_graph(dataset) as one, open_graph(forged_root) as other:
        assert one.clause(CLAUSE) == other.clause(CLAUSE)
        assert one.select(count)[0] == other.select(count)[0] == {"n": 26}
        assert one.query("clauses-by-kind") == other.query("clauses-by-kind")
        assert replace(one.network("all"), version="") == replace(other.network("all"), version="")
    with open_graph(forged_root, user_graphs=True) as whole:
        assert whole.select(count)[0] == {"n": 28}
        assert FORGED not in whole.clause(CLAUSE).label


def without_blanks(root: Path) -> set[str]:
    return {text for quad in open_snapshot(root).curated.store if "_:" not in (text := str(quad))}


def test_the_users_graphs_go_and_the_pages_stay(dataset: Path, tmp_path: Path, built: Built) -> None:
    """A rebuild, a second write and a removal each leave the curated store what it was."""
    from ukfr_graph.store import load_graph
    from ukfr_graph.store.versions import next_version
    from ukfr_graph.store.writes import Rights, delete_graph

    root = Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))
    rows = tmp_path / "rows.ttl"
    rows.write_text(ROWS)
    curated = without_blanks(dataset)
    for _ in range(2):
        load_graph([rows], GRAPH, root)
        load_graph([rows], GRAPH + "/2", root)
        with staging_folder(root) as staging:
            write_dataset(built, staging)
            install_dataset(staging, root)
        snapshot = open_snapshot(root)
        assert len(snapshot.store) > len(snapshot.curated.store)
        assert without_blanks(root) == curated
    for graph in (GRAPH, GRAPH + "/2"):
        with next_version(root) as draft:
            delete_graph(draft, ox.NamedNode(graph), Rights())
    snapshot = open_snapshot(root)
    assert without_blanks(root) == curated
    assert len(snapshot.store) == len(snapshot.curated.store)


def test_a_version_that_did_not_keep_them_apart_is_refused_with_the_way_out(dataset: Path, tmp_path: Path) -> None:
    from ukfr_graph.errors import DatasetError
    from ukfr_graph.store import load_graph

    root = Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))
    rows = tmp_path / "rows.ttl"
    rows.write_text(ROWS)
    load_graph([rows], GRAPH, root)
    shutil.rmtree((root / "current").resolve() / "curated")
    with pytest.raises(DatasetError, match="ukfr-graph build"):
        _ = open_snapshot(root).curated


@pytest.fixture(scope="module")
def tainted_root(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset whose curated graphs hold the hostile rows themselves."""
    root = tmp_path_factory.mktemp("tainted") / "out"
    root.mkdir()
    hostile = {quad.triple for quad in ox.parse(ROWS.encode(), format=ox.RdfFormat.TURTLE)}
    entities = frozenset(built.graphs[iris.ENTITIES_GRAPH] | hostile)
    scratch = ox.Store()
    scratch.extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(iris.ENTITIES_GRAPH)) for t in entities)
    entities = frozenset(quad.triple for quad in scratch)  # as the engine spells numbers
    with staging_folder(root) as staging:
        write_dataset(replace(built, graphs={**built.graphs, iris.ENTITIES_GRAPH: entities}), staging)
        install_dataset(staging, root)
    return root


@pytest.fixture(scope="module")
def tainted(tainted_root: Path) -> Iterator[str]:
    with start_server("--store", str(tainted_root)) as running:
        yield running.url


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        *sample(((p, "text/html") for p in PAGES), every=3),
        *sample(((p, "*/*") for p in DATA), every=3),
        *sample((*((p, "*/*") for p in PAGES), *((p, "text/html") for p in (*DATA, *QUESTIONS))), every=9),
    ],
)
def test_no_row_takes_a_page_down(tainted: str, path: str, accept: str) -> None:
    answer = CLIENT.get(tainted + path, headers={"Accept": accept})
    if path in ("/catalog", "/export"):  # the tables refuse two values of one column, and say which
        assert answer.status_code != 500
        return
    assert answer.status_code not in (500, 503), answer.text[:500]
    if path == "/doc/place/calais":
        assert answer.status_code == 410  # the curated graphs retire their own


def test_a_quote_that_the_text_does_not_have_is_never_given_as_one(tainted: str) -> None:
    page = httpx.get(f"{tainted}/doc/clause/uk-fr-2016-08-30/pnr-implementation", headers=PAGE).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert "nobody said" not in json.loads(block)["mainEntity"].get("text", "")
    assert "FORGED" not in json.loads(block)["mainEntity"].get("text", "")


def test_agents_and_the_library_are_given_the_words_that_the_text_has(tainted_root: Path, dataset: Path) -> None:
    from unit.test_agents import ask

    with open_graph(tainted_root) as tainted, open_graph(dataset) as right:
        assert tainted.clause(CLAUSE).evidence == right.clause(CLAUSE).evidence
    told = ask(tainted_root, "describe", {"iri": CLAUSE})
    assert not told["is_error"]
    assert [quote["words"] for quote in told["evidence"]] == [open_graph(dataset).clause(CLAUSE).words]
