"""Every saved question gives the expected answer, and its parameters make a difference."""

import pyoxigraph as ox
import pytest

from queries.expected import ask, cases, expected_path
from ukfr_graph.query import Executor, SavedQuery, find_format, read_queries
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.resources import data_folder, queries_folder

CASES = list(cases())
PARAMETERISED = [q for q in read_queries().values() if {p.name for p in q.parameters} - {"statement"}]


def test_there_are_questions_enough_in_every_area() -> None:
    assert len(read_queries()) >= 30
    assert {q.area for q in read_queries().values()} >= {
        "clauses",
        "actors",
        "figures",
        "pledges",
        "instruments",
        "evidence",
    }


@pytest.mark.parametrize(("query", "number"), CASES, ids=[f"{q.name}-{n}" for q, n in CASES])
def test_the_answer_is_the_expected_one(executor: Executor, query: SavedQuery, number: int) -> None:
    expected = expected_path(query, number)
    assert expected.is_file(), "write it with: python tests/queries/expected.py --write (and read it)"
    assert ask(executor, query, number) == expected.read_text("utf-8"), "read the difference, then: make expected"


def test_no_expected_answer_is_without_its_question() -> None:
    assert {expected_path(q, n) for q, n in CASES} == {
        path for folder in (queries_folder(), data_folder() / "queries") for path in folder.rglob("*.tsv")
    }


@pytest.mark.parametrize("query", PARAMETERISED, ids=[q.name for q in PARAMETERISED])
def test_two_values_of_a_parameter_give_different_answers(executor: Executor, query: SavedQuery) -> None:
    """The engine misses a parameter that is not projected: without this test nobody would see it."""
    assert len(query.examples) >= 2, "give '#+ examples:' a value other than the default"
    answers = {ask(executor, query, number) for number in range(1, len(query.examples) + 1)}
    assert len(answers) == len(query.examples)


def test_a_graph_is_that_of_the_statement_that_is_named(executor: Executor) -> None:
    query = read_queries()["clause-network"]

    def count(**values: str) -> int:
        answer = executor.run(query.text, bind_parameters(query.parameters, values))
        return len(answer.serialize(find_format("nt", "graph")).splitlines())

    assert count() == count(statement="https://w3id.org/ukfr/id/statement/uk-fr-2016-08-30") > 0
    assert count(statement="https://w3id.org/ukfr/id/statement/none") == 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?c a ukfr:Pledge ; ukfr:holder ?h FILTER (?h = ?v) }",
        "SELECT DISTINCT ?c { ?c a ukfr:Pledge ; ukfr:holder ?h FILTER (?h = ?v) }",
        "SELECT (COUNT(?c) AS ?n) { ?c a ukfr:Pledge ; ukfr:holder ?h FILTER (?h = ?v) } HAVING (COUNT(?c) > 0)",
        "SELECT ?h (COUNT(?c) AS ?n) { ?c a ukfr:Pledge ; ukfr:holder ?h FILTER (?h = ?v) } GROUP BY ?h",
        "SELECT ?h { ?c a ukfr:Pledge ; ukfr:holder ?h } GROUP BY ?h HAVING (?h = ?v)",
        "CONSTRUCT WHERE { ?c ukfr:holder ?v ; a ukfr:Pledge }",
        "CONSTRUCT { ?c a ukfr:Pledge } WHERE { ?c a ukfr:Pledge ; ukfr:holder ?h FILTER (?h = ?v) }",
    ],
)
def test_a_value_may_stand_anywhere_in_a_query_of_any_form(executor: Executor, query: str) -> None:
    holders = [ox.NamedNode(f"https://w3id.org/ukfr/id/{name}") for name in ("government/france", "state/austria")]
    answers = [executor.run(query, {"v": holder}) for holder in holders]
    kind = answers[0].kind
    found = [answer.serialize(find_format("csv" if kind == "solutions" else "nt", kind)) for answer in answers]
    assert len(found[0].splitlines()) > len(found[1].splitlines())


@pytest.mark.parametrize("query", list(read_queries().values()), ids=list(read_queries()))
def test_the_question_is_asked_in_both_languages(query: SavedQuery) -> None:
    assert query.summary["en"] != query.summary["fr"]
    assert all(len(s) > 15 for s in query.summary.values())
