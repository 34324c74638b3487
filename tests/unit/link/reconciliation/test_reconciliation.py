"""Which entity is meant: certainty, doubt, and what a condition does. A small graph, made here."""

from __future__ import annotations

import doctest

import pyoxigraph as ox
import pytest

from ukfr_graph import iris
from ukfr_graph.link.reconciliation import catalogue as catalogue_module
from ukfr_graph.link.reconciliation import harvest
from ukfr_graph.link.reconciliation.candidates import Candidate, Criterion, Given, Question, find_candidates
from ukfr_graph.link.reconciliation.catalogue import Catalogue
from ukfr_graph.link.reconciliation.harvest import build_catalogue
from ukfr_graph.link.reconciliation.payloads import ExtendProperty, ExtendQuery
from ukfr_graph.link.reconciliation.responses import extend
from ukfr_graph.query import Executor
from ukfr_graph.query.questions import read_question

TURTLE = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix id: <https://w3id.org/ukfr/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scheme: <https://w3id.org/ukfr/vocab/identifier-scheme/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ukfr: <https://w3id.org/ukfr/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
scheme:cets skos:prefLabel "CETS"@en , "STCE"@fr .
ukfr:Instrument rdfs:label "instrument"@en ; rdfs:subClassOf ukfr:Looped . ukfr:Looped rdfs:subClassOf ukfr:Instrument .
ukfr:documentDate rdfs:label "document date"@en .
ukfr:amends rdfs:label "amends"@en .
<https://w3id.org/ukfr/id/instrument/one> a ukfr:Instrument ; rdfs:label "Exchange of Notes"@en ; ukfr:documentDate "1990-05-01"^^xsd:date .
<https://w3id.org/ukfr/id/instrument/two> a ukfr:Instrument ; rdfs:label "Exchange of notes."@en ; ukfr:documentDate "1995-05-01"^^xsd:date ;
  ukfr:amends <https://w3id.org/ukfr/id/instrument/one> .
<https://w3id.org/ukfr/id/instrument/three> a ukfr:Instrument ; rdfs:label "Extradition convention"@en ; adms:identifier <https://w3id.org/ukfr/id/instrument/three#i> .
<https://w3id.org/ukfr/id/instrument/three#i> skos:notation "No. 24" ; ukfr:identifierScheme scheme:cets .
<https://w3id.org/ukfr/id/instrument/four> a ukfr:Instrument ; rdfs:label "Protocol"@en ; skos:exactMatch <http://www.wikidata.org/entity/Q1> .
<https://w3id.org/ukfr/id/instrument/five> a ukfr:Instrument ; rdfs:label "Other protocol"@en ; skos:exactMatch <http://www.wikidata.org/entity/Q1> .
<https://w3id.org/ukfr/id/instrument/nameless> a ukfr:Instrument .
"""


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return build_catalogue(quad.triple for quad in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE))


def name(text: str, **how: object) -> Criterion:
    return Criterion((Given(text),), **how)  # type: ignore[arg-type]


def day(text: str, **how: object) -> Criterion:
    return Criterion((Given(text),), "ukfr:documentDate", **how)  # type: ignore[arg-type]


def ask(catalogue: Catalogue, *conditions: Criterion, **how: object) -> list[Candidate]:
    return find_candidates(catalogue, [Question(conditions, **how)])[0]  # type: ignore[arg-type]


def ids(found: list[Candidate]) -> list[str]:
    return [c.entity.id.removeprefix("id/instrument/") for c in found]


@pytest.mark.parametrize("module", [catalogue_module, harvest], ids=lambda m: m.__name__)
def test_doctests_of_the_modules(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_a_name_that_two_have_is_certain_for_neither_until_something_tells_them_apart(small: Catalogue) -> None:
    both = ask(small, name("EXCHANGE OF NOTES"))
    assert set(ids(both)[:2]) == {"one", "two"}
    assert not any(c.match for c in both)
    told = ask(small, name("EXCHANGE OF NOTES"), day("1995"))
    assert (ids(told)[0], told[0].match) == ("two", True)
    assert not any(c.match for c in ask(small, name("EXCHANGE OF NOTES"), day("1800")))


def test_an_identifier_that_two_have_is_certain_for_neither(small: Catalogue) -> None:
    found = ask(small, name("Q1"))
    assert not any(c.match for c in ask(small, name("http://www.wikidata.org/entity/Q1")))
    assert found == []  # a bare "Q1" is no identifier that the data give


def test_an_identifier_is_read_with_its_scheme_or_in_its_column(small: Catalogue) -> None:
    for written in ("CETS 24", "STCE n° 24", "cets No. 24"):
        first, *others = ask(small, name(written))
        assert (ids([first]), first.match, first.score) == (["three"], True, 100)
        assert not any(c.match for c in others)
    assert ask(small, name("24")) == []
    (found,) = ask(small, Criterion((Given("24"),), "vocab:identifier-scheme/cets"))
    assert found.match


def test_an_identifier_beats_a_name(small: Catalogue) -> None:
    found = ask(small, name("Protocol"), Criterion((Given("24"),), "adms:identifier"))
    assert (ids(found)[0], found[0].match) == ("three", True)
    assert not any(c.match for c in found[1:])


def test_what_is_unknown_counts_neither_for_nor_against(small: Catalogue) -> None:
    with_day = ask(small, name("Extradition convention"), day("1999"))
    assert (ids(with_day)[0], with_day[0].match) == ("three", True)
    assert "ukfr:documentDate" not in with_day[0].features


def test_required_excluded_and_exact(small: Catalogue) -> None:
    assert ids(ask(small, name("exchange notes"), day("1990-05-01", required=True))) == ["one"]
    assert ids(ask(small, name("exchange notes"), day("1990-05-01", required=True, quantifier="none"))) == ["two"]
    assert ids(ask(small, name("protocoll"))) == ["four", "five"]
    assert ask(small, name("protocoll", required=True, exact=True)) == []


def test_an_entity_as_value_is_found_by_identifier_and_by_name(small: Catalogue) -> None:
    for given in (
        Given("", "id/instrument/one"),
        Given("x", iris.BASE + "id/instrument/one"),
        Given("exchange of notes"),
    ):
        assert ids(ask(small, Criterion((given,), "ukfr:amends"))) == ["two"]


def test_two_conditions_on_one_property_are_two_features(small: Catalogue) -> None:
    found = ask(small, name("Exchange of Notes"), day("1990"), day("1990-05"))
    assert {"ukfr:documentDate", "ukfr:documentDate 2"} <= found[0].features.keys()


def test_questions_do_not_influence_each_other(small: Catalogue) -> None:
    questions = [Question((name(text),)) for text in ("Protocol", "Exchange of notes", "CETS 24", "")]
    assert find_candidates(small, questions) == [find_candidates(small, [q])[0] for q in questions]


def test_what_has_no_name_is_known_by_its_identifier(small: Catalogue) -> None:
    (found,) = [c for c in ask(small, name("id/instrument/nameless")) if c.match]
    assert found.entity.labels == {"": "nameless"}


@pytest.mark.parametrize(
    ("lexical", "datatype", "expected"),
    [
        ("-7", "integer", {"int": -7}),
        ("2.5", "decimal", {"float": 2.5}),
        ("INF", "double", {"str": "INF"}),
        ("9" * 40, "integer", {"str": "9" * 40}),
        ("2016-04", "gYearMonth", {"str": "2016-04"}),
        ("2016-04-27", "date", {"date": "2016-04-27T00:00:00Z"}),
    ],
)
def test_numbers_and_dates_are_given_as_json_can_have_them(lexical: str, datatype: str, expected: object) -> None:
    typed = f'"{lexical}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'
    turtle = TURTLE + f"<https://w3id.org/ukfr/id/instrument/six> a ukfr:Instrument ; ukfr:documentDate {typed} ."
    catalogue = build_catalogue(quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    query = ExtendQuery(ids=["id/instrument/six"], properties=[ExtendProperty(id="ukfr:documentDate")])
    assert extend(catalogue, query, "en")["rows"]["id/instrument/six"]["ukfr:documentDate"] == [expected]


def test_the_catalogue_of_the_dataset_has_all_that_can_be_meant(executor: Executor) -> None:
    catalogue = build_catalogue(iter(executor.run(read_question("link/reconciliation", "catalogue")).results))  # type: ignore[arg-type]
    count = "SELECT (COUNT(DISTINCT ?s) AS ?n) { { ?s a ukfr:Actor } UNION { ?s a ukfr:Instrument } UNION { ?s a ukfr:Place } UNION { ?s skos:inScheme <https://w3id.org/ukfr/vocab/topic> } UNION { ?s skos:inScheme <https://w3id.org/ukfr/vocab/instrument-kind> } }"
    (row,) = executor.run(count).rows()[1]
    assert len(catalogue.entities) == int(row[0].value)  # type: ignore[union-attr]
    assert all(entity.types and entity.labels for entity in catalogue.entities.values())
    assert set(catalogue.proposals) == set(catalogue.types)
    statement = catalogue.entities["id/statement/uk-fr-2016-08-30"]
    assert {v.id for v in statement.values["ukfr:speaker"]} == {"id/government/france", "id/government/united-kingdom"}


@pytest.fixture(scope="module")
def whole(executor: Executor) -> Catalogue:
    return build_catalogue(iter(executor.run(read_question("link/reconciliation", "catalogue")).results))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ETS No. 185", "budapest-convention"),
        ("STE n° 185", "budapest-convention"),
        ("Treaty No. 185", "budapest-convention"),
        ("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX%3A32016L0681", "pnr-directive"),
        ("32016l0681", "pnr-directive"),
        ("02016L0681-20160504", "pnr-directive"),
        ("http://data.europa.eu/eli/dec_framw/2002/584/oj/eng", "european-arrest-warrant"),
        ("http://treaties.fco.gov.uk/data/Library2/html/2087.html", "north-atlantic-treaty"),
    ],
)
def test_everyday_spellings_of_identifiers_are_certain(whole: Catalogue, text: str, meant: str) -> None:
    first = ask(whole, name(text))[0]
    assert (ids([first]), first.match) == ([meant], True)


@pytest.mark.parametrize(
    "text", ["Geneva Convention", "Convention de Genève", "Protocol amending the Convention, ETS 185"]
)
def test_a_nickname_or_the_number_of_another_is_offered_and_not_matched(whole: Catalogue, text: str) -> None:
    assert ask(whole, name(text))
    assert not any(c.match for c in ask(whole, name(text)))


def test_a_nickname_is_certain_where_the_day_agrees(whole: Catalogue) -> None:
    first = ask(whole, name("Geneva Convention"), day("28 July 1951"))[0]
    assert (ids([first]), first.match) == (["refugee-convention"], True)


@pytest.mark.parametrize(
    "written", ["28 July 1951", "28 juillet 1951", "July 28, 1951", "1951-07-28T00:00:00", "28.7.1951"]
)
def test_a_date_in_words_agrees(whole: Catalogue, written: str) -> None:
    first = ask(whole, name("Convention relating to the Status of Refugees"), day(written))[0]
    assert (first.match, first.features["ukfr:documentDate"]) == (True, 1.0)


@pytest.mark.parametrize("written", ["", "n/a", "NULL", "-", "soon", "1950s", "07/28/1951", "unknown"])
def test_what_cannot_be_read_counts_neither_for_nor_against(whole: Catalogue, written: str) -> None:
    first = ask(whole, name("Convention relating to the Status of Refugees"), day(written))[0]
    assert (ids([first]), first.match) == (["refugee-convention"], True)
    assert "ukfr:documentDate" not in first.features
