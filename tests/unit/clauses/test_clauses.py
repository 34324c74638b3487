"""A clause is one thing, whoever shows it: the model has every part, and questions about some clauses find just them."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest

from ukfr_graph import iris
from ukfr_graph.clauses import ROOM, Clause
from ukfr_graph.query import Executor
from ukfr_graph.query.clause_tables import read_all_clauses
from ukfr_graph.query.questions import ask_about, read_question
from ukfr_graph.query.tabular import make_package
from ukfr_graph.store import Snapshot

PNR = iris.ID + "clause/uk-fr-2016-08-30/pnr-implementation"


@pytest.fixture(scope="module")
def clauses(executor: Executor) -> dict[str, Clause]:
    return {clause.iri: clause for clause in read_all_clauses(executor)}


def test_the_period_of_a_figure_says_what_it_is_the_time_of(clauses: dict[str, Clause]) -> None:
    figures = [figure for clause in clauses.values() for figure in clause.figures if figure.period]
    assert len(figures) > 5
    assert all(figure.period and "/time-aspect/" in figure.period.aspect for figure in figures)


def test_what_has_no_name_in_a_language_is_called_by_the_english_one(clauses: dict[str, Clause]) -> None:
    clause = clauses[PNR]
    assert clause.name("de") == clause.label
    assert clause.name("fr") == clause.label_fr != clause.label
    figure = next(figure for c in clauses.values() for figure in c.figures)
    assert figure.name("de") == figure.counted


def test_tables_tell_of_a_clause_what_the_model_has(clauses: dict[str, Clause], snapshot: Snapshot) -> None:
    package = make_package(snapshot)
    found = [row for row in csv.DictReader(io.StringIO(package["roles.csv"].decode())) if row["clause"] == PNR]
    assert {(r["role"], r["basis"], r["actor"]) for r in found} == {
        (role.role, role.basis, role.actor) for role in clauses[PNR].roles
    }
    assert {row["role_label"] for row in found} >= {"holder"}


def test_a_question_about_some_clauses_is_answered_about_them_alone(executor: Executor) -> None:
    asked = ask_about(read_question(ROOM, "links"), "clause", str(ox.NamedNode(PNR)))
    assert {row["clause"].value for row in executor.run(asked).bindings()} == {PNR}


def test_a_question_without_a_pattern_cannot_be_asked_about_terms() -> None:
    with pytest.raises(ValueError, match="WHERE"):
        ask_about("DESCRIBE <urn:x>", "s", "<urn:a>")
