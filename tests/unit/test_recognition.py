"""Recognising saved questions and the values of their parameters in what someone typed."""

import sqlite3
from pathlib import Path

import pytest

from ukfr_graph.query.recognition import QuestionIndex, Recognised
from ukfr_graph.query.saved_files import read_library, read_queries
from ukfr_graph.query.search import search_labels
from ukfr_graph.store.text_index import open_index


@pytest.fixture(scope="module")
def index(dataset: Path) -> sqlite3.Connection:
    return open_index((dataset / "current").resolve())


@pytest.fixture(scope="module")
def questions() -> QuestionIndex:
    return QuestionIndex(read_queries().values())


def meant(index: sqlite3.Connection, questions: QuestionIndex, text: str) -> list[Recognised]:
    return [item for item in questions.recognise(text, search_labels(index, text, 1)) if item.is_sure]


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("what happened to the children", "outcomes-on-topic", {"topic": "vocab:topic/unaccompanied-children"}),
        ("que sont devenus les enfants ?", "outcomes-on-topic", {"topic": "vocab:topic/unaccompanied-children"}),
        ("what became of clause 48", "outcome-of-clause", {"clause": "id:clause/uk-fr-2016-08-30/children-to-uk"}),
        ("is Dublin III still in force", "instrument-status", {"instrument": "id:instrument/dublin-iii"}),
        ("acts that ended with Brexit", "clauses-on-ended-acts", {}),
        ("what did France promise", "clauses-of-holder", {"holder": "id:government/france"}),
        ("what does it say about encryption", "clauses-on-topic", {"topic": "vocab:topic/encryption"}),
        ("who was home secretary in 2018", "office-holders", {"day": "2018-12-31"}),
        ("who was home secretary on 2018-05-01", "office-holders", {"day": "2018-05-01"}),
        ("y a-t-il une échéance", "pledges-with-deadline", {}),
        ("all pledges", "clauses-of-kind", {"kind": "ukfr:Pledge"}),
        ("what hapened to the chilren", "outcomes-on-topic", {"topic": "vocab:topic/unaccompanied-children"}),
    ],
)
def test_a_question_is_recognised_with_its_parameters(
    index: sqlite3.Connection, questions: QuestionIndex, text: str, name: str, values: dict[str, str]
) -> None:
    first = meant(index, questions, text)[0]
    assert (first.name, first.values) == (name, values)


def test_how_much_money_asks_for_the_money(index: sqlite3.Connection, questions: QuestionIndex) -> None:
    for text in ("combien d'argent", "how much did the UK pay", "what was the cost"):
        assert meant(index, questions, text)[0].name.startswith("money"), text


@pytest.mark.parametrize(
    "text", ["Calais", "Home Office", "refugees", "visa", "declaration", "EU", "guns", "Macron", "zzyzx"]
)
def test_the_name_of_a_thing_and_a_single_word_are_no_question(
    index: sqlite3.Connection, questions: QuestionIndex, text: str
) -> None:
    assert meant(index, questions, text) == []


def test_every_question_is_recognised_by_its_own_words(index: sqlite3.Connection, questions: QuestionIndex) -> None:
    missed = []
    for query in read_queries().values():
        for text in query.summary.values():
            asked = text[:200]
            if query.name not in [item.name for item in questions.recognise(asked, search_labels(index, asked, 1))]:
                missed.append(asked)
    assert missed == []


def test_a_question_of_one_s_own_is_recognised_by_its_summary_and_phrasings(
    index: sqlite3.Connection, tmp_path: Path
) -> None:
    (tmp_path / "lighthouses.rq").write_text(
        "#+ summary: Which lighthouses stand on the coast?\n#+ asked-fr: [phares de la côte]\nSELECT * { ?s ?p ?o }"
    )
    known = QuestionIndex(read_library(tmp_path).queries.values())
    for text in ("lighthouses on the coast", "les phares de la côte"):
        assert [item.name for item in known.recognise(text, search_labels(index, text, 1))][:1] == ["lighthouses"], text
