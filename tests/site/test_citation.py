"""Every page can be cited: in the forms of reference managers, by an address that no host is in."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.site.citation import FORMS, CitedWork

CLAUSE = "/doc/clause/uk-fr-2016-08-30/children-to-uk"
IRI = "https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/children-to-uk"
PEOPLE = {"Accept": "text/html"}


def cite(server: str, path: str, form: str) -> httpx.Response:
    return httpx.get(server + path, params={"cite": form}, headers=PEOPLE)


def test_a_clause_is_cited_by_its_own_iri_and_the_version(server: str) -> None:
    version = httpx.get(server + "/health").json()["version"]
    (item,) = cite(server, CLAUSE, "csl").json()
    assert item["URL"] == IRI
    assert item["version"] == version
    assert item["title"] == "Bring unaccompanied children to the UK"
    assert item["type"] == "webpage"
    ris = cite(server, CLAUSE, "ris")
    assert ris.headers["content-type"] == "application/x-research-info-systems"
    lines = ris.content.decode().split("\r\n")
    assert lines[0] == "TY  - ELEC"
    assert f"UR  - {IRI}" in lines
    assert lines[-2] == "ER  - "
    assert f"url = {{{IRI}}}" in cite(server, CLAUSE, "bibtex").text
    assert cite(server, CLAUSE, "text").text.endswith(IRI)


@pytest.mark.parametrize(
    "path", ["/", "/statements/uk-fr-2016-08-30?kind=ukfr:Call", "/outcomes", "/money", "/search?q=asylum", "/compare"]
)
def test_no_citation_names_the_host_that_answers(server: str, path: str) -> None:
    host = server.removeprefix("http://")
    for form in FORMS:
        answer = httpx.get(server + path + ("&" if "?" in path else "?") + "cite=" + form.name, headers=PEOPLE)
        assert answer.status_code == 200, answer.text
        assert "w3id.org/ukfr/" in answer.text
        assert host not in answer.text


@pytest.mark.parametrize("path", [CLAUSE, "/doc/instrument/dublin-iii", "/vocab/topic", "/search?q=asylum", "/export"])
def test_a_program_that_accepts_anything_is_given_the_citation_too(server: str, path: str) -> None:
    answer = httpx.get(server + path + ("&" if "?" in path else "?") + "cite=bibtex", headers={"Accept": "*/*"})
    assert answer.headers["content-type"].startswith("application/x-bibtex")
    assert answer.text.startswith("@")


def test_the_day_and_the_filters_are_in_the_address_and_the_language_is_not(server: str) -> None:
    (item,) = httpx.get(server + "/outcomes?at=2017-01-01&lang=fr&cite=csl", headers=PEOPLE).json()
    assert item["URL"] == "https://w3id.org/ukfr/outcomes?at=2017-01-01"
    assert item["language"] == "fr"


def test_an_unknown_form_is_refused_with_the_forms_that_there_are(server: str) -> None:
    answer = httpx.get(server + "/money?cite=endnote", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert "csl, bibtex, ris, text" in answer.json()["detail"]


def test_a_plain_endpoint_has_nothing_to_cite(plain: str) -> None:
    assert 'class="cite"' not in httpx.get(plain + "/", headers=PEOPLE).text


@given(title=st.text(max_size=60), creator=st.text(max_size=20))
def test_any_title_is_cited_whole_and_breaks_no_form(title: str, creator: str) -> None:
    cited = CitedWork(title, creator, "Data", "abc", "2026-11-29", "https://w3id.org/ukfr/", "en")
    (item,) = json.loads(cited.write("csl"))
    assert item["title"] == title
    bibtex = cited.write("bibtex")
    plain = bibtex.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    ris = cited.write("ris").split("\r\n")
    assert all(line[2:6] == "  - " for line in ris[:-1])
    assert ris[-1] == ""
