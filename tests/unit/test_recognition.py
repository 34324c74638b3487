"""Recognising saved questions and the values of their parameters in what someone typed."""

import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest

from ukfr_graph import iris
from ukfr_graph.query.recognition import QuestionIndex, Recognised
from ukfr_graph.query.saved_files import read_library, read_queries
from ukfr_graph.query.search import search_labels
from ukfr_graph.store.text_index import make_index, open_index


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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("did Britain keep its word", "pledges-by-outcome"),
        ("combien la Grande-Bretagne a-t-elle versé à la France", "money"),
        ("treaties between France and the UK", "acts-binding-a-party"),
        ("are there conditions", "conditional-pledges"),
        ("quels actes ne sont plus applicables", "clauses-on-ended-acts"),
        ("did they do what they promised", "pledges-by-outcome"),
        ("is the UK still bound by Dublin III", "instrument-status"),
        ("how many small boats", "counts-over-time"),
    ],
)
def test_names_of_states_and_the_order_of_words_do_not_hide_a_question(
    index: sqlite3.Connection, questions: QuestionIndex, text: str, name: str
) -> None:
    assert meant(index, questions, text)[0].name == name


@pytest.mark.parametrize(
    "text", ["what is the PNR directive", "Sandhurst Treaty 2018", "Clause 5?", "joint statement 2022"]
)
def test_a_thing_that_is_named_and_nothing_asked_of_it_is_no_question(
    index: sqlite3.Connection, questions: QuestionIndex, text: str
) -> None:
    assert meant(index, questions, text) == []


def test_the_phrasings_of_general_questions_name_nothing_of_this_dataset(index: sqlite3.Connection) -> None:
    kinds = {iris.UKFR + kind for kind in ("State", "Government", "Place", "Person", "Organisation", "Instrument")}
    named = {}
    for query in read_queries().values():
        for text in (text for texts in query.asked.values() for text in texts if query.is_bundled):
            if things := [name.iri for name in search_labels(index, text, 1).names if not kinds.isdisjoint(name.types)]:
                named[text] = things
    assert named == {}


def test_the_questions_are_recognised_in_a_dataset_of_other_states(questions: QuestionIndex, tmp_path: Path) -> None:
    store = ox.Store()
    names = {
        "State": "Alba",
        "Government": "Government of Alba",
        "Office": "Chancellor",
        "Instrument": "Treaty of Borea",
    }
    for kind, name in names.items():
        thing = ox.NamedNode(f"https://example.org/{kind}")
        label = ox.Literal(name, language="en")
        for name_of_type in (kind, "Actor"):
            store.add(ox.Quad(thing, ox.NamedNode(iris.RDF + "type"), ox.NamedNode(iris.UKFR + name_of_type)))
        store.add(ox.Quad(thing, ox.NamedNode(iris.RDFS + "label"), label))
    make_index(store, tmp_path / "other.sqlite")
    with sqlite3.connect(tmp_path / "other.sqlite") as other:
        for text, name, values in [
            ("who was chancellor in 2018", "office-holders", {"day": "2018-12-31"}),
            ("is the Treaty of Borea in force", "instrument-status", {"instrument": "https://example.org/Instrument"}),
            ("treaties binding Alba", "acts-binding-a-party", {"party": "https://example.org/State"}),
            ("did Alba keep its promises", "pledges-by-outcome", {}),
        ]:
            first = meant(other, questions, text)[0]
            assert (first.name, first.values) == (name, values), text


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
