"""What is settled or retired is told by the value of a boolean, not by how it is written."""

import re

import httpx
import pytest

_PAGE = "/statements/uk-fr-2016-08-30"


def test_a_verdict_is_settled_however_the_boolean_is_written(server: str, two_statements: str) -> None:
    address = "/statements/uk-fr-2016-08-30/records"
    usual, other = (httpx.get(base + address).text for base in (server, two_statements))
    assert len(re.findall("differs", usual)) == 8
    assert len(re.findall("differs", other)) == 8


def test_what_is_retired_is_gone_however_the_boolean_is_written(two_statements: str) -> None:
    assert httpx.get(two_statements + "/doc/place/calais").status_code == 410


def test_a_statement_and_the_page_of_a_clause_tell_the_same_of_it(server: str) -> None:
    address = server + "/statements/uk-fr-2016-08-30/records/police-reinforced"
    record = re.search(r'id="record-police-reinforced".*?<dl>(.*?)</dl>', httpx.get(address).text, re.S)
    headers = {"Accept": "text/html"}
    page = httpx.get(server + "/doc/clause/uk-fr-2016-08-30/police-reinforced", headers=headers).text
    whole = re.search(r'id="record-heading".*?<dl>(.*?)</dl>', page, re.S)
    assert record
    assert whole
    told, more = (re.findall(r"<dt>([^<]*)</dt>", part[1]) for part in (record, whole))
    assert [heading for heading in more if heading != "Who speaks"] == told
    assert len(told) > 5
    assert "160 additional officers" in whole[1]


@pytest.mark.parametrize(("language", "word"), [("en", "not coded"), ("fr", "non codé")])
def test_every_word_that_leads_to_a_record_leads_to_a_page_of_its_own(server: str, language: str, word: str) -> None:
    with httpx.Client(base_url=server, timeout=30, params={"lang": language}) as client:
        text = client.get(_PAGE).text
        whole = client.get(_PAGE + "/records").text
        named = set(re.findall(r'id="record-([^"]+)"', text))
        assert named == set(re.findall(r'id="record-([^"]+)"', whole))
        assert len(named) == 53 + 12 + 22
        assert not re.search(r'class="record"', text)
        for anchor in ("pnr-implementation", "figure-networks-2016", *sorted(n for n in named if "passage-" in n)[:2]):
            page = client.get(f"{_PAGE}/records/{anchor}").text
            assert f'id="record-{anchor}"' in page
            assert "<mark>" in page
            assert (word in page) == anchor.startswith("passage-")


def test_pages_of_records_are_a_chain(server: str) -> None:
    found, following = [], "children-to-uk"
    with httpx.Client(base_url=server, timeout=30) as client:
        for _ in range(3):
            page = client.get(f"{_PAGE}/records/{following}").text
            found.append(following)
            following = re.search(r'rel="next" href="[^"]*/([^"]*)"', page)[1]  # type: ignore[index]
            assert re.search(r'rel="prev"', page)
            assert f"{_PAGE}#clause-{found[-1]}" in page
    assert len(set(found)) == 3


def test_what_is_not_coded_follows_in_the_order_of_the_text(server: str) -> None:
    asked = """PREFIX oa: <http://www.w3.org/ns/oa#> SELECT ?passage {
        ?passage a ukfr:UncodedPassage ; ukfr:evidence/oa:hasSelector/oa:start ?start } ORDER BY ?start"""
    rows = httpx.get(server + "/sparql", params={"query": asked}).json()["results"]["bindings"]
    page = httpx.get(server + _PAGE + "/records", timeout=30).text
    shown = re.findall(r'id="record-passage-([^"]+)"', page)
    assert shown == [row["passage"]["value"].rpartition("/")[2] for row in rows]


@pytest.mark.parametrize(
    "path", ["/none/records", "/none/records/x", "/uk-fr-2016-08-30/records/none", "/a%20b/records"]
)
def test_a_record_that_does_not_exist_is_not_found(server: str, path: str) -> None:
    answer = httpx.get(server + "/statements" + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Every condition or limit worded in a clause is coded."), ("fr", "Chaque condition ou limite formulée")],
)
def test_a_statement_says_what_its_coding_is_complete_for(server: str, language: str, words: str) -> None:
    page = httpx.get(f"{server}/statements/uk-fr-2016-08-30", params={"lang": language}).text
    (told,) = re.findall('<details class="note"><summary>[^<]*</summary>(.*?)</details>', page, re.DOTALL)
    assert words in told
    assert told.count("<li>") == 6
    record = httpx.get(
        f"{server}/doc/completeness/uk-fr-2016-08-30/conditions?lang={language}", headers={"Accept": "text/html"}
    ).text
    assert words in record
    assert "/doc/statement/uk-fr-2016-08-30" in record
