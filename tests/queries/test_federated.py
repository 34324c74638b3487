"""The federated queries, asked of a real SPARQL server that holds an extract in the other host's shape."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.federated import federated, refresh
from support.servers import free_port, wait_until_ready
from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.limits import Limits
from ukfr_graph.query import Executor, SavedQuery, find_query
from ukfr_graph.query.relay import Relay
from ukfr_graph.store import Snapshot

EXTRACTS = Path(__file__).parent / "extracts"
ENGINE = Path(sys.executable).parent / "oxigraph"
ADDRESSES = {
    "cellar": "https://publications.europa.eu/webapi/rdf/sparql",
    "wikidata": "https://query.wikidata.org/sparql",
}
FEDERATED = federated()


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A SPARQL server for each of the two, by the address that it stands for."""
    processes = []
    found = {}
    for name, address in ADDRESSES.items():
        folder, port = tmp_path_factory.mktemp(name), free_port()
        load = [str(ENGINE), "load", "--location", str(folder), "--file", str(EXTRACTS / f"{name}.ttl")]
        subprocess.run(load, check=True, capture_output=True)
        serve = [str(ENGINE), "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
        processes.append(subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        found[address] = f"http://127.0.0.1:{port}/query"
        wait_until_ready(f"http://127.0.0.1:{port}", processes[-1], "/")
    yield found
    for process in processes:
        process.terminate()
        process.wait(20)


def ask(snapshot: Snapshot, hosts: dict[str, str], name: str) -> list[dict[str, str]]:
    """Ask a saved query through the real relay; only the address, and what counts as public, are the test's."""
    text = find_query(name).text
    for address, local in hosts.items():
        text = text.replace(f"<{address}>", f"<{local}>")
    executor = Executor(snapshot, Limits(service_allow=tuple(hosts.values())))
    executor._relay = Relay(tuple(hosts.values()), resolve=lambda host, _: host).start()
    names, rows = executor.run(text).rows()
    return [{n: t.value for n, t in zip(names, row, strict=True) if t is not None} for row in rows]  # type: ignore[union-attr]


def test_the_acts_are_described_by_cellar(snapshot: Snapshot, hosts: dict[str, str]) -> None:
    found = {row["celex"]: row for row in ask(snapshot, hosts, "eu-acts-in-cellar")}
    assert found.keys() == {"32017L0853", "31991L0477", "32016L0681"}
    title = found["32017L0853"].pop("title_en")
    assert title.startswith("Directive (EU) 2017/853 of the European Parliament")
    assert found["32017L0853"] == {
        "instrument": "https://w3id.org/ukfr/id/instrument/directive-2017-853",
        "celex": "32017L0853",
        "document_date": "2017-05-17",
        "entry_into_force": "2017-06-13",
        "end_of_validity": "2021-04-25",
        "in_force": "false",
    }


def test_a_date_that_differs_is_told(snapshot: Snapshot, hosts: dict[str, str]) -> None:
    (row,) = ask(snapshot, hosts, "eu-act-dates-compared")
    assert (row["celex"], row["ours"], row["theirs"]) == ("31991L0477", "1991-06-18", "1991-06-17")


def test_items_with_the_numbers_of_our_acts_are_found(snapshot: Snapshot, hosts: dict[str, str]) -> None:
    (row,) = ask(snapshot, hosts, "eu-acts-in-wikidata")
    assert row == {
        "instrument": "https://w3id.org/ukfr/id/instrument/dublin-iii",
        "celex": "32013R0604",
        "item": "http://www.wikidata.org/entity/Q990000001",
        "label_en": "an act",
        "effective": "2014-01-01T00:00:00Z",
    }


def test_what_we_link_has_its_names_there(snapshot: Snapshot, hosts: dict[str, str]) -> None:
    found = {row["thing"].rpartition("/")[2]: row for row in ask(snapshot, hosts, "linked-items-in-wikidata")}
    assert found["united-kingdom"]["label_fr"] == "Royaume-Uni"
    assert found["france"]["description"] == "country in Western Europe"
    assert found.keys() == {"united-kingdom", "france"}


@pytest.mark.parametrize("query", FEDERATED, ids=[q.name for q in FEDERATED])
def test_each_asks_one_host_and_says_so(query: SavedQuery) -> None:
    (target,) = query.services
    assert target in ADDRESSES.values()
    assert f"UKFR_SERVICE_ALLOW has {target} " in query.description


@pytest.mark.parametrize("query", FEDERATED, ids=[q.name for q in FEDERATED])
def test_each_names_what_the_graph_has(executor: Executor, query: SavedQuery) -> None:
    text = query.path.read_text("utf-8")
    assert re.search(r"VALUES \?\w+ \{ .+ \}", text), "the other host must be told what is asked about"
    assert refresh(executor, text) == text, "write it anew: python tests/queries/federated.py --write"


@pytest.mark.parametrize("query", FEDERATED, ids=[q.name for q in FEDERATED])
def test_each_is_refused_where_nothing_is_allowed(executor: Executor, query: SavedQuery) -> None:
    with pytest.raises(QueryRefusedError, match="UKFR_SERVICE_ALLOW"):
        executor.run(query.text)


def test_there_are_queries_for_both_hosts() -> None:
    assert {address for query in FEDERATED for address in query.services} == set(ADDRESSES.values())
