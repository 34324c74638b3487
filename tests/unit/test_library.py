"""The graph in Python, as a script or a notebook uses it."""

import doctest
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import networkx as nx
import polars as pl
import pytest

import ukfr_graph
from ukfr_graph import workspace_datasets
from ukfr_graph.errors import NotFoundError, ParameterError, QueryError, QuerySyntaxError, SettingsError
from ukfr_graph.settings import read_settings

PNR = "id:clause/uk-fr-2016-08-30/pnr-implementation"


@pytest.fixture(scope="module")
def graph(dataset: Path) -> ukfr_graph.Graph:
    return ukfr_graph.open(dataset)


def test_importing_the_package_imports_nothing_else() -> None:
    program = "import sys, ukfr_graph; print({'pyoxigraph', 'networkx', 'pydantic', 'rdflib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert {"open", "Graph", "Clause"} <= set(dir(ukfr_graph))
    with pytest.raises(AttributeError, match="nothing"):
        _ = ukfr_graph.nothing  # type: ignore[attr-defined]


def test_rows_have_python_values(graph: ukfr_graph.Graph) -> None:
    rows = graph.query("office-holders", day=date(2017, 1, 1))
    assert isinstance(rows, ukfr_graph.Rows)
    assert len(rows) == 1
    assert rows[0]["from"] == date(2016, 7, 13)
    assert rows[0]["person"] == "https://w3id.org/ukfr/id/person/amber-rudd"
    assert rows[0:1] == [rows[0]] == list(rows)
    money = graph.query("money")
    assert isinstance(money, ukfr_graph.Rows)
    assert money.column("value") == [Decimal(100_000_000)]
    with pytest.raises(KeyError, match="there are"):
        rows.column("nothing")


def test_a_no_is_of_one_statement_and_a_construct_gives_triples(graph: ukfr_graph.Graph) -> None:
    (row,) = graph.query("pledges-with-deadline")  # type: ignore[misc]
    assert row["answer"] == "no"
    triples = graph.query("clause-network")
    assert isinstance(triples, ukfr_graph.Triples)
    assert triples[0].predicate.value
    assert "ukfr:elaborates" in triples.serialize()
    assert triples.serialize("nt").count("\n") == len(triples)
    with pytest.raises(SettingsError, match="ttl"):
        triples.serialize("docx")


def test_a_select_of_ones_own_takes_parameters_as_terms(graph: ukfr_graph.Graph) -> None:
    text = "SELECT ?c ?_topic_iri { ?c dcterms:subject ?_topic_iri }"
    asked = graph.select(text, topic="vocab:topic/encryption")
    assert asked
    assert set(asked.column("_topic_iri")) == {"https://w3id.org/ukfr/vocab/topic/encryption"}
    with pytest.raises(ParameterError):
        graph.select(text, topic="x> } INSERT")
    with pytest.raises(ParameterError, match="must be given"):
        graph.select(text)
    with pytest.raises(QuerySyntaxError):
        graph.select("DELETE WHERE { ?s ?p ?o }")
    with pytest.raises(QueryError, match="Rows"):
        graph.select("ASK { ?s ?p ?o }")
    with pytest.raises(QueryError, match="Triples"):
        graph.construct("ASK { ?s ?p ?o }")
    with pytest.raises(NotFoundError):
        graph.query("no-such-question")


def test_a_clause_leads_to_the_characters_that_it_rests_on(graph: ukfr_graph.Graph) -> None:
    from ukfr_graph.resources import data_folder

    clause = graph.clause(PNR)
    text = (data_folder() / "sources/govuk-2016-08-30/text.txt").read_bytes().decode()
    assert text[clause.evidence.start : clause.evidence.end].split() == clause.words.split()
    assert len(clause.evidence.sha256) == 64
    assert clause.kind == "https://w3id.org/ukfr/ontology#Call"
    assert clause.instruments == ("https://w3id.org/ukfr/id/instrument/pnr-directive",)
    assert {(r.role.rpartition("/")[2], r.actor.rpartition("/")[2]) for r in clause.roles} >= {
        ("addressee", "eu-member-states"),
        ("holder", "france"),
    }
    assert clause.label_fr == "Transposer sans délai la directive PNR"
    with pytest.raises(NotFoundError, match="no clause"):
        graph.clause("id:person/amber-rudd")
    with pytest.raises(AttributeError):
        clause.kind = "x"  # type: ignore[misc]


def test_inferred_roles_figures_and_relations_of_a_clause_are_told_apart(graph: ukfr_graph.Graph) -> None:
    clause = graph.clause("id:clause/uk-fr-2016-08-30/police-reinforced")
    (holder,) = [r for r in clause.roles if r.role.endswith("/holder")]
    assert holder.basis.endswith("/inferred")
    (figure,) = clause.figures
    assert (figure.value, figure.evidence.words) == (160, "160 additional officers")
    assert clause.evidence.start <= figure.evidence.start
    assert figure.evidence.end <= clause.evidence.end
    assert "modifies" in clause.related


def test_every_clause_can_be_read(graph: ukfr_graph.Graph) -> None:
    clauses = [graph.clause(str(iri)) for iri in graph.select("SELECT ?c { ?c a ukfr:Clause }").column("c")]
    assert len(clauses) > 50
    assert all(c.words and c.label and c.label_fr and c.summary and c.section and c.testability for c in clauses)


def test_data_frames_have_columns_of_the_right_type(graph: ukfr_graph.Graph) -> None:
    rows = graph.query("figures")
    assert isinstance(rows, ukfr_graph.Rows)
    frame = rows.to_pandas()
    assert list(frame.columns) == list(rows.names)
    assert frame["value"].sum() == sum(float(str(v)) for v in rows.column("value"))
    table = rows.to_polars()
    assert table.schema["value"] == pl.Float64
    assert table.height == len(rows)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_extra_is_named(graph: ukfr_graph.Graph, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    rows = graph.select("SELECT (1 AS ?n) {}")
    with pytest.raises(SettingsError, match=rf"pip install 'ukfr-graph\[{library}\]'"):
        getattr(rows, f"to_{library}")()


def test_a_network_is_a_networkx_graph(graph: ukfr_graph.Graph) -> None:
    found = graph.to_networkx("actor-instrument", kind="ukfr:Call")
    assert isinstance(found, nx.MultiDiGraph)
    assert "https://w3id.org/ukfr/id/instrument/pnr-directive" in found
    assert nx.is_bipartite(nx.Graph(found))


def test_threads_may_share_a_graph(graph: ukfr_graph.Graph) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: graph.query("clauses-by-kind"), range(40)))
    assert all(rows == found[0] for rows in found)


def test_the_bundled_dataset_is_built_once_with_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    steps: list[str] = []
    with ukfr_graph.open(progress=steps.append) as graph:
        assert isinstance(graph.query("pledges-with-deadline"), ukfr_graph.Rows)
        version = graph.version
    assert "Resolving quotes" in steps
    steps.clear()
    with ukfr_graph.open(progress=steps.append) as graph:
        assert graph.version == version
    assert steps == []
    assert [p.parent.name for p in tmp_path.glob("ukfr-graph/*/current")] == [workspace_datasets.find_dataset().name]


def test_a_dataset_that_the_environment_names_is_taken(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKFR_DATASET", str(dataset))
    read_settings.cache_clear()
    try:
        assert workspace_datasets.find_dataset() == dataset
    finally:
        monkeypatch.undo()
        read_settings.cache_clear()


@pytest.mark.parametrize("module", ["__init__", "graph", "results"])
def test_the_examples_of_the_documentation_hold(
    tmp_path_factory: pytest.TempPathFactory, dataset: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setattr("ukfr_graph.library.graph.find_dataset", lambda *_: dataset)
    found = doctest.testmod(import_module(f"ukfr_graph.library{'' if module == '__init__' else '.' + module}"))
    assert found.attempted
    assert found.failed == 0


def test_opening_what_is_no_dataset_says_so(tmp_path: Path) -> None:
    from ukfr_graph.errors import DatasetError

    with pytest.raises(DatasetError):
        ukfr_graph.open(tmp_path)
    with pytest.raises(SettingsError, match="password"):
        ukfr_graph.open("https://user:secret@example.org/sparql")
    assert os.listdir(tmp_path) == []  # noqa: PTH208
