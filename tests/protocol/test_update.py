"""The update operation, one test a rule (https://www.w3.org/TR/sparql11-protocol/#update-operation)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import POST, SPARQLWrapper

from support.servers import Server, start_server
from ukfr_graph.query.update import add_dataset
from ukfr_graph.service.gate import hash_token

UPDATE = {"Content-Type": "application/sparql-update"}
AUTH = {"Authorization": "Bearer a-long-and-random-token"}
MINE = "https://example.org/mine"


def count(url: str, pattern: str, **parameters: str) -> int:
    query = {"query": f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", **parameters}
    return int(httpx.get(f"{url}/sparql", params=query, headers={"Accept": "text/csv"}).text.split()[1])


def update(url: str, text: str, **more: str) -> httpx.Response:
    return httpx.post(f"{url}/sparql", content=text, headers={**UPDATE, **AUTH, **more}, timeout=60)


def test_an_update_by_form_and_as_the_body_is_seen_by_the_next_query(plain: str) -> None:
    form = {"update": "INSERT DATA { GRAPH <https://a/by-form> { <https://a/1> <https://a/p> 1 } }"}
    assert httpx.post(f"{plain}/sparql", data=form).status_code == 204
    assert count(plain, "GRAPH <https://a/by-form> { ?s ?p ?o }") == 1
    body = "INSERT DATA { GRAPH <https://a/body> { <https://a/1> <https://a/p> 1 } }"
    assert httpx.post(f"{plain}/sparql", content=body, headers=UPDATE).status_code == 204
    assert count(plain, "GRAPH <https://a/body> { ?s ?p ?o }") == 1


def test_the_graphs_of_the_request_are_the_dataset_of_the_where(plain: str) -> None:
    data = "".join(f"GRAPH <https://a/u{n}> {{ <https://a/{n}> <https://a/using> {n} }} " for n in (1, 2, 3))
    httpx.post(f"{plain}/sparql", content=f"INSERT DATA {{ {data} }}", headers=UPDATE)
    text = "INSERT { GRAPH <https://a/out> { ?s <https://a/copied> ?o } } WHERE { ?s <https://a/using> ?o }"
    graphs = {"using-graph-uri": ["https://a/u1", "https://a/u2"]}
    assert httpx.post(f"{plain}/sparql", params=graphs, content=text, headers=UPDATE).status_code == 204
    assert count(plain, "GRAPH <https://a/out> { ?s <https://a/copied> ?o }") == 2
    named = "INSERT { GRAPH <https://a/out2> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s <https://a/using> ?o } ?g ?p ?o }"
    named = named.replace(" ?g ?p ?o", "").replace("{ ?s ?p ?o }", "{ ?s <https://a/p> ?o }", 1)
    response = httpx.post(
        f"{plain}/sparql", params={"using-named-graph-uri": "https://a/u3"}, content=named, headers=UPDATE
    )
    assert response.status_code == 204
    assert count(plain, "GRAPH <https://a/out2> { ?s ?p ?o }") == 1


@pytest.mark.parametrize("clause", ["USING <https://a/u1>", "USING NAMED <https://a/u1>"])
def test_graphs_of_the_request_and_of_the_text_exclude_each_other(plain: str, clause: str) -> None:
    text = f"INSERT {{ GRAPH <https://a/x> {{ ?s ?p ?o }} }} {clause} WHERE {{ ?s ?p ?o }}"
    params = {"using-graph-uri": "https://a/u2"}
    assert httpx.post(f"{plain}/sparql", params=params, content=text, headers=UPDATE).status_code == 400


@pytest.mark.parametrize(
    ("method", "parameters", "content", "media_type", "status"),
    [
        ("GET", [("update", "CLEAR ALL")], b"", "", 400),
        ("POST", [], b"update=CLEAR+ALL&update=CLEAR+ALL", "application/x-www-form-urlencoded", 400),
        ("POST", [], b"update=CLEAR+ALL&query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400),
        ("POST", [], b"CLEAR ALL", "text/plain", 415),
        ("POST", [], b"CLEAR ALL", "", 415),
        ("POST", [], b"update=CLEAR%20NAMED", "", 415),
        ("POST", [], "INSERT DATA { <a:é> <a:p> 1 }".encode("cp1252"), "application/sparql-update", 400),
        ("POST", [], b"CLEAR XYZ", "application/sparql-update", 400),
        ("POST", [("default-graph-uri", "https://a/1")], b"CLEAR ALL", "application/sparql-update", 400),
        (
            "POST",
            [("using-graph-uri", "no iri")],
            b"DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "application/sparql-update",
            400,
        ),
        ("POST", [], b"LOAD <http://127.0.0.1:9/x>", "application/sparql-update", 403),
        ("POST", [], b"lOaD <file:///etc/passwd>", "application/sparql-update", 403),
        (
            "POST",
            [],
            b"INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
            "application/sparql-update",
            403,
        ),
    ],
)
def test_an_update_that_cannot_be_done_is_a_problem(
    plain: str, method: str, parameters: list[tuple[str, str]], content: bytes, media_type: str, status: int
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = httpx.request(method, f"{plain}/sparql", params=dict(parameters), content=content, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


def test_a_silent_load_of_what_is_not_allowed_succeeds_and_loads_nothing(plain: str) -> None:
    before = httpx.get(plain + "/health").json()["triples"]
    loaded = httpx.post(plain + "/sparql", data={"update": "LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:silent>"})
    assert loaded.status_code == 204
    assert httpx.get(plain + "/health").json()["triples"] == before


def test_relative_names_are_resolved(plain: str) -> None:
    text = "INSERT DATA { GRAPH <https://a/relative> { <here> <https://a/p> 1 } }"
    assert httpx.post(f"{plain}/sparql", content=text, headers=UPDATE).status_code == 204
    assert count(plain, "GRAPH <https://a/relative> { ?s ?p ?o FILTER (STRSTARTS(STR(?s), 'https://')) }") == 1


CURATED = "https://w3id.org/ukfr/graph/entities"


@pytest.fixture(scope="module")
def written(shared_writable: Server) -> Iterator[Server]:
    """A server with a graph of a user's own, for tests that leave it as it is."""
    update(shared_writable.url, f"INSERT DATA {{ GRAPH <{MINE}> {{ <https://a/mine> <https://a/p> 1 }} }}")
    yield shared_writable
    update(shared_writable.url, f"DROP SILENT GRAPH <{MINE}>")


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <{CURATED}> {{ <https://a/1> <https://a/p> 1 }} }}",
        "INSERT DATA { GRAPH graph:entities { <https://a/1> <https://a/p> 1 } }",
        "PREFIX g: <https://w3id.org/ukfr/gra> INSERT DATA { GRAPH g:ph\\/entities { <https://a/1> <https://a/p> 1 } }",
        "INSERT DATA { GRAPH <https://w3id.org/ukfr/graph/\\u0065ntities> { <https://a/1> <https://a/p> 1 } }",
        "BASE <https://w3id.org/ukfr/graph/> INSERT DATA { GRAPH <entities> { <https://a/1> <https://a/p> 1 } }",
        "INSERT DATA { GRAPH <https://w3id.org/ukfr/./x/../graph/entities> { <https://a/1> <https://a/p> 1 } }",
        "INSERT DATA { GRAPH <graph/entities> { <https://a/1> <https://a/p> 1 } }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE WHERE { GRAPH ?g { ?s rdfs:label ?o } }",
        f"WITH <{CURATED}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 1 }} WHERE {{ ?s ?p ?o }}",
        f"MOVE <{CURATED}> TO <{MINE}>",
        f"COPY <{MINE}> TO <{CURATED}>",
        f"ADD <{MINE}> TO <{CURATED}>",
        f"DROP GRAPH <{CURATED}>",
        "CLEAR ALL",
        "DROP NAMED",
        "INSERT DATA { <https://a/1> <https://a/p> 1 }",
        "INSERT DATA { GRAPH <https://w3id.org/ukfr/graph/new> { <https://a/1> <https://a/p> 1 } }",
    ],
)
def test_no_update_changes_what_is_curated(written: Server, text: str) -> None:
    assert count(written.url, f"GRAPH <{MINE}> {{ ?s ?p ?o }}") == 1
    before = httpx.get(f"{written.url}/health").json()
    response = update(written.url, text)
    assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
    after = httpx.get(f"{written.url}/health").json()
    assert (after["version"], after["triples"]) == (before["version"], before["triples"])


def test_a_where_sees_the_union_of_all_graphs_as_queries_do(writable: Server) -> None:
    text = f"INSERT {{ GRAPH <{MINE}> {{ ?c <https://a/seen> true }} }} WHERE {{ ?c a ukfr:Call }}"
    assert update(writable.url, text).status_code == 204
    assert count(writable.url, "?c <https://a/seen> true ; a ukfr:Clause") == 7


def test_a_copy_of_a_curated_graph_may_be_made(writable: Server) -> None:
    assert update(writable.url, f"COPY <{CURATED}> TO <{MINE}>").status_code == 204
    assert count(writable.url, f"GRAPH <{MINE}> {{ ?s ?p ?o }}") == count(
        writable.url, f"GRAPH <{CURATED}> {{ ?s ?p ?o }}"
    )


def test_if_match_refuses_an_update_of_another_version(writable: Server) -> None:
    insert = f"INSERT DATA {{ GRAPH <{MINE}> {{ <https://a/1> <https://a/p> 1 }} }}"
    tag = update(writable.url, insert).headers["etag"]
    assert update(writable.url, insert.replace("1 }", "2 }"), **{"If-Match": tag}).status_code == 204
    assert update(writable.url, insert.replace("1 }", "3 }"), **{"If-Match": tag}).status_code == 412


def test_answers_and_their_tags_change_with_the_data(writable: Server) -> None:
    query = {"query": f"SELECT * {{ GRAPH <{MINE}> {{ ?s ?p ?o }} }}"}
    first = httpx.get(f"{writable.url}/sparql", params=query)
    again = httpx.get(f"{writable.url}/sparql", params=query, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    update(writable.url, f"INSERT DATA {{ GRAPH <{MINE}> {{ <https://a/1> <https://a/p> 1 }} }}")
    after = httpx.get(f"{writable.url}/sparql", params=query, headers={"If-None-Match": first.headers["etag"]})
    assert after.status_code == 200
    assert len(after.json()["results"]["bindings"]) == 1


def test_tokens_are_for_their_scopes_and_graphs_only(own_dataset: Path, tmp_path: Path) -> None:
    tokens = [
        {"sha256": hash_token("narrow").hex(), "scopes": ["write"], "graphs": ["https://a/team/"]},
        {"sha256": hash_token("reader").hex(), "scopes": ["read"]},
    ]
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps(tokens))
    given_settings = {"write_tokens_file": str(path), "read_token_needed": "true"}
    with start_server("--store", str(own_dataset), settings=given_settings) as server:

        def tell(token: str, text: str) -> int:
            return update(server.url, text, Authorization=f"Bearer {token}").status_code

        inside = "INSERT DATA { GRAPH <https://a/team/1> { <https://a/1> <https://a/p> 1 } }"
        assert tell("narrow", inside) == 204
        assert tell("narrow", inside.replace("team", "other")) == 403
        assert tell("narrow", "CREATE GRAPH <https://a/other/2> ; CLEAR GRAPH <https://a/team/1>") in (204, 403)
        assert tell("reader", inside) == 403
        assert tell("unknown", inside) == 401
        ask = {"query": "ASK { ?s ?p ?o }"}
        assert httpx.get(f"{server.url}/sparql", params=ask).status_code == 401
        assert (
            httpx.get(f"{server.url}/sparql", params=ask, headers={"Authorization": "Bearer reader"}).status_code == 200
        )
        assert "narrow" not in server.log.read_text() + path.read_text().replace("narrowly", "")


def test_rdflib_works_unchanged_as_an_update_store(plain: str) -> None:
    store = SPARQLUpdateStore(f"{plain}/sparql", f"{plain}/sparql")
    graph = Graph(store, URIRef("https://a/rdflib"))
    graph.add((URIRef("https://a/1"), URIRef("https://a/p"), Literal("é", lang="fr")))
    assert list(graph.objects(URIRef("https://a/1"))) == [Literal("é", lang="fr")]
    graph.remove((None, None, None))
    assert len(graph) == 0


def test_sparqlwrapper_works_unchanged_for_updates(plain: str) -> None:
    client = SPARQLWrapper(f"{plain}/sparql")
    client.setMethod(POST)
    client.setQuery("INSERT DATA { GRAPH <https://a/wrapper> { <https://a/1> <https://a/p> 1 } }")
    client.query()
    assert count(plain, "GRAPH <https://a/wrapper> { ?s ?p ?o }") == 1


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="{}<>;?abWHEREDLTINSU# \"'\\\n", max_size=80))
def test_adding_a_dataset_only_ever_adds_text(text: str) -> None:
    result = iter(add_dataset(text, ["https://a/1"], []))
    assert all(character in result for character in text)
