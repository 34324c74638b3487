"""Saved queries as RDF, for query editors: the form of the SIB (https://github.com/sib-swiss/sparql-examples).

Each is a ``sh:SPARQLExecutable`` with its question, its text, its keywords and the endpoint that it is for. The text is
complete: a parameter has the value of its default, or of the first example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.query.executor import project
from ukfr_graph.query.parameters import bind_parameters
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.texts import split_lines
from ukfr_graph.tokens import read_tokens

SH = "http://www.w3.org/ns/shacl#"
SCHEMA = "https://schema.org/"
GRAPH_PATH = "/.well-known/sparql-examples"
"""The path of the examples on the endpoint's host, which names their graph too."""

_EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "describe"),
}


def describe_examples(queries: Iterable[SavedQuery], site: str) -> list[ox.Triple]:
    """Describe the queries that can be asked as they are, for the endpoint of a site (scheme and host)."""
    graph = site + GRAPH_PATH
    prefixes = ox.NamedNode(graph + "#prefixes")
    triples = list(_describe_prefixes(prefixes))
    for query in queries:
        text = fill(query)
        if not text:
            continue
        kind, predicate = _EXECUTABLES[query.form]
        node = ox.NamedNode(f"{graph}/{query.name}")
        triples += [
            ox.Triple(node, _node(iris.RDF + "type"), _node(SH + "SPARQLExecutable")),
            ox.Triple(node, _node(iris.RDF + "type"), _node(SH + kind)),
            ox.Triple(node, _node(SH + "prefixes"), prefixes),
            ox.Triple(node, _node(SH + predicate), ox.Literal(text)),
            ox.Triple(node, _node(SCHEMA + "target"), _node(site + "/sparql")),
            ox.Triple(node, _node(iris.RDFS + "seeAlso"), _node(f"{site}/queries/{query.name}")),
        ]
        words = dict.fromkeys((query.area, *query.tags))
        triples += [ox.Triple(node, _node(SCHEMA + "keywords"), ox.Literal(word)) for word in words]
        triples += [
            ox.Triple(node, _node(SCHEMA + "name"), ox.Literal(question, language=language))
            for language, question in query.summary.items()
        ]
        comment = ox.Literal(query.summary["en"], language="en")  # editors list an example once for each comment
        triples.append(ox.Triple(node, _node(iris.RDFS + "comment"), comment))
    return triples


def fill(query: SavedQuery) -> str:
    """Write a query with the values of its first usable example; empty where a value is missing.

    >>> from ukfr_graph.query.saved_files import find_query
    >>> fill(find_query("clauses-on-topic")).splitlines()[4]
    'WHERE { VALUES (?_topic_iri) { (<https://w3id.org/ukfr/vocab/topic/asylum>) }'
    """
    required = {p.name for p in query.parameters if p.required}
    example = next((e for e in query.examples if required <= set(e)), None)
    if example is None:
        return ""
    bare = "\n".join(line for line in split_lines(query.standalone) if not line.startswith("#+"))
    values = bind_parameters(query.parameters, example)
    written = _insert(bare, query.form, values)
    return (project(written, values) or written) if values else bare


def _insert(text: str, form: str, values: dict[str, ox.NamedNode | ox.Literal]) -> str:
    """Write terms as VALUES at the start of the query's outermost pattern."""
    names = " ".join(f"?{name}" for name in values)
    terms = " ".join(str(term) for term in values.values())
    at = _find_pattern(text, form)
    return f"{text[:at]} VALUES ({names}) {{ ({terms}) }}{text[at:]}"


def _find_pattern(text: str, form: str) -> int:
    """Find where the outermost pattern begins: at the first brace, past the template of a CONSTRUCT."""
    depth, groups = 0, 0
    for token in read_tokens(text):
        if token.kind == "open" and token.text == "{" and depth == 0:
            groups += 1
            if groups == (2 if form == "CONSTRUCT" else 1):
                return token.start + 1
        depth += (token.kind == "open") - (token.kind == "close")
    return len(text)


def _describe_prefixes(prefixes: ox.NamedNode) -> Iterator[ox.Triple]:
    """Declare the prefixes that the endpoint knows (SHACL, section 5.2.1)."""
    for prefix, namespace in iris.prefixes().items():
        declaration = ox.NamedNode(f"{prefixes.value}-{prefix}")
        yield ox.Triple(prefixes, _node(SH + "declare"), declaration)
        yield ox.Triple(declaration, _node(SH + "prefix"), ox.Literal(prefix))
        value = ox.Literal(namespace, datatype=_node(iris.XSD + "anyURI"))
        yield ox.Triple(declaration, _node(SH + "namespace"), value)


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
