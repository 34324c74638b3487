"""Reading what engines elsewhere answer, each of which writes terms in a manner of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.store.engine import ReadSolutions, Results

_LABEL = re.compile(r"[A-Za-z0-9_]+\Z")
_BOOLEAN = iris.XSD + "boolean"
_TRUTH = {"1": "true", "0": "false"}
_ASKED = "__ASK_RETVAL"
_MARKS = (b"bnode", b"XMLSchema#boolean")  # without one of them there is nothing to mend


def read_results(content: bytes, form: ox.QueryResultsFormat) -> ReadSolutions | ox.QueryBoolean:
    """Read rows, or yes or no.

    Blank nodes get labels that RDF can be written with (Virtuoso's are ``nodeID://b1``), and booleans are written
    as ``true`` and ``false`` (SPARQL 1.1 Query Results JSON Format: https://www.w3.org/TR/sparql11-results-json/).

    Raises:
        ValueError: the content is not of this form.
    """
    if form == ox.QueryResultsFormat.JSON and any(mark in content for mark in _MARKS):
        try:
            document = json.loads(content)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        labels: dict[str, str] = {}
        for term in _terms(document):
            _mend(term, labels)
        content = json.dumps(document, ensure_ascii=False).encode()
    results: ox.QuerySolutions | ox.QueryBoolean | None = None
    try:
        results = ox.parse_query_results(content, format=form)
        if isinstance(results, ox.QueryBoolean):
            return results
        if [variable.value for variable in results.variables] == [_ASKED]:  # yes or no, as Virtuoso says it
            return _make_boolean(sum(1 for _ in results) > 0)
        return ReadSolutions(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    except SyntaxError as error:
        results = None  # a traceback would keep it, and another thread free it, which it does not allow
        raise ValueError(str(error)) from None


def _make_boolean(value: bool) -> ox.QueryBoolean:
    content = b'{"head":{},"boolean":%s}' % (b"true" if value else b"false")
    boolean = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    assert isinstance(boolean, ox.QueryBoolean)
    return boolean


def read_triples(content: bytes, form: ox.RdfFormat) -> ox.QueryTriples:
    """Read RDF as the results of a CONSTRUCT.

    Raises:
        ValueError: the content is not of this form.
    """
    store = ox.Store()
    try:
        store.load(content, format=form)
    except SyntaxError as error:
        raise ValueError(error) from None
    if any(store.named_graphs()):
        raise ValueError("it has named graphs in it")
    results: Results = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(results, ox.QueryTriples)
    return results


def _terms(document: Any) -> Iterator[dict[str, Any]]:
    """Yield the terms of all rows; what has another shape is left to the parser."""
    results = document.get("results") if isinstance(document, dict) else None
    rows = results.get("bindings") if isinstance(results, dict) else None
    for row in rows if isinstance(rows, list) else ():
        yield from (term for term in row.values() if isinstance(term, dict)) if isinstance(row, dict) else ()


def _mend(term: dict[str, Any], labels: dict[str, str]) -> None:
    value = term.get("value")
    if not isinstance(value, str):
        return
    if term.get("type") == "bnode" and not _LABEL.match(value):
        term["value"] = labels.setdefault(value, f"engine_{len(labels)}")
    elif term.get("datatype") == _BOOLEAN:
        term["value"] = _TRUTH.get(value, value)
