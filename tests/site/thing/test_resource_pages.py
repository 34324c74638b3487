"""What the pages about things tell a reader: words in context, status, use; hostile data stays data."""

import json
import re
from urllib.parse import quote

import httpx
import pytest
from rdflib import Graph

from support.crawling import choose
from support.reading import BROWSER, CLAUSE, INSTRUMENT, PAGE, Reader
from support.servers import TOKEN, Server
from ukfr_graph import iris
from ukfr_graph.query import read_queries
from ukfr_graph.resources import read_context
from ukfr_graph.site.negotiation import SUMMARY
from ukfr_graph.store import Snapshot


def test_a_clause_page_shows_its_words_in_context_and_what_they_mean(server: str) -> None:
    page = httpx.get(server + CLAUSE, headers=PAGE).text
    assert "28 criminal networks have been disrupted in 2015, and <mark>an additional 28 since the beginning of" in page
    assert "bear down on the organised crime gangs exploiting the vulnerable" in page  # the sentence before
    assert "address the humanitarian challenges in Calais" in page  # and the one after
    for told in (
        "Criminal networks</a>", "inherited</a>", "criminal networks disrupted from the beginning of 2016</a>",
        "from 1 January 2016 to 30 August 2016", "Official figures or records could confirm it.",
        "Bear down on organised crime gangs</a>", "organised crime</a>", "networks-disrupted-2015",
    ):  # fmt: skip
        assert told in page, told
    head = httpx.get(server + "/doc/clause/uk-fr-2016-08-30/bear-down-on-gangs", headers=PAGE).text
    assert "Progress is reported by: <a href=" in head
    cited = httpx.get(server + "/doc/clause/uk-fr-2016-08-30/pnr-implementation", headers=PAGE).text
    assert "PNR Directive (EU) 2016/681</a>" in cited


def test_an_instrument_page_dates_its_status_for_each_party(server: str) -> None:
    page = httpx.get(server + INSTRUMENT + "?lang=fr", headers=PAGE).text
    assert '<html lang="fr"' in page
    row = re.search(r'id="instrumentStatus-5".*?</tr>', page, re.DOTALL)
    assert row
    assert "en vigueur</a>" in row[0]
    assert "France</a>" in row[0]
    assert "1er mai 2006" in row[0]
    assert 'href="http://www.coe.int/' in row[0]
    assert "CETS No. 185" in page
    assert "Signer et ratifier la convention de Budapest</a>" in page


def test_what_concerns_an_actor_or_topic_is_grouped_and_counted(server: str) -> None:
    page = httpx.get(server + "/doc/government/france", headers=PAGE).text
    assert re.search(r'Speaks in <span class="area">\(\d+', page)
    assert "pledge: 26 · report: 10 · call: 7" in page
    topic = httpx.get(server + "/vocab/topic/asylum?lang=fr", headers=PAGE).text
    assert "Thème de" in topic
    assert "Bring unaccompanied" not in topic


def test_a_text_in_the_other_language_says_so(server: str) -> None:
    page = httpx.get(server + "/doc/expression/govuk-2016-08-30?lang=fr", headers=PAGE).text
    assert '<span lang="en">' in page


@pytest.mark.parametrize("most", [2, pytest.param(None, marks=pytest.mark.exhaustive)])
def test_no_link_of_a_page_is_dead(server: str, most: int | None) -> None:
    found: set[str] = set()
    for path in (CLAUSE, INSTRUMENT, "/doc/person/amber-rudd", "/vocab/topic", "/vocab", "/queries", "/shapes"):
        found |= {link for link in Reader(httpx.get(server + path, headers=PAGE).text).links if link.startswith("/")}
    assert len(found) > 150
    needing_leave = {f"/queries/{query.name}" for query in read_queries().values() if query.services}
    for link in choose({link.partition("#")[0] for link in found} - needing_leave, most):
        answer = httpx.get(server + link, headers=BROWSER, follow_redirects=True, timeout=60)
        assert answer.status_code == 200, link


def test_search_engines_read_what_the_page_is_about(server: str) -> None:
    page = httpx.get(server + CLAUSE, headers=PAGE).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    thing = json.loads(block)["mainEntity"]
    assert (thing["@type"], thing["text"]) == ("Quotation", "an additional 28 since the beginning of this year")
    for path, kind in (
        ("/doc/instrument/dublin-iii", "Legislation"),
        ("/doc/statement/uk-fr-2016-08-30", "CreativeWork"),
    ):
        page = httpx.get(server + path, headers=PAGE).text
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert json.loads(block)["mainEntity"]["@type"] == kind


def test_a_graph_is_a_page_for_people_and_leads_programs_to_its_triples(server: str) -> None:
    assert "Membership" in httpx.get(server + "/graph/entities", headers=PAGE).text.replace("membership", "Membership")
    data = httpx.get(server + "/graph/entities", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert data.headers["content-type"].startswith("text/turtle")
    assert len(Graph().parse(data=data.text, format="turtle")) > 500


def test_the_ontology_shows_each_term_with_its_use_and_an_example(server: str, snapshot: Snapshot) -> None:
    page = httpx.get(server + "/ontology", headers=PAGE).text
    declared = Graph().parse(data=httpx.get(server + "/ontology").text, format="turtle")
    query = """SELECT DISTINCT ?term ?label ?definition ?autre WHERE {
        ?term rdfs:isDefinedBy <https://w3id.org/ukfr/ontology> ; rdfs:label ?label ; skos:definition ?definition, ?autre
        FILTER (LANG(?label) = "en" && LANG(?definition) = "en" && LANG(?autre) = "fr") }"""
    terms = list(declared.query(query))
    assert len(terms) > 100
    text = re.sub(r"&#3[49];", lambda m: {"&#34;": '"', "&#39;": "'"}[m[0]], page).replace("&amp;", "&")
    for term, label, definition, other in terms:  # type: ignore[misc]  # rows of a SELECT
        assert f'<h3 id="{str(term).rpartition("#")[2]}">{label} ' in text
        assert str(definition) in text
        assert str(other) in text
    section = re.search(r'<h3 id="Pledge">.*?</section>', page, re.DOTALL)
    assert section
    assert "26 records" in section[0]
    assert re.search(r'Example</th><td><a href="/doc/clause/', section[0])
    section = re.search(r'<h3 id="statusKind">.*?</section>', page, re.DOTALL)
    assert section
    statuses = sum(1 for q in snapshot.quads() if q.predicate.value == iris.UKFR + "statusKind")
    assert f"{statuses} statements" in section[0]
    assert '<a href="#' in page


def test_ontology_vocabularies_shapes_and_context_are_at_their_iris(server: str) -> None:
    assert httpx.get(server + "/context.jsonld").json()["@context"] == read_context()
    for path in ("/ontology", "/ontology/ukfr", "/ontology/0.2.0"):
        assert "ukfr:Pledge a owl:Class" in httpx.get(server + path).text.replace("\\", "")
    assert "skos:closeMatch" in httpx.get(server + "/ontology/alignments/prov").text
    assert "prov:" in httpx.get(server + "/ontology/alignments/prov", headers=PAGE).text
    assert httpx.get(server + "/shapes/Clause").headers["location"] == "/shapes#Clause"
    assert 'id="Clause"' in httpx.get(server + "/shapes", headers=PAGE).text
    scheme = httpx.get(server + "/vocab/topic").text
    assert scheme.count("a skos:Concept ;") > 20
    assert httpx.get(server + "/profile/summary").json()["id"] == SUMMARY.iri


HOSTILE = """
<{0}> <http://www.w3.org/2000/01/rdf-schema#label> "</script><script>alert(1)</script>\\"'<b>x</b>"@en .
<{0}> <http://www.w3.org/2000/01/rdf-schema#label> "\\u05D0\\u202Egnirts"@fr .
<{0}> <http://purl.org/dc/terms/description> "<img src=x onerror=alert(1)>\\u2028{{{{ 7919*7907 }}}}" .
<{0}> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> .
<{0}> <http://purl.org/dc/terms/source> <data:text/html,x> .
<{0}> <https://w3id.org/ukfr/ontology#evidence> <{0}#a'onclick='x> .
<{0}#a'onclick='x> <http://www.w3.org/2000/01/rdf-schema#label> "part" .
<{0}> <https://w3id.org/ukfr/ontology#value> "NaN" .
<{0}> <https://w3id.org/ukfr/ontology#order> "\\u0662" .
<{0}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ukfr/ontology#Clause> .
<{0}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/ukfr/ontology#Quantity> .
<{0}> <https://w3id.org/ukfr/ontology#quantity> <{0}> .
<{0}> <https://w3id.org/ukfr/ontology#participation> _:p .
_:p <https://w3id.org/ukfr/ontology#participant> _:p .
<https://w3id.org/ukfr/id/place/calais> <http://www.w3.org/2002/07/owl#deprecated> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .
<https://w3id.org/ukfr/vocab/topic/asylum> <http://www.w3.org/2004/02/skos/core#narrower> <https://w3id.org/ukfr/vocab/topic/migration> .
""".format("https://w3id.org/ukfr/id/x/évil")


def test_hostile_data_is_shown_and_does_nothing(plain: str) -> None:
    stored = httpx.post(
        f"{plain}/graph-store?default", content=HOSTILE.encode(), headers={"Content-Type": "application/n-triples"}
    )
    assert stored.status_code == 200, stored.text
    path = "/doc/x/" + quote("évil")
    for language in ("en", "fr"):
        page = httpx.get(f"{plain}{path}?lang={language}", headers=PAGE)
        assert page.status_code == 200
        reader = Reader(page.text)
        assert reader.tags["script"] == 1 + page.text.count("/static/reader-")
        assert not {"b", "img"} & set(reader.tags)
        assert not [link for link in reader.links if not link.startswith(("/", "#", "https://", "http://"))]
        assert "onclick" not in reader.tags
        assert str(7919 * 7907) not in page.text  # no template is evaluated
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
        json.loads(block)
        if language == "fr":
            assert "<bdi>" in page.text
    for form in ("application/ld+json", "application/rdf+xml", "text/turtle", "application/n-triples"):
        assert httpx.get(plain + path, headers={"Accept": form}).status_code == 200, form


def test_a_graph_beside_the_curated_ones_retires_nothing_and_is_named_apart(writable: Server) -> None:
    httpx.put(
        f"{writable.url}/graph-store?graph=https://example.org/hostile",
        content=HOSTILE.encode(),
        headers={"Content-Type": "application/n-triples", "Authorization": f"Bearer {TOKEN}"},
    ).raise_for_status()
    assert httpx.get(writable.url + "/doc/place/calais").status_code == 200
    assert httpx.get(writable.url + "/vocab/topic", headers=PAGE).status_code == 200
    page = httpx.get(writable.url + "/doc/place/calais", headers=PAGE).text
    assert "&lt;https://example.org/hostile&gt;" in page.partition("Added by users")[2]
    missing = httpx.get(writable.url + "/doc/x/" + quote("évil"))
    assert (missing.status_code, "https://example.org/hostile" in missing.json()["detail"]) == (404, True)
