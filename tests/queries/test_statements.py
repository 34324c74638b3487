"""Questions about clauses, figures, times and roles tell statements apart: no answer mixes two of them."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from ukfr_graph.build import build_graphs, write_dataset
from ukfr_graph.query import Executor, SavedQuery, read_queries
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.query.saved_files import read_library
from ukfr_graph.resources import data_folder
from ukfr_graph.store import install_dataset, open_snapshot, staging_folder
from ukfr_graph.workspace import read_workspaces

WORKSPACES = [data_folder(), *sorted((Path(__file__).parents[1] / "workspaces").iterdir())]
STATEMENTS = {
    "costa-verde-norland": "https://example.org/costa-verde/id/statement/cv-no-2019-05-14",
    "norland-isles": "https://example.org/isles/id/statement/no-is-2021-03-02",
    "data": "https://w3id.org/ukfr/id/statement/uk-fr-2016-08-30",
}
STATEMENT = "statement"
_ABOUT = ("actors", "analysis", "clauses", "figures", "pledges", "outcomes")
_WITHOUT = {
    "members-of-collective",  # of persons and organisations, whatever is said of them
    "office-holders",
    "path-from-person-to-instrument",  # leads from one statement to another
    "counts-over-time",  # of observations
    "clause-network",  # a graph: its triples name the clauses
}


def questions() -> Iterator[SavedQuery]:
    """Yield the questions with a column for the statement that need no other value."""
    for query in read_queries().values():
        needed = [parameter for parameter in query.parameters if parameter.required and parameter.default is None]
        has_column = query.form == "SELECT" and query.area != "network"
        if has_column and not needed and STATEMENT in {parameter.name for parameter in query.parameters}:
            yield query


QUESTIONS = list(questions())
GENERAL = [query for query in QUESTIONS if query.is_bundled]
Rows = Counter[tuple[str, ...]]


def open_dataset(folders: list[Path], root: Path) -> Executor:
    root.mkdir()
    with staging_folder(root) as staging:
        write_dataset(build_graphs(read_workspaces(folders)), staging)
        install_dataset(staging, root)
    return Executor(open_snapshot(root))


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Executor:
    return open_dataset(WORKSPACES, tmp_path_factory.mktemp("together") / "out")


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory, executor: Executor) -> dict[str, Executor]:
    root = tmp_path_factory.mktemp("apart")
    made_up = {folder.name: open_dataset([folder], root / folder.name) for folder in WORKSPACES[1:]}
    return {WORKSPACES[0].name: executor, **made_up}


def ask(executor: Executor, query: SavedQuery, **values: str) -> tuple[tuple[str, ...], Rows]:
    names, rows = executor.run(query.text, bind_parameters(query.parameters, values)).rows()
    shown = [place for place, name in enumerate(names) if not name.startswith("_")]
    return names, Counter(tuple(str(row[place]) for place in shown) for row in rows)


def test_every_question_about_clauses_figures_times_and_roles_names_the_statement() -> None:
    known = {query.name for query in QUESTIONS}
    asked = {
        query.name
        for query in read_queries().values()
        if query.area in _ABOUT and query.form == "SELECT" and query.name not in _WITHOUT
    }
    assert asked - known == set()
    for query in read_queries().values():
        if "ukfr:statement" in query.text and query.form == "SELECT" and query.name not in _WITHOUT:
            assert STATEMENT in {parameter.name for parameter in query.parameters}, query.name
        if query.name in asked:
            assert "?statement" in query.text.partition("WHERE")[0], query.name


@pytest.mark.parametrize("query", QUESTIONS, ids=[query.name for query in QUESTIONS])
def test_the_answer_over_all_is_the_union_of_the_answers_over_each(
    together: Executor, apart: dict[str, Executor], query: SavedQuery
) -> None:
    union: Rows = Counter()
    for executor in apart.values():
        union += ask(executor, query)[1]
    assert ask(together, query)[1] == union


@pytest.mark.parametrize("query", QUESTIONS, ids=[query.name for query in QUESTIONS])
def test_a_statement_that_is_named_is_the_only_one_answered_for(
    together: Executor, apart: dict[str, Executor], query: SavedQuery
) -> None:
    for name, statement in STATEMENTS.items():
        names, rows = ask(together, query, statement=statement)
        place = names.index(STATEMENT)
        own = {row: n for row, n in ask(apart[name], query)[1].items() if row[place] in (f"<{statement}>", "None")}
        others = {row for row in rows if row[place] not in (f"<{statement}>", "None")}
        assert others == set()
        assert {row: n for row, n in rows.items() if row[place] != "None"} == {
            row: n for row, n in own.items() if row[place] != "None"
        }


def forget_english(content: object) -> object:
    """Take the English texts out of records that have Spanish ones too."""
    if isinstance(content, dict):
        kept = {key: forget_english(value) for key, value in content.items()}
        return {key: value for key, value in kept.items() if key != "en"} if {"en", "es"} <= kept.keys() else kept
    return [forget_english(item) for item in content] if isinstance(content, list) else content


@pytest.fixture(scope="module")
def spanish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset that has no English."""
    folder = tmp_path_factory.mktemp("spanish") / "costa-verde"
    shutil.copytree(WORKSPACES[1], folder)
    for path in folder.rglob("*.yaml"):
        content = forget_english(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))
        if path.name == "workspace.yaml":
            assert isinstance(content, dict)
            content["languages"] = ["es"]
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    open_dataset([folder], folder.parent / "out")
    return folder.parent / "out"


@pytest.mark.parametrize("query", GENERAL, ids=[query.name for query in GENERAL])
def test_a_dataset_without_english_is_answered_with_as_much(
    spanish: Path, apart: dict[str, Executor], query: SavedQuery
) -> None:
    snapshot = open_snapshot(spanish)
    asked = read_library(dataset=str(snapshot.folder)).find(query.name)
    names, rows = ask(Executor(snapshot), replace(query, text=asked.text))
    expected = ask(apart["costa-verde-norland"], query)[1]
    shown = [name for name in names if not name.startswith("_")]

    def count(of: Rows) -> dict[str, int]:
        return {name: sum(n for row, n in of.items() if row[at] != "None") for at, name in enumerate(shown)}

    assert rows.total() == expected.total()
    assert count(rows) == count(expected)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("pledges-with-deadline", {"data": "no", "costa-verde-norland": "yes", "norland-isles": "unknown"}),
        ("unilateral-pledges", {"data": "no", "costa-verde-norland": "yes", "norland-isles": "unknown"}),
    ],
)
def test_yes_has_witnesses_and_no_needs_a_record_of_completeness(
    together: Executor, name: str, answers: dict[str, str]
) -> None:
    rows = together.run(read_queries()[name].text).bindings()
    found = {row["statement"].value: row["answer"].value for row in rows}
    assert found == {STATEMENTS[workspace]: answer for workspace, answer in answers.items()}
    for row in rows:
        assert ("clause" in row) == (row["answer"] == ox.Literal("yes"))
