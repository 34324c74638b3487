"""The page of a network as a server sends it, and the parameters that it shares with /export/network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from support.servers import start_server
from ukfr_graph.analysis.network_formats import FORMATS

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def narrow(dataset: Path) -> Iterator[str]:
    """A server that lays out no more than 50 nodes at once."""
    with start_server("--store", str(dataset), settings={"max_network_nodes": "50"}) as running:
        yield running.url


def export(url: str, **asked: str) -> dict[str, Any]:
    answer = httpx.get(url + "/export/network", params={**asked, "format": "json"}, timeout=60)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_large_network_is_shown_by_its_communities_or_whole(narrow: str, server: str) -> None:
    everything = export(server)["nodes"]
    assert export(narrow, whole="true")["nodes"] == everything
    communities = export(narrow, overview="true")["nodes"]
    assert sum(node["weight"] for node in communities) == len(everything)
    assert export(narrow, fit="true")["nodes"] == communities
    assert export(server, fit="true")["nodes"] == everything
    page = httpx.get(narrow + "/graph", headers=BROWSER, timeout=60)
    assert page.status_code == 200
    assert 'href="/graph?whole=true"' in page.text
    assert 'href="/export/network?overview=true&amp;format=graphml"' in page.text
    shown = set(re.findall(r'href="/graph\?community=(\d+)"', page.text))
    assert shown == {str(node["community"]) for node in communities}
    for node in communities:
        if node["weight"] <= 50:
            members = export(narrow, community=str(node["community"]))["nodes"]
            assert len(members) == node["weight"]
            assert node["id"] in {member["id"] for member in members}


def test_as_of_a_day_there_is_nothing_later_and_offices_are_held_by_those_of_then(server: str) -> None:
    later = "https://w3id.org/ukfr/id/instrument/directive-2017-853"
    nodes = [{node["id"] for node in export(server, at=day)["nodes"]} for day in ("2016-08-30", "2018-01-01")]
    assert [later in found for found in nodes] == [False, True]
    office = "https://w3id.org/ukfr/ontology#office"
    held = {
        day: {edge["source"].rpartition("/")[2] for edge in export(server, at=day)["edges"] if edge["iri"] == office}
        for day in ("2016-08-30", "2017-01-01", "2019-01-01")
    }
    assert {day: {"amber-rudd", "bernard-cazeneuve"} & found for day, found in held.items()} == {
        "2016-08-30": {"amber-rudd", "bernard-cazeneuve"},
        "2017-01-01": {"amber-rudd"},
        "2019-01-01": set(),
    }
    assert httpx.get(server + "/export/network", params={"at": "soon"}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"saved": "clause-network"}, 200, "<table>"),
        ({"query": "SELECT ?c ?act { ?c ukfr:cites ?act }"}, 200, "Open it in the workbench"),
        ({"projection": "none"}, 404, "There is no projection"),
        ({"steps": "x"}, 400, "takes a whole number"),
        ({"param": "x"}, 400, "write each parameter once, as name=value"),
        ({"topic": "<script>"}, 400, "&lt;script&gt;"),
        ({"query": "ASK {}"}, 400, "which is no network"),
    ],
)
def test_what_cannot_be_shown_is_said_on_the_page(server: str, asked: dict[str, str], status: int, words: str) -> None:
    page = httpx.get(server + "/graph", params=asked, headers=BROWSER, timeout=60)
    assert page.status_code == status
    assert words in page.text
    assert "<script>" not in page.text.replace('<script type="', "")


def test_a_page_tells_its_script_every_format_that_it_does_not_draw_itself(server: str) -> None:
    page = httpx.get(server + "/graph", headers=BROWSER, timeout=60).text
    (offered,) = re.findall(r'data-formats="([^"]+)"', page)
    assert dict(parse_qsl(offered.replace("&amp;", "&"))) == {
        form.name: form.title for form in FORMATS.values() if form.name not in ("svg", "png")
    }
