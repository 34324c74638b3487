"""Programs that others wrote, used unchanged: curl, rasqal's roqet and Comunica.

``make clients`` installs Comunica and fails where one of them is missing; otherwise a missing one is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

COMUNICA = Path(__file__).parent / "comunica/node_modules/.bin/comunica-sparql"
CALLS = "PREFIX ukfr: <https://w3id.org/ukfr/ontology#> SELECT ?c { ?c a ukfr:Call } ORDER BY ?c"
FIRST = "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/borders-information-sharing"


def need(program: str) -> str:
    found = shutil.which(program)
    if not found and not os.environ.get("CLIENTS"):
        pytest.skip(f"{program} is not installed")
    assert found, f"{program} is not installed"
    return found


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl_asks_updates_and_uploads(plain: str, tmp_path: Path) -> None:
    curl = need("curl")
    data = tmp_path / "mine.ttl"
    data.write_text("<https://a/1> <https://a/p> 'curl'@en .")
    run(curl, "-sf", "-T", str(data), "-H", "Content-Type: text/turtle", f"{plain}/graph-store?graph=https://a/curl")
    update = "INSERT DATA { GRAPH <https://a/curl> { <https://a/2> <https://a/p> 'more' } }"
    run(curl, "-sf", f"{plain}/sparql", "--data-urlencode", f"update={update}")
    query = "SELECT ?o { GRAPH <https://a/curl> { ?s ?p ?o } } ORDER BY ?s"
    answer = run(curl, "-sfG", f"{plain}/sparql", "--data-urlencode", f"query={query}", "-H", "Accept: text/csv")
    assert answer.split() == ["o", "curl", "more"]
    packed = run(
        curl, "-sf", "--compressed", "-F", "file=@-;type=text/turtle", f"{plain}/graph-store?graph=https://a/form"
    )
    assert json.loads(packed)["triples"] == 0


def test_roqet_asks_the_endpoint(server: str) -> None:
    answer = run(need("roqet"), "-q", "-p", f"{server}/sparql", "-e", CALLS, "-r", "csv")
    assert FIRST in answer
    assert len(answer.split()) == 8


@pytest.mark.parametrize("source", ["sparql@{}/sparql", "{}/sparql"], ids=["told", "found by the service description"])
def test_comunica_asks_the_endpoint(server: str, source: str) -> None:
    need("node")
    if not COMUNICA.exists() and not os.environ.get("CLIENTS"):
        pytest.skip("Comunica is not installed: make clients")
    answer = json.loads(run("node", str(COMUNICA), source.format(server), CALLS))
    assert answer[0]["c"] == FIRST
    assert len(answer) == 7
