"""The W3C test suites of SPARQL 1.0 and 1.1, over HTTP against a real server.

    make conformance SUITE=FOLDER   # with `sparql11` and `dawg-data-r2` in it

The folders are in the W3C's repository rdf-tests, and in rdflib's source archive under test/data/suites/w3c.

Each test of a manifest (https://www.w3.org/TR/sparql11-query/, test suite of the working group) starts from an
empty dataset: its graphs are uploaded by the Graph Store Protocol, its request is sent to /sparql, and the
answer is compared as RDF, blank nodes by isomorphism and numbers by value. Entailment regimes are not offered,
and SERVICE is refused to hosts that nobody allowed: those folders are left out. The protocol's own tests are
in test_sparql.py, test_update.py and test_graph_store.py.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

sys.path.insert(0, str(Path(__file__).parents[1]))
from support.servers import start_server

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
ROW = Namespace("urn:row:")
KNOWN = {
    "the engine reads dates by XSD 1.1, where the suite has XSD 1.0": ("date-1", "date-2", "date-3", "date-4"),
    "the suite predates RDF 1.1, where a plain literal is a string": (
        "strdt03", "strlang03", "dawg-datatype-2", "distinct-2", "distinct-9",
    ),
    "the engine keeps numbers by their value, not by how they were written": (
        "term-6", "distinct-1", "dawg-str-1", "dawg-str-2", "sameTerm-simple", "sameTerm-eq", "sameTerm-not-eq",
        "eq-graph-1", "eq-graph-2", "open-eq-01",
    ),
    "the suite's own errata": ("dawg-optional-filter-005-simplified", "agg-empty-group"),
    "the grammar of SPARQL 1.1 no longer has it": ("syntax-lit-08", "term-7"),
    "the engine refuses functions that it does not know": (
        "syntax-expr-05", "syntax-order-05", "syntax-order-06", "syntax-function-01", "syntax-function-02",
        "syntax-function-03", "syntax-function-04", "test_4",
    ),
    "the engine reads no escapes of code points outside IRIs and strings": ("syntax-esc-04", "syntax-esc-05"),
    "the engine's tokens are not the longest ones": ("syn-bad-26",),
    "the engine names equal BNODE(string) alike in all rows": ("bnode01",),
    "the engine keeps derived integers as integers": ("tsv03",),
    "the engine orders the columns of SELECT * by name": ("csv01", "csv02", "csv03"),
    "a graph that is not there cannot be dropped": ("test_8", "test_18"),
    "LOAD is refused (403) before it is parsed": ("test_41", "test_47", "test_48", "test_49"),
}  # fmt: skip
LEFT_OUT = {"entailment", "service", "syntax-fed", "service-description", "protocol", "http-rdf-update"}
ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
Term = ox.NamedNode | ox.Literal | ox.BlankNode


class UnlikeError(Exception):
    """The answer is not the expected one."""


@dataclass
class Case:
    kind: str
    name: str
    manifest: Graph
    node: Node

    def file(self, node: Node, predicate: URIRef) -> Path | None:
        value = self.manifest.value(node, predicate)
        return Path(str(value).removeprefix("file://")) if value is not None else None


def read_cases(manifest: Path) -> Iterator[Case]:
    graph = Graph().parse(manifest, publicID=manifest.as_uri())
    for head in graph.objects(None, MF.entries):
        for node in Collection(graph, head):
            kind = str(graph.value(node, RDF.type)).rpartition("#")[2]
            if graph.value(node, DAWGT.approval) == DAWGT.Withdrawn:
                continue
            yield Case(kind, f"{manifest.parent.name}/{str(node).rpartition('#')[2]}", graph, node)


class Runner:
    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=60)

    def run(self, case: Case) -> None:
        if "Syntax" in case.kind:
            return self.check_syntax(case)
        if case.kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
            return self.check_query(case)
        if case.kind == "UpdateEvaluationTest":
            return self.check_update(case)
        raise NotImplementedError(case.kind)

    def check_syntax(self, case: Case) -> None:
        path = case.file(case.node, MF.action)
        assert path is not None
        operation = "update" if "Update" in case.kind else "query"
        self.empty()
        status = self.client.post("/sparql", data={operation: with_base(path)}).status_code
        if (status == 400) != case.kind.startswith("Negative"):
            raise UnlikeError(f"status {status}")

    def check_query(self, case: Case) -> None:
        action, expected = case.manifest.value(case.node, MF.action), case.file(case.node, MF.result)
        assert action is not None and expected is not None
        query = case.file(action, QT.query)
        assert query is not None
        self.empty()
        self.upload(None, case.file(action, QT.data))
        for name in case.manifest.objects(action, QT.graphData):
            path = Path(str(name).removeprefix("file://"))
            self.upload(str(name), path)
        text = with_base(query)
        for name in re.findall(r"\bFROM\s+(?:NAMED\s+)?<([^>]+)>", text):
            self.upload((query.parent / name).as_uri(), query.parent / name)
        accept = ACCEPT if case.kind == "QueryEvaluationTest" else "text/csv"
        answer = self.client.post("/sparql", data={"query": text}, headers={"Accept": accept})
        if answer.status_code != 200:
            raise UnlikeError(answer.text[:300])
        if case.kind == "CSVResultFormatTest":
            same = sorted(answer.text.split()) == sorted(expected.read_text().split())
        else:
            same = compare(answer, expected, distinct="REDUCED" in text)
        if not same:
            raise UnlikeError(answer.text[:300])

    def check_update(self, case: Case) -> None:
        action, result = case.manifest.value(case.node, MF.action), case.manifest.value(case.node, MF.result)
        assert action is not None and result is not None
        self.empty()
        for name, path in graphs_of(case, action).items():
            self.upload(name, path)
        request = case.file(action, UT.request)
        assert request is not None
        answer = self.client.post("/sparql", data={"update": with_base(request)})
        if answer.status_code != 204:
            raise UnlikeError(answer.text[:300])
        expected = {name: load(path) for name, path in graphs_of(case, result).items() if path}
        found = {
            name: self.download(name)
            for name in {None, *self.names(), *expected}
        }  # fmt: skip
        for name in found:
            if not isomorphic(found[name], expected.get(name, Graph())):
                raise UnlikeError(f"graph {name}: {found[name].serialize(format='nt')[:300]}")

    def empty(self) -> None:
        assert self.client.post("/sparql", data={"update": "DROP ALL"}).status_code == 204

    def upload(self, name: str | None, path: Path | None) -> None:
        if path is None:
            return
        content = load(path).serialize(format="nt", encoding="utf-8")
        parameters = {"graph": name} if name else {"default": ""}
        headers = {"Content-Type": "application/n-triples"}
        answer = self.client.post("/graph-store", params=parameters, content=content, headers=headers)
        if not answer.is_success:
            raise UnlikeError(f"upload of {path.name}: {answer.text[:300]}")

    def names(self) -> set[str]:
        answer = self.client.post("/sparql", data={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"})
        return {row["g"]["value"] for row in answer.json()["results"]["bindings"]}

    def download(self, name: str | None) -> Graph:
        parameters = {"graph": name} if name else {"default": ""}
        answer = self.client.get("/graph-store", params=parameters, headers={"Accept": "application/n-triples"})
        return Graph().parse(data=answer.text, format="nt") if answer.status_code == 200 else Graph()


def graphs_of(case: Case, node: Node) -> dict[str | None, Path | None]:
    found: dict[str | None, Path | None] = {None: case.file(node, UT.data)}
    for item in case.manifest.objects(node, UT.graphData):
        found[str(case.manifest.value(item, LABEL))] = case.file(item, UT.graph) or case.file(item, UT.data)
    return found


def with_base(path: Path) -> str:
    """Return a request that says itself what its relative names are relative to."""
    return f"BASE <{path.as_uri()}>\n" + path.read_text("utf-8")


def load(path: Path) -> Graph:
    return Graph().parse(path, publicID=path.as_uri())


def compare(answer: httpx.Response, expected: Path, *, distinct: bool) -> bool:
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type == "application/n-triples":
        found = Graph().parse(data=answer.text, format="nt")
        return isomorphic(normalize(found), normalize(load(expected)))
    results = ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.JSON)
    wanted = read_expected(expected)
    if isinstance(results, ox.QueryBoolean) or isinstance(wanted, bool):
        return bool(results) is wanted
    assert isinstance(results, ox.QuerySolutions)
    rows = [{v.value: row[v] for v in results.variables if row[v] is not None} for row in results]
    if distinct:
        rows, wanted = ([dict(pairs) for pairs in {tuple(sorted(row.items())) for row in r}] for r in (rows, wanted))
    return isomorphic(as_graph(rows), as_graph(wanted))


def read_expected(path: Path) -> bool | list[dict[str, Term]]:
    """Read the expected rows or boolean: SPARQL results as XML, JSON or TSV, or RDF in the old vocabulary."""
    formats = {".srx": "application/sparql-results+xml", ".srj": "application/sparql-results+json"}
    if path.suffix in (*formats, ".tsv"):
        media_type = formats.get(path.suffix, "text/tab-separated-values")
        form = ox.QueryResultsFormat.from_media_type(media_type)
        assert form is not None
        results = ox.parse_query_results(path.read_bytes(), format=form)
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        assert isinstance(results, ox.QuerySolutions)
        return [{v.value: row[v] for v in results.variables if row[v] is not None} for row in results]
    graph = load(path)
    head = next(graph.subjects(RDF.type, RS.ResultSet), None)
    assert head is not None
    if (boolean := graph.value(head, RS.boolean)) is not None:
        return str(boolean) == "true"
    return [
        {
            str(graph.value(binding, RS.variable)): to_engine(graph.value(binding, RS.value))
            for binding in graph.objects(solution, RS.binding)
        }
        for solution in graph.objects(head, RS.solution)
    ]


def to_engine(node: Node | None) -> Term:
    assert node is not None
    if isinstance(node, BNode):
        return ox.BlankNode(re.sub(r"\W", "", str(node)))
    (quad,) = ox.parse(f"<urn:x> <urn:x> {node.n3()} .", format=ox.RdfFormat.TURTLE)
    return quad.object  # type: ignore[no-any-return]


def as_graph(rows: list[dict[str, Term]]) -> Graph:
    """Write rows as a graph: equal bags of rows are isomorphic graphs."""
    graph = Graph()
    blanks: dict[str, BNode] = {}
    for row in rows:
        solution = BNode()
        graph.add((solution, RDF.type, RS.ResultSolution))
        for name, term in row.items():
            node: Node
            if isinstance(term, ox.BlankNode):
                node = blanks.setdefault(term.value, BNode())
            elif isinstance(term, ox.NamedNode):
                node = URIRef(term.value)
            else:
                node = value_of(term.value, term.language, term.datatype.value)
            graph.add((solution, ROW[name], node))
    return graph


def value_of(value: str, language: str | None, datatype: str) -> Literal:
    """Write a literal by its value: numbers and booleans in the engine's form."""
    if language:
        return Literal(value, lang=language)
    kind = datatype.rpartition("#")[2]
    if kind in ("integer", "decimal", "double", "float"):
        try:
            return Literal(f"{float(value):.6g}", datatype=URIRef(datatype))
        except ValueError:
            pass
    return Literal(value, datatype=URIRef(datatype), normalize=False)


def normalize(graph: Graph) -> Graph:
    copy = Graph()
    for s, p, o in graph:
        if isinstance(o, Literal) and o.datatype is not None:
            o = value_of(str(o), o.language, str(o.datatype))
        copy.add((s, p, o))
    return copy


def main(folder: Path) -> int:
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # the suite has ill-formed literals on purpose
    known = {name: reason for reason, names in KNOWN.items() for name in names}
    outcomes: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as own, start_server("--empty", "--store", f"{own}/own") as server:
        runner = Runner(server.url)
        for manifest in sorted(folder.glob("*/*/manifest.ttl")):
            suite = manifest.parent.parent.name
            for case in read_cases(manifest) if manifest.parent.name not in LEFT_OUT else ():
                try:
                    runner.run(case)
                except UnlikeError as error:
                    reason = known.get(case.name.rpartition("/")[2])
                    print(f"{suite}/{case.name} ({case.kind}): {reason or error}")
                    outcomes[suite, "known differences" if reason else "failed"] += 1
                else:
                    outcomes[suite, "passed"] += 1
    for (suite, outcome), number in sorted(outcomes.items()):
        print(f"{suite}: {number} {outcome}")
    return int(any(outcome == "failed" for _, outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
