"""Answers that people can read: columns by name, things by name, days and sums as they are said, links to the words."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import httpx
import openpyxl
import pytest

from ukfr_graph.query.saved_files import read_queries

BROWSER = {"Accept": "text/html"}


def read(server: str, address: str, language: str = "en") -> str:
    page = httpx.get(server + address, params={"lang": language}, headers=BROWSER)
    assert page.status_code == 200, page.text
    return unescape(page.text).replace("\u00a0", " ").replace("\u202f", " ")


def headings(page: str) -> list[str]:
    return re.findall(r'<th scope="col">([^<]*)</th>', page)


@pytest.mark.parametrize(
    ("language", "sum_", "names"),
    [
        ("en", "€100 million", ["Statement", "Sum", "Status", "Given by", "What is counted", "Words of the text"]),
        (
            "fr",
            "100 millions d'euros",
            ["Déclaration", "Somme", "Statut", "Versé par", "Ce qui est compté", "Mots du texte"],
        ),
    ],
)
def test_money_is_money_and_columns_have_names(server: str, language: str, sum_: str, names: list[str]) -> None:
    page = read(server, "/queries/money", language)
    assert headings(page) == names
    assert sum_ in page
    assert "100000000" not in page.partition("<table")[2].partition("</table>")[0]


ANSWERED = [query for query in read_queries().values() if "federated" not in query.tags and query.kind == "solutions"]
EACH = pytest.mark.parametrize(
    ("language", "every"), [("en", 1), ("fr", 5), pytest.param("fr", 1, marks=pytest.mark.exhaustive)]
)


@EACH
def test_no_question_shows_a_variable_as_a_heading(server: str, language: str, every: int) -> None:
    for query in ANSWERED[::every]:
        shown = headings(read(server, f"/queries/{query.name}", language))
        assert shown, query.name
        assert not [name for name in shown if "_" in name or name.islower()], query.name


@EACH
def test_every_answer_is_taken_along_with_headings_for_people_and_addresses(
    server: str, language: str, every: int
) -> None:
    with httpx.Client(base_url=server, timeout=60) as client:
        for query in ANSWERED[::every]:
            given = next((example for example in query.examples if example), {})
            asked = {**given, "lang": language, "format": "sheet"}
            answer = client.get(f"/queries/{query.name}", params=asked)
            assert answer.status_code == 200, (query.name, answer.text)
            assert answer.content.startswith(b"\xef\xbb\xbf")
            heading, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
            assert not [name for name in heading if "_" in name or name.islower()], (query.name, heading)
            assert heading[-1] == {"en": "Permanent address", "fr": "Adresse permanente"}[language]
            assert all(row[-1].startswith("http") for row in rows if row[-1]), query.name
            assert not [row for row in rows if "XMLSchema#" in str(row)], query.name


def test_an_answer_is_a_workbook_with_numbers_sums_and_what_was_asked(server: str) -> None:
    asked = {"holder": "id:government/france", "format": "xlsx", "lang": "fr"}
    answer = httpx.get(server + "/queries/clauses-of-holder", params=asked)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    told = {str(row[0]): str(row[1]) for row in book.worksheets[-1].iter_rows(values_only=True)}
    assert told["Adresse permanente"].startswith("https://w3id.org/ukfr/queries/clauses-of-holder?")
    assert "id:government/france" in told.values()
    money = httpx.get(server + "/queries/money", params={"format": "xlsx"})
    (row,) = openpyxl.load_workbook(io.BytesIO(money.content)).worksheets[0].iter_rows(min_row=2, values_only=True)
    assert 100_000_000 in row
    assert "EUR" in row
    assert row[-1] == "https://w3id.org/ukfr/id/quantity/uk-fr-2016-08-30/security-funding"


def test_words_in_an_answer_lead_to_where_they_stand(server: str) -> None:
    for query in read_queries().values():
        if "federated" in query.tags or query.kind != "solutions" or "?words" not in query.text.partition("{")[0]:
            continue
        page = read(server, f"/queries/{query.name}")
        cells = re.findall(r'<td data-label="Words of the text">(.*?)</td>', page, re.DOTALL)
        assert cells, query.name
        for cell in filter(None, cells):
            assert re.match(r'<a href="/statements/uk-fr-2016-08-30#', cell), (query.name, cell)


def test_rows_lead_to_the_words_and_days_are_written_out(server: str) -> None:
    page = read(server, "/queries/clauses-on-ended-acts?day=2021-01-01")
    assert '<a href="/statements/uk-fr-2016-08-30#clause-children-to-uk">48</a>' in page
    assert "Bring unaccompanied children to the UK" in page
    assert "1 January 2021" in page
    assert "2 rows" in page


def test_a_parameter_is_chosen_by_name(server: str) -> None:
    page = read(server, "/queries/clauses-on-topic", "fr")
    assert '<label for="p-topic">Thème' in page
    assert '<option value="vocab:topic/border">frontières</option>' in page
    assert '<option value="vocab:topic/asylum" selected>asile</option>' in page
    clauses = read(server, "/queries/outcome-of-clause")
    assert re.search(r'<option value="id:clause/uk-fr-2016-08-30/children-to-uk" selected>48\. Bring', clauses)


def test_every_parameter_that_is_a_thing_is_chosen_by_name(server: str) -> None:
    for query in read_queries().values():
        for parameter in query.parameters:
            assert parameter.labels.get("en"), (query.name, parameter.name)
            assert parameter.labels.get("fr"), (query.name, parameter.name)
            if parameter.kind == "iri" and parameter.name != "fact":
                assert f'<select id="p-{parameter.name}"' in read(server, f"/queries/{query.name}"), query.name


def test_an_answer_says_how_far_what_it_rests_on_is_filled(server: str) -> None:
    page = read(server, "/queries/series")
    filled, total = map(int, re.search(r"“place” is recorded for (\d+) of (\d+) \(statement\)", page).groups())  # type: ignore[union-attr]
    sparql = "SELECT (COUNT(DISTINCT ?s) AS ?n) (COUNT(DISTINCT ?p) AS ?all) { ?p a ukfr:Statement OPTIONAL { ?p ukfr:place ?x BIND (?p AS ?s) } }"
    answer = httpx.get(
        server + "/sparql", params={"query": sparql}, headers={"Accept": "application/sparql-results+json"}
    )
    (row,) = answer.json()["results"]["bindings"]
    assert (int(row["n"]["value"]), int(row["all"]["value"])) == (filled, total)


def test_descriptions_are_in_the_reader_s_language(server: str) -> None:
    for query in read_queries().values():
        if query.descriptions.get("en"):
            assert query.descriptions.get("fr"), query.name
    assert "Une ligne par somme" in read(server, "/queries/money-by-year", "fr")
    assert "One row a sum" not in read(server, "/queries/money-by-year", "fr").partition("<details>")[0]


def test_one_row_is_one_row(server: str) -> None:
    assert "1 row<" in read(server, "/queries/money") or "1 row\n" in read(server, "/queries/money")
    assert "1 ligne" in read(server, "/queries/money", "fr")
