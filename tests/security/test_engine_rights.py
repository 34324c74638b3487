"""A token writes to its graphs alone: judged by what every graph holds afterwards, not by what the text says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.commands import run_command
from support.servers import Server, start_server
from ukfr_graph import iris
from ukfr_graph.errors import ForbiddenError
from ukfr_graph.service.gate import hash_token
from ukfr_graph.store import Rights, install_plain, layout, next_version, run_update
from ukfr_graph.store.touched import Watch, hash_name

MINE, OTHERS = "https://example.org/team/mine", "https://example.org/others/theirs"
ENTITIES = iris.ENTITIES_GRAPH


@pytest.fixture(scope="module")
def server(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("rights")
    own = Path(shutil.copytree(dataset, folder / "out", symlinks=True))
    tokens = [
        {"sha256": hash_token("narrow").hex(), "scopes": ["write"], "graphs": ["https://example.org/team/"]},
        {"sha256": hash_token("wide").hex(), "scopes": ["write"]},
    ]
    (folder / "tokens.json").write_text(json.dumps(tokens))
    given_settings = {"write_tokens_file": str(folder / "tokens.json"), "max_graphs": "5"}
    with start_server("--store", str(own), settings=given_settings) as running:
        assert update(running, "wide", f"INSERT DATA {{ GRAPH <{OTHERS}> {{ <urn:s> <urn:p> 1, 2 }} }}") == 204
        assert update(running, "narrow", f"INSERT DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:b> 0 }} }}") == 204
        yield running


def update(server: Server, token: str, text: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(f"{server.url}/sparql", data={"update": text}, headers=headers, timeout=120).status_code


def read(server: Server, *graphs: str) -> list[set[str]]:
    found = []
    for graph in graphs:
        answer = httpx.get(
            f"{server.url}/graph-store",
            params={"graph": graph},
            headers={"Accept": "application/n-triples"},
            timeout=60,
        )
        found.append(set(answer.text.splitlines()))
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"PREFIX g: <{iris.GRAPH}> INSERT DATA {{ GRAPH <{MINE}> {{ <urn:s> g: <urn:x/> }} }} ; "
        "DELETE WHERE { GRAPH g:entities { ?s ?p ?o } }",
        "PREFIX g: <https://example.org/others/> INSERT DATA { GRAPH <MINE> { <urn:s> g: <urn:x/> } } ; "
        "DELETE DATA { GRAPH g:theirs { <urn:s> <urn:p> 1 } } ; INSERT DATA { GRAPH g:theirs { <urn:s> <urn:p> 3 } }",
        "INSERT { GRAPH <MINE> { <urn:a> <urn:b> 1 } } WHERE { FILTER(1<2&&'>'='>') } ; DROP GRAPH <OTHERS> ; "
        "INSERT DATA { GRAPH <MINE> { <urn:a> <urn:b> '' } }",
        "WITHgraph:entities DELETE{?s ?p ?o}INSERT{?s ?p 1}WHERE{?s ?p ?o}",
        "DELETE{GRAPHgraph:entities{?s ?p ?o}}WHERE{GRAPHgraph:entities{?s ?p ?o}}",
        "MOVE<OTHERS>TO<MINE>",
        "CREATE GRAPH <https://w3id.org/ukfr/graph/empty>",
        "CREATE GRAPH <https://example.org/others/new>",
        "CREATE GRAPH <https://w3id.org/ukfr/graph/empty>; DROP GRAPH <MINE>",
        "INSERT DATA { GRAPH <https://example.org/team/../others/theirs> { <urn:a> <urn:b> 1 } }",
        "INSERT DATA { GRAPH <https://example.org/team/%2e%2E/others/theirs> { <urn:a> <urn:b> 1 } }",
    ],
)
def test_no_update_changes_a_graph_that_its_token_is_not_for(server: Server, text: str) -> None:
    assert read(server, MINE) == [{f'<urn:a> <urn:b> "0"^^<{iris.XSD}integer> .'}]
    before = read(server, ENTITIES, OTHERS), httpx.get(f"{server.url}/health", timeout=60).json()["version"]
    if "team/" not in text.replace(MINE, ""):  # what has dot segments nothing resolves away is refused to everyone
        assert update(server, "narrow", text.replace("OTHERS", OTHERS).replace("MINE", MINE)) == 403
    else:
        update(server, "narrow", text)
    after = read(server, ENTITIES, OTHERS), httpx.get(f"{server.url}/health", timeout=60).json()["version"]
    assert after == before
    assert read(server, OTHERS) == [{f'<urn:s> <urn:p> "{n}"^^<{iris.XSD}integer> .' for n in (1, 2)}]


def test_one_update_makes_no_more_graphs_than_there_may_be(server: Server) -> None:
    query = "INSERT { GRAPH ?g { ?s ?p ?o } } WHERE { ?s ?p ?o BIND (IRI(CONCAT('https://example.org/team/', MD5(STR(?s)))) AS ?g) }"
    assert update(server, "narrow", query) == 403
    assert update(server, "narrow", f"INSERT DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:b> 1 }} }}") == 204


@pytest.mark.parametrize("segments", ["/../", "/%2e%2e/", "/./", "/.%2E/"])
def test_a_graph_whose_name_has_dot_segments_is_made_for_nobody(server: Server, segments: str) -> None:
    for token in ("narrow", "wide"):
        answer = httpx.put(
            f"{server.url}/graph-store",
            params={"graph": f"https://example.org/team{segments}x"}, content="<urn:a> <urn:b> 1 .",
            headers={"Authorization": f"Bearer {token}", "Content-Type": "text/turtle"}, timeout=60,
        )  # fmt: skip
        assert answer.status_code == 403


def test_a_dataset_whose_curated_graphs_were_changed_is_refused_at_start(dataset: Path, tmp_path: Path) -> None:
    """Even where whoever changed them wrote the checksums of the files anew."""
    own_dataset = Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))
    version = layout.current_version(own_dataset)
    store = ox.Store(version / layout.STORE)
    store.update(f"INSERT DATA {{ GRAPH <{ENTITIES}> {{ <urn:forged> <urn:p> 1 }} }}")
    store.flush()
    del store
    layout.write_checksums(version)
    refused = run_command("serve", "--store", str(own_dataset), "--port", "0")
    assert refused.returncode == 2
    assert ENTITIES in refused.stderr
    assert "ukfr-graph build" in refused.stderr


NAMES = [f"https://example.org/{name}" for name in ("a", "b", "a/long/name/that/is/no/multiple/of/eight", "é")]
STEPS = [
    "INSERT DATA {{ GRAPH <{0}> {{ <urn:s> <urn:p> {2} }} }}",
    "DELETE DATA {{ GRAPH <{0}> {{ <urn:s> <urn:p> {2} }} }}",
    "CLEAR SILENT GRAPH <{0}>",
    "DROP SILENT GRAPH <{0}>",
    "COPY SILENT <{1}> TO <{0}>",
    "MOVE SILENT <{1}> TO <{0}>",
    "DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} INSERT {{ GRAPH <{0}> {{ ?s ?p ?o, '{2}' }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "WITH <{0}> INSERT {{ ?s ?p {2} }} WHERE {{ GRAPH <{1}> {{ ?s ?p ?o }} }}",
]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 3)), min_size=1, max_size=4))  # fmt: skip
def test_every_graph_that_changed_was_touched(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str, int]]) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("touched") / "store"
    store = ox.Store(folder)
    store.update("; ".join(f"INSERT DATA {{ GRAPH <{name}> {{ <urn:s> <urn:p> 1 }} }}" for name in NAMES[:3]))
    before = contents(store)
    watch = Watch(store, folder)
    store.update(" ; ".join(step.format(*values) for step, *values in steps))
    changed = {name for name in NAMES if contents(store)[name] != before[name]}
    touched = watch.find_touched(NAMES)
    assert changed <= touched
    assert hash_name(NAMES[0]) != hash_name(NAMES[1])


def contents(store: ox.Store) -> dict[str, tuple[bool, set[ox.Quad]]]:
    graphs = {name: ox.NamedNode(name) for name in NAMES}
    return {
        name: (store.contains_named_graph(graph), set(store.quads_for_pattern(None, None, None, graph)))
        for name, graph in graphs.items()
    }


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 3)), min_size=1, max_size=4))  # fmt: skip
def test_an_update_is_kept_if_and_only_if_it_leaves_others_graphs_as_they_were(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str, int]]) -> None:  # fmt: skip
    root = tmp_path_factory.mktemp("own")
    install_plain(root)
    text = " ; ".join(step.format(*values) for step, *values in steps)
    start = "; ".join(f"INSERT DATA {{ GRAPH <{name}> {{ <urn:s> <urn:p> 1 }} }}" for name in NAMES[:3])
    with next_version(root) as draft:
        run_update(draft, start, Rights())
    expected = ox.Store()
    expected.update(start)
    before = contents(expected)
    expected.update(text)
    others = [name for name in NAMES if not name.startswith(NAMES[0])]
    is_within = all(contents(expected)[name] == before[name] for name in others)
    with next_version(root) as draft:
        if is_within:
            run_update(draft, text, Rights((NAMES[0],)))
        else:
            with pytest.raises(ForbiddenError):
                run_update(draft, text, Rights((NAMES[0],)))
