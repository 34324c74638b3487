"""Whatever a user's own graph says beside the curated ones, it harms nobody who reads the pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from support.browser import Open, Watch, check_accessibility, thin_out
from support.servers import start_server

_TOKEN = "a-long-and-random-token"
_SCRIPT = "<script>document.title='harmed'</script><img src=x onerror=\"document.title='harmed'\">\" ' onfocus='x"
_RIGHT_TO_LEFT = "\u202eإعلان مشترك\u202c"
_LONG = "endless" * 1429
_HOSTILE = f"""
PREFIX ukfr: <https://w3id.org/ukfr/ontology#>
PREFIX id: <https://w3id.org/ukfr/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX role: <https://w3id.org/ukfr/vocab/role/>
PREFIX basis: <https://w3id.org/ukfr/vocab/basis/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<https://w3id.org/ukfr/id/statement/hostile> a ukfr:Statement ; rdfs:label '''{_SCRIPT}'''@en, '''{_SCRIPT}'''@fr ;
  ukfr:documentDate "not a day" ; ukfr:expression <https://w3id.org/ukfr/id/expression/..%2F..%2Fetc> .
<https://w3id.org/ukfr/id/expression/..%2F..%2Fetc> ukfr:file "../../../etc/passwd" ;
  dcterms:source <javascript:document.title='harmed'> ; dcterms:rights '''{_SCRIPT}''' .
<https://example.org/clause#1> a ukfr:Clause, ukfr:Pledge ; ukfr:statement <https://w3id.org/ukfr/id/statement/hostile> ;
  ukfr:order "not a number" ; rdfs:label '''{_LONG}'''@en ; ukfr:summary '''{_RIGHT_TO_LEFT}'''@en ;
  dcterms:subject <javascript:alert(1)> ; ukfr:holder <javascript:alert(2)> ; ukfr:cites <javascript:alert(3)> ;
  ukfr:quantity <javascript:alert(4)> ; ukfr:timeframe <javascript:alert(5)> ; ukfr:participation <urn:p> ;
  ukfr:elaborates <javascript:alert(6)> .
<urn:p> ukfr:role role:holder ; ukfr:basis basis:stated ; ukfr:participant <javascript:alert(2)> .
<javascript:alert(1)> rdfs:label '''{_SCRIPT}'''@en .
<javascript:alert(2)> rdfs:label '''{_RIGHT_TO_LEFT}'''@en .
<javascript:alert(3)> rdfs:label '''{_LONG}'''@en ; ukfr:instrumentStatus <urn:s>, <urn:t> .
<urn:s> ukfr:statusKind <javascript:alert(7)> ; ukfr:startDate "2017-01-01"^^xsd:date ; ukfr:party <javascript:alert(2)> ;
  dcterms:source <javascript:alert(8)> .
<urn:t> ukfr:statusKind <javascript:alert(7)> ; ukfr:startDate "99999-99-99" .
<javascript:alert(4)> ukfr:value "NaN" ; ukfr:unit <javascript:alert(9)> ; ukfr:comparator <urn:c> ; ukfr:measureKind <urn:m> ;
  ukfr:counted '''{_SCRIPT}'''@en ; ukfr:period <javascript:alert(5)> .
<javascript:alert(5)> ukfr:wording '''{_SCRIPT}''' ; ukfr:timeAspect <urn:a> ; ukfr:earliestStart "0000-00-00" .
<https://w3id.org/ukfr/id/clause/uk-fr-2016-08-30/pnr-implementation> rdfs:label '''{_SCRIPT}'''@en ;
  dcterms:subject <javascript:alert(1)> .
"""


@pytest.fixture(scope="module")
def hostile(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    own = shutil.copytree(dataset, tmp_path_factory.mktemp("hostile") / "out", symlinks=True)
    with start_server("--store", str(own), settings={"write_token": _TOKEN}) as running:
        answer = httpx.put(
            running.url + "/graph-store",
            params={"graph": "https://example.org/hostile"},
            content=_HOSTILE.encode(),
            headers={"Authorization": f"Bearer {_TOKEN}", "Content-Type": "text/turtle"},
        )
        assert answer.status_code == 201, answer.text
        yield running.url


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/statements",
        "/statements/uk-fr-2016-08-30",
        "/statements/uk-fr-2016-08-30?topic=javascript:alert(1)&kind=%3Cscript%3E#%22%3E%3Cscript%3E",
        "/timeline",
        "/timeline?from=0&to=99999&at=0000-00-00&kind=%3Cscript%3E&show=%3Cscript%3E",
        "/compare?a=vocab:topic/terrorism&b=https://example.org/%3Cscript%3E",
    ],
)
def test_nothing_that_is_said_of_data_runs_or_breaks_the_page(
    open_page: Open, watch: Watch, hostile: str, path: str
) -> None:
    watch.host = hostile.removeprefix("http://")
    watch.expect("400")  # what is no IRI is refused
    page = open_page(path, base=hostile)
    page.on("dialog", lambda dialog: watch.faults.append(f"dialog: {dialog.message}"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "harmed" not in page.title().replace(_SCRIPT, "")
    assert page.locator('[href^="javascript" i], script:not([src]):not([type$="json"]), img').count() == 0
    thin_out(page)
    check_accessibility(page)
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_statement_that_a_user_added_has_no_page_among_the_curated_ones(
    open_page: Open, watch: Watch, hostile: str
) -> None:
    watch.host = hostile.removeprefix("http://")
    watch.expect("404")
    page = open_page("/statements/hostile", base=hostile)
    expect(page.get_by_role("heading", level=1)).to_contain_text("There is no such page")
    assert "root:" not in page.content()
