"""One file, many surfaces: page, REST, OpenAPI, examples for editors, citation and command line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from rdflib import Graph, Namespace
from rdflib.namespace import RDF, RDFS

from support.commands import run_command
from support.sampling import sample
from support.servers import TOKEN, Server, start_server
from ukfr_graph import iris
from ukfr_graph.query import SavedQuery, find_query, read_queries
from ukfr_graph.site.typography import set_spaces

PAGE = {"Accept": "text/html"}
CSV = {"Accept": "text/csv"}
SH = Namespace("http://www.w3.org/ns/shacl#")
SCHEMA = Namespace("https://schema.org/")
HERE = {name: q for name, q in read_queries().items() if not q.services}  # the others need leave to call out
ROWS = [q for q in HERE.values() if q.kind == "solutions"]


def links(answer: httpx.Response) -> dict[str, str]:
    found = re.findall(r'<([^>]*)>; rel="([^"]+)"', answer.headers.get("link", ""))
    return {relation: target for target, relation in found}


def test_the_questions_are_listed_by_area_in_both_languages(server: str) -> None:
    for language in ("en", "fr"):
        page = httpx.get(f"{server}/queries?lang={language}", headers=PAGE).text.replace("&#39;", "'")
        for query in read_queries().values():
            summary = set_spaces(query.summary[language]) if language == "fr" else query.summary[language]
            assert f'<a href="/queries/{query.name}">{summary}</a>' in page
    listed = httpx.get(server + "/queries").json()
    assert [q["name"] for q in listed["queries"]] == list(read_queries())
    assert listed["problems"] == []
    kind = next(q for q in listed["queries"] if q["name"] == "clauses-of-kind")
    assert kind["question"]["fr"] == "Quelles clauses sont d'un type donné, et en quels mots ?"
    choices = {parameter["name"]: parameter["choices"] for parameter in kind["parameters"]}
    assert choices["kind"][0] == "ukfr:Pledge"


@pytest.mark.parametrize("query", sample(HERE.values(), every=3), ids=list(HERE))
def test_each_question_has_a_page_with_its_form_and_its_answer(server: str, query: SavedQuery) -> None:
    page = httpx.get(f"{server}/queries/{query.name}", headers=PAGE)
    assert page.status_code == 200
    for parameter in query.parameters:
        field = re.search(rf'<(input|select) id="p-{parameter.name}"[^>]*>', page.text)
        assert field
        assert f'for="p-{parameter.name}"' in page.text
        if parameter.kind == "date":
            assert 'type="date"' in field[0]
        if parameter.choices:
            assert field[1] == "select"
    if query.kind == "solutions" and not any(p.required for p in query.parameters):
        total = httpx.get(f"{server}/queries/{query.name}?page=1").headers["ukfr-total-rows"]
        assert re.search(rf"<p>{total} rows?\b", page.text)


def test_a_page_names_things_in_the_readers_language_and_links_to_them(server: str) -> None:
    page = httpx.get(server + "/queries/clauses-of-kind?kind=ukfr:Call&lang=fr", headers=PAGE).text
    assert re.search(r'<a href="/doc/clause/[^"]+">Signer et ratifier la convention de Budapest</a>', page)
    assert '<option value="ukfr:Call" selected>appel</option>' in page
    assert "_kind_iri" not in page.partition("<details>")[0]
    answer = httpx.get(server + "/queries/pledges-with-deadline?lang=fr", headers=PAGE).text
    assert re.search(r"<td[^>]*>\s*(?:<[^>]+>)?no\b", answer)


def test_a_french_page_has_french_labels_where_there_are_any_and_the_data_stay_as_they_are(server: str) -> None:
    page = httpx.get(server + "/queries/office-holders", headers=PAGE | {"Accept-Language": "fr"}).text
    assert ">Ministre de l&#39;Intérieur du Royaume-Uni</a>" in page
    assert "Home Secretary" not in page
    data = httpx.get(server + "/queries/office-holders", headers={"Accept": "text/csv", "Accept-Language": "fr"}).text
    assert "Home Secretary of the United Kingdom" in data
    coverage = httpx.get(server + "/queries/instrument-coverage", headers=PAGE | {"Accept-Language": "fr"}).text
    assert re.search('<span lang="en">[^<]*Official Journal', coverage)  # the graph has it in English alone
    quoted = "/queries/clause-evidence?clause=id:clause/uk-fr-2016-08-30/pnr-implementation"
    words = [httpx.get(server + quoted, headers=PAGE | {"Accept-Language": tag}).text for tag in ("en", "fr")]
    assert all("Passenger Name Record" in page for page in words)


def test_a_wrong_value_is_explained_beside_the_form(server: str) -> None:
    page = httpx.get(server + "/queries/office-holders?day=<b>tomorrow", headers=PAGE)
    assert page.status_code == 400
    assert "&#39;day&#39; takes a date such as 2016-08-30" in page.text
    assert 'aria-describedby="error"' in page.text
    assert "<b>" not in page.text
    empty = httpx.get(server + "/queries/office-holders?day=", headers=PAGE)  # as a form sends it
    assert empty.status_code == 200
    assert httpx.get(server + "/queries/office-holders?day=", headers=CSV).status_code == 400
    twice = httpx.get(server + "/queries/office-holders?day=2016-01-01&day=2017-01-01")
    assert (twice.status_code, twice.json()["title"]) == (400, "A parameter is not acceptable")
    assert "amber-rudd" in httpx.get(server + "/queries/office-holders?day=2016-08-30", headers=CSV).text


@pytest.mark.parametrize(
    ("name", "form", "media_type"),
    [
        ("figures", "json", "application/sparql-results+json"),
        ("figures", "xml", "application/sparql-results+xml"),
        ("figures", "csv", "text/csv"),
        ("figures", "tsv", "text/tab-separated-values"),
        ("pledges-with-deadline", "csv", "text/csv"),
        ("clause-network", "ttl", "text/turtle"),
        ("clause-network", "jsonld", "application/ld+json"),
        ("clause-network", "rdf", "application/rdf+xml"),
    ],
)
def test_the_form_is_chosen_by_name_by_media_type_or_by_accept(
    server: str, name: str, form: str, media_type: str
) -> None:
    url = f"{server}/queries/{name}"
    answers = [
        httpx.get(url, params={"format": form}, headers=PAGE),
        httpx.get(url, params={"_mediatype": media_type}),
        httpx.get(url, headers={"Accept": f"{media_type}, image/png"}),
    ]
    assert {a.headers["content-type"].partition(";")[0] for a in answers} == {media_type}
    assert len({a.content for a in answers}) == 1
    assert httpx.get(url, params={"format": "png"}).status_code == 406


@pytest.mark.parametrize("query", sample(ROWS, every=3), ids=[q.name for q in ROWS])
def test_the_pages_of_an_answer_are_the_whole_answer(server: str, query: SavedQuery) -> None:
    values = dict(query.examples[1]) if any(p.required for p in query.parameters) else {}
    with httpx.Client(base_url=server, headers={"Accept": "text/tab-separated-values"}) as client:
        head, *whole = client.get(f"/queries/{query.name}", params=values).text.splitlines()
        size = max(2, len(whole) // 3)
        answer = client.get(f"/queries/{query.name}", params={**values, "page": "1", "page_size": str(size)})
        assert answer.headers["ukfr-total-rows"] == str(len(whole))
        collected = []
        while True:
            first, *rows = answer.text.splitlines()
            assert first == head
            assert len(rows) <= size
            collected += rows
            if "next" not in links(answer):
                break
            answer = client.get(links(answer)["next"])
        assert collected == whole
        assert ("prev" in links(answer)) == (len(whole) > size)


def test_a_page_is_the_same_in_every_form(server: str) -> None:
    url = server + "/queries/figures?page=2&page_size=5"
    rows = httpx.get(url).json()["results"]["bindings"]
    assert len(rows) == 5
    assert rows[0]["start"] == {
        "type": "literal", "value": "4116", "datatype": "http://www.w3.org/2001/XMLSchema#integer",
    }  # fmt: skip
    assert httpx.get(url, headers=CSV).text.count("\r\n") == 6
    assert httpx.get(url + "&format=xml").text.count("<result>") == 5
    relations = links(httpx.get(url))
    assert set(relations) == {"first", "prev", "next", "last", "cite-as"}
    assert "page=3&page_size=5" in relations["last"]


def test_pages_that_there_are_not_are_refused(server: str) -> None:
    for parameters, status in (
        ("page=4&page_size=5", 404), ("page=0", 400), ("page=x", 400), ("page_size=10001", 400), ("page=", 400),
        ("page=١", 400),
    ):  # fmt: skip
        assert httpx.get(f"{server}/queries/figures?{parameters}").status_code == status, parameters
    graph = httpx.get(server + "/queries/clause-network?page=1")
    assert (graph.status_code, "graph" in graph.json()["detail"]) == (400, True)


def test_an_answer_has_a_permanent_address_that_gives_it_or_says_that_it_cannot(server: str) -> None:
    version = httpx.get(server + "/health").json()["version"]
    answer = httpx.get(server + "/queries/office-holders", headers=CSV)
    permanent = links(answer)["cite-as"]
    query = find_query("office-holders")
    assert permanent.startswith(iris.BASE)
    permanent = permanent.replace(iris.BASE, server + "/")
    assert permanent == f"{server}/queries/office-holders?day=2016-08-30&version={version}&query_hash={query.hash}"
    assert httpx.get(permanent, headers=CSV).content == answer.content
    other = httpx.get(permanent.replace(version, "0123456789ab"), headers=CSV)
    assert (other.status_code, other.json()["current_version"]) == (410, version)
    assert "manifest.json" in other.json()["detail"]
    changed = httpx.get(permanent.replace(query.hash, "0123456789ab"), headers=CSV)
    assert (changed.status_code, changed.json()["current_query_hash"]) == (410, query.hash)
    page = httpx.get(permanent.replace(version, "0123456789ab"), headers=PAGE)
    assert (page.status_code, version in page.text) == (410, True)


def test_a_write_makes_old_addresses_say_so_and_new_ones_answer(writable: Server) -> None:
    url = writable.url + "/queries/clauses-by-kind"
    before = links(httpx.get(url + "?page=1&page_size=2"))
    stored = httpx.put(
        writable.url + "/graph-store?graph=https://example.org/mine",
        content="<https://example.org/c> a <https://w3id.org/ukfr/ontology#Pledge> .",
        headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
    )
    assert stored.status_code == 201
    assert httpx.get(writable.url + before["next"]).status_code == 410
    assert httpx.get(before["cite-as"].replace(iris.BASE, writable.url + "/")).status_code == 410
    now = httpx.get(url, headers=CSV)
    assert ",26\r\n" in now.text  # the question is about the curated graphs
    assert httpx.get(links(now)["cite-as"].replace(iris.BASE, writable.url + "/"), headers=CSV).text == now.text


def test_a_citation_is_for_reference_managers(server: str) -> None:
    version = httpx.get(server + "/health").json()["version"]
    url = server + "/queries/office-holders/citation?day=2018-01-18"
    assert httpx.get(url).headers["content-type"] == "application/vnd.citationstyles.csl+json"
    bibtex = httpx.get(url, headers={"Accept": "application/x-bibtex"})
    assert bibtex.headers["content-type"] == "application/x-bibtex"
    assert bibtex.text.startswith(f"@misc{{ukfr-graph-office-holders-{version},\n")
    assert "  author = {{ukfr-graph contributors}},\n" in bibtex.text
    assert bibtex.text.count("{") == bibtex.text.count("}")
    (item,) = httpx.get(url + "&format=csl&lang=fr").json()
    assert item["type"] == "dataset"
    assert item["title"] == "Qui exerçait quelle fonction à une date donnée ?"
    assert item["URL"] in bibtex.text
    assert f"day=2018-01-18&version={version}" in item["URL"]
    assert item["issued"]["date-parts"] == [[2026, 11, 29]]
    assert httpx.get(server + "/queries/office-holders/citation?day=x").status_code == 400
    assert httpx.get(item["URL"].replace(iris.BASE, server + "/"), headers=CSV).status_code == 200


def test_a_relay_has_no_versions_to_cite(relay: str) -> None:
    assert "cite-as" not in links(httpx.get(relay + "/queries/money", headers=CSV))
    refused = httpx.get(relay + "/queries/money/citation")
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert httpx.get(relay + "/queries/figures?page=2&page_size=5", headers=CSV).headers["ukfr-total-rows"] == "12"


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_each_question_is_an_example_for_editors_that_gives_the_same_answer(server: str, every: int) -> None:
    examples = Graph().parse(server + "/.well-known/sparql-examples", format="turtle")
    predicates = {"solutions": SH.select, "boolean": SH.ask, "graph": SH.construct}
    found = {str(node).rpartition("/")[2]: node for node in examples.subjects(RDF.type, SH.SPARQLExecutable)}
    assert set(found) == set(read_queries())
    for name in sorted(found)[::every]:
        node, query = found[name], read_queries()[name]
        named = {(c.language, str(c)) for c in examples.objects(node, SCHEMA.name)}  # type: ignore[attr-defined]  # literals
        assert named == set(query.summary.items())
        assert list(map(str, examples.objects(node, RDFS.comment))) == [
            query.summary["en"]
        ]  # editors list each comment
        assert str(examples.value(node, SCHEMA.target)) == server + "/sparql"
        assert query.area in {str(k) for k in examples.objects(node, SCHEMA.keywords)}
        text = examples.value(node, predicates[query.kind])
        form = {"Accept": "application/n-triples" if query.kind == "graph" else "application/sparql-results+json"}
        asked = httpx.get(server + "/sparql", params={"query": str(text)}, headers=form)
        if query.services:
            assert asked.status_code == 403, asked.text
            continue
        assert asked.status_code == 200, asked.text
        saved = httpx.get(f"{server}/queries/{name}", headers=form)
        if query.kind == "graph":
            assert sorted(asked.text.splitlines()) == sorted(saved.text.splitlines())
        else:
            assert _rows(asked.json()) == _rows(saved.json()), name
    trig = httpx.get(server + "/.well-known/sparql-examples", headers={"Accept": "application/trig"}).text
    assert f"<{server}/.well-known/sparql-examples>" in trig


def test_examples_can_be_put_where_editors_ask_for_them(writable: Server) -> None:
    address = writable.url + "/.well-known/sparql-examples"
    put = httpx.put(
        f"{writable.url}/graph-store?graph={address}",
        content=httpx.get(address).content,
        headers={"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"},
    )
    assert put.status_code == 201
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?sq ?comment ?query WHERE {
          ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query }"""
    rows = httpx.get(writable.url + "/sparql", params={"query": query}).json()["results"]["bindings"]
    assert len(rows) == len(read_queries())


def _rows(answer: dict[str, object]) -> object:
    results = answer.get("results")
    return sorted(map(json.dumps, results["bindings"])) if isinstance(results, dict) else answer["boolean"]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one's own: a bare query, one with everything, and files that cannot be used."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "treaties").mkdir()
    (folder / "my-clauses.rq").write_text("SELECT ?clause ?_kind_iri { ?clause a ?_kind_iri } ORDER BY ?clause\n")
    (folder / "treaties/clauses-at-least.rq").write_text(
        "#+ summary: Which clauses come after a place in the text?\n#+ summary-fr: Quelles clauses suivent ?\n"
        "#+ pagination: 10\n#+ defaults:\n#+   - least: 40\n#+ tags: [mine]\n"
        "SELECT ?clause ?order ?_least_integer { ?clause a ukfr:Clause ; ukfr:order ?order "
        "FILTER (?order >= ?_least_integer) } ORDER BY ?order\n"
    )
    (folder / "treaties/broken.rq").write_text("#+ summary: Broken\n\nSELECT ?x {\n  ?x foo:bar ?y\n}\n")
    (folder / "treaties/yaml.rq").write_text("#+ summary: [a\nSELECT ?x { ?x ?y ?z }\n")
    (folder / "money.rq").write_text("ASK { ?s ?p ?o }\n")
    return folder


@pytest.fixture(scope="module")
def extended(dataset: Path, own: Path) -> Iterator[Server]:
    with start_server("--store", str(dataset), "--queries", str(own)) as running:
        yield running


def test_a_file_in_ones_own_folder_appears_on_every_surface(extended: Server, own: Path, dataset: Path) -> None:
    url = extended.url
    assert '<a href="/queries/my-clauses">My clauses</a>' in httpx.get(url + "/queries", headers=PAGE).text
    listed = {q["name"]: q for q in httpx.get(url + "/queries").json()["queries"]}
    assert listed["clauses-at-least"]["area"] == "treaties"
    assert set(read_queries()) < set(listed)
    form = httpx.get(url + "/queries/my-clauses", headers=PAGE)
    assert (form.status_code, "required" in form.text, "<tbody>" in form.text.partition("<dialog")[0]) == (
        200,
        True,
        False,
    )
    assert httpx.get(url + "/queries/my-clauses").status_code == 400
    calls = httpx.get(url + "/queries/my-clauses?kind=ukfr:Call", headers=CSV).text
    assert calls.count("ontology#Call") == 7
    network = httpx.get(url + "/export/network?projection=my-clauses&param=kind%3Dukfr:Call&format=json").json()
    assert len(network["nodes"]) == 8  # seven, and their class
    paged = httpx.get(url + "/queries/clauses-at-least", headers=CSV)
    assert (paged.text.count("\r\n"), paged.headers["ukfr-total-rows"]) == (11, "14")
    paths = httpx.get(url + "/openapi.json").json()["paths"]
    (least, *_) = paths["/queries/clauses-at-least"]["get"]["parameters"]
    assert (least["name"], least["schema"]["type"], least["schema"]["default"]) == ("least", "integer", 40)
    examples = Graph().parse(url + "/.well-known/sparql-examples", format="turtle")
    (text,) = [str(t) for t in examples.objects(None, SH.select) if "?_least_integer" in str(t)]
    asked = httpx.get(url + "/sparql", params={"query": text}, headers=CSV)
    assert asked.text.count("\r\n") == 15
    command = ("query", "my-clauses", "-p", "kind=ukfr:Call", "-f", "csv", "--out", str(dataset))
    done = run_command(*command, variables={"UKFR_QUERIES": str(own)})
    assert done.stdout.splitlines() == calls.splitlines()


def test_files_that_cannot_be_used_are_reported_with_their_line(extended: Server, own: Path) -> None:
    problems = httpx.get(extended.url + "/queries").json()["problems"]
    starts = [problem.partition("\n")[0] for problem in problems]
    assert starts == [
        "money.rq:1: [money] duplicate-id: already a query in the area 'figures'",
        "treaties/broken.rq:4: [broken] sparql: no PREFIX is declared for foo",
        "treaties/yaml.rq:2: [yaml] yaml: did not find expected ',' or ']', in what begins at line 1",
    ]
    assert "treaties/broken.rq:4" in httpx.get(extended.url + "/queries", headers=PAGE).text
    missing = httpx.get(extended.url + "/queries/broken")
    assert (missing.status_code, "treaties/broken.rq:4" in missing.json()["detail"]) == (404, True)
    assert "treaties/broken.rq:4" in extended.log.read_text("utf-8")
    listing = run_command("query", "--queries", str(own))
    assert listing.returncode == 1
    assert "my-clauses" in listing.stdout
    assert "treaties/broken.rq:4" in listing.stderr
    nowhere = run_command("query", "--queries", "/nowhere")
    assert (nowhere.returncode, "/nowhere" in nowhere.stderr) == (2, True)


def test_a_plain_dataset_has_the_questions_of_its_owner_alone(own: Path, tmp_path: Path) -> None:
    with start_server("--empty", "--store", str(tmp_path / "own"), "--queries", str(own)) as running:
        names = {q["name"] for q in httpx.get(running.url + "/queries").json()["queries"]}
        assert names == {"my-clauses", "clauses-at-least", "money"}
        assert (
            httpx.get(running.url + "/queries/money", headers={"Accept": "application/json"}).json()["boolean"] is False
        )
        for path in ("/queries", "/ontology", "/doc/place/calais", "/openapi.json", "/docs"):
            assert httpx.get(running.url + path, headers=PAGE).status_code in (200, 404), path


def test_the_columns_of_a_page_stand_in_their_order_whoever_asked_before(server: str) -> None:
    """The timeline asks the same question with its parameters the other way round."""
    given = {"day": "2014-12-15", "party": "id:state/united-kingdom"}
    httpx.get(server + "/timeline?at=2014-12-15", headers=PAGE)
    tsv = {"Accept": "text/tab-separated-values"}
    whole = httpx.get(f"{server}/queries/acts-binding-a-party", params=given, headers=tsv).text
    page = httpx.get(f"{server}/queries/acts-binding-a-party", params=given | {"page": "1"}, headers=tsv).text
    assert page.splitlines()[0] == whole.splitlines()[0]
