"""What is settled or retired is told by the value of a boolean, not by how it is written."""

import re

import httpx


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
    assert [heading for heading in more if heading != "Speaker"] == told
    assert len(told) > 5
    assert "160 additional officers" in whole[1]
