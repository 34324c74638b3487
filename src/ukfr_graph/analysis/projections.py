"""Networks read from the graph, each by one query, over any engine.

A projection is a saved query with the columns ``source``, ``relation``, ``target`` and ``clause`` (``queries/network``
has those that come along; its description is the definition). Any other query can be shown too:

- a SELECT with ``source`` and ``target``: as above; ``relation`` and ``clause`` may be left out;
- another SELECT with several columns of IRIs: the first is tied to each of the others, by the name of the column;
- a SELECT with one column of IRIs: these, and the triples that tie them to one another;
- a CONSTRUCT or DESCRIBE: each triple between two IRIs, but for types.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.analysis.network import Edge, Network, Node, join
from ukfr_graph.errors import NotFoundError, QueryError, ResultTooLargeError
from ukfr_graph.errors import mark as _
from ukfr_graph.messages import ENGLISH, say_in_all
from ukfr_graph.profile import Profile
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.labels import LABELS
from ukfr_graph.query.questions import give_values, read_question
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.query.saved_files import read_library, read_queries
from ukfr_graph.store import Engine, Term, read_profile
from ukfr_graph.triples import fold_text

FAMILIES = tuple(
    iris.UKFR + name for name in ("Clause", "Actor", "Instrument", "Place", "Quantity", "Section", "Statement")
)
CLAUSE_FILTERS = {
    "statement": "clauses-in-statement",
    "topic": "clauses-on-topic",
    "kind": "clauses-of-kind",
    "section": "clauses-in-section",
}
"""By what the clauses behind ties are chosen, and the question that finds them."""
_TAG, _UNDIRECTED = "network", "undirected"
_ROOM = "analysis/questions"
_LABELS = (*map(iris.expand, LABELS), iris.UKFR + "counted")
_AT_A_TIME = 400  # IRIs in one query: far within the limit of its length
_SHOWN = 120  # characters of a label
_Row = tuple[str, str, str, str, str]  # source, relation, label of a relation without IRI, target, clause


def list_projections() -> dict[str, SavedQuery]:
    """List the projections by name."""
    return {q.name: q for q in read_queries().values() if _TAG in q.tags}


def find_projection(name: str, own_queries: Path | None = None, dataset: str = "") -> SavedQuery:
    """Find a projection, or any other saved query, by its name; see ``read_library`` for the rest.

    Raises:
        NotFoundError: there is none.
    """
    queries = read_library(own_queries, dataset=dataset).queries
    if name not in queries:
        raise NotFoundError(
            "There is no projection %(name)s; there are %(known)s.",
            name=repr(name),
            known=", ".join(list_projections()),
        )
    return queries[name]


def read_projection(executor: Executor, saved: SavedQuery, values: Mapping[str, Term], most_nodes: int) -> Network:
    """Read the network of a saved query.

    Raises:
        UkfrError: see ``read_query``.
    """
    found = read_query(executor, saved.text, values, most_nodes, is_directed=_UNDIRECTED not in saved.tags)
    return replace(found, name=saved.name, labels=saved.summary)


def read_query(
    executor: Executor, text: str, values: Mapping[str, Term], most_nodes: int, *, is_directed: bool = True
) -> Network:
    """Read the network of any SELECT, CONSTRUCT or DESCRIBE.

    Raises:
        QueryError: it answers with no IRIs, or see ``Executor.run``.
        ResultTooLargeError: it has more than ``most_nodes`` nodes.
    """
    answer = executor.run(text, values)
    if answer.kind == "boolean":
        raise QueryError("An ASK answers yes or no, which is no network. Send a SELECT, CONSTRUCT or DESCRIBE.")
    names: Sequence[str] = ()
    alone: list[str] = []
    if answer.kind == "graph":
        ties: Iterable[_Row] = _read_triples(answer.results)
    else:
        names, rows = answer.rows()
        if {"source", "target"} <= set(names):
            ties = _read_ties(names, rows)
        else:
            ties, alone = _read_columns(names, rows)
    clauses: defaultdict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    ends: set[str] = set(alone)
    for source, relation, label, target, clause in ties:
        clauses[source, relation, label, target].update((clause,) if clause else ())
        ends |= {source, target}
        _check_size(len(ends), most_nodes)
    _check_size(len(ends), most_nodes)
    if alone and not clauses:
        clauses.update({tie: set() for tie in _find_ties(executor, ends)})
    if not ends and answer.kind == "solutions" and names and rows:
        raise QueryError("The query answers with no IRIs, so that there is nothing to tie.")
    about = _describe(executor, ends | {relation for _, relation, _, _ in clauses})
    is_clause = {iri for iri in ends if about[iri].type == "ukfr:Clause"}
    edges = [
        Edge(
            source,
            target,
            relation,
            about[relation].labels if relation else {ENGLISH: label},
            tuple(sorted(behind or ({source, target} & is_clause))),
        )
        for (source, relation, label, target), behind in clauses.items()
    ]
    labels = say_in_all(_("Answer of a query"), list_languages(executor.engine))
    frame = Network("query", labels, is_directed, executor.engine.version, (), ())
    return join(frame, edges, [about[iri] for iri in ends])


def find_clauses(executor: Executor, asked: Mapping[str, str]) -> set[str]:
    """Find the clauses of a kind, on a topic or a narrower one, in a section, of a statement.

    ``asked`` has the IRIs of what is asked for, by ``CLAUSE_FILTERS``.

    Raises:
        UkfrError: see ``Executor.run``.
    """
    found = [
        {
            row["clause"].value
            for row in executor.run(read_question(_ROOM, CLAUSE_FILTERS[name]), {name: ox.NamedNode(iri)}).bindings()
            if isinstance(row["clause"], ox.NamedNode)
        }
        for name, iri in asked.items()
    ]
    return set.intersection(*found) if found else set()


def _check_size(nodes: int, most: int) -> None:
    if nodes > most:
        raise ResultTooLargeError(
            "The query ties more than %(most)s nodes, which are as many as are read "
            "(UKFR_MAX_OVERVIEW_NODES), before any filter. Ask a narrower query of your own.",
            most=most,
        )


def _read_triples(triples: object) -> Iterator[_Row]:
    assert isinstance(triples, ox.QueryTriples)
    try:
        for subject, predicate, value in triples:
            is_tie = predicate.value != iris.RDF + "type"
            if is_tie and isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                yield subject.value, predicate.value, "", value.value, ""
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError("The query failed while it was evaluated: %(error)s", error=error) from None


def _read_ties(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[_Row]:
    for row in rows:
        found = {n: v.value for n, v in zip(names, row, strict=True) if isinstance(v, ox.NamedNode)}
        if "source" in found and "target" in found:
            yield found["source"], found.get("relation", ""), "", found["target"], found.get("clause", "")


def _read_columns(names: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[list[_Row], list[str]]:
    """Tie the first IRI of each row to its others; what stands in no row with another is alone."""
    ties: list[_Row] = []
    alone: list[str] = []
    for row in rows:
        found = [(n, v.value) for n, v in zip(names, row, strict=True) if isinstance(v, ox.NamedNode)]
        if len(found) == 1:
            alone.append(found[0][1])
        for name, iri in found[1:]:
            ties.append((found[0][1], "", name, iri, ""))
    return ties, alone


def _find_ties(executor: Executor, nodes: set[str]) -> Iterator[tuple[str, str, str, str]]:
    for source, relation, target in _ask_about(executor, "ties", "node", nodes):
        if target.value in nodes:
            yield source.value, relation.value, "", target.value


def _describe(executor: Executor, nodes: set[str]) -> dict[str, Node]:
    """Find the labels and types of resources."""
    facts: defaultdict[str, list[tuple[str, Term]]] = defaultdict(list)
    for node, about, value in _ask_about(executor, "about", "node", nodes):
        facts[node.value].append((about.value, value))
    types = {value.value for known in facts.values() for about, value in known if about == iris.RDF + "type"}
    wider: defaultdict[str, set[str]] = defaultdict(set)
    for narrow, wide in _ask_about(executor, "wider-classes", "narrow", types):
        wider[narrow.value].add(wide.value)
    languages = list_languages(executor.engine)
    return {iri: _make_node(iri, facts[iri], wider, languages) for iri in nodes}


def _ask_about(executor: Executor, name: str, variable: str, resources: Iterable[str]) -> Iterator[tuple[Term, ...]]:
    """Ask a question about resources, some at a time, so that its length keeps within the limit."""
    names = sorted(set(resources) - {""})
    for start in range(0, len(names), _AT_A_TIME):
        values = " ".join(str(ox.NamedNode(iri)) for iri in names[start : start + _AT_A_TIME])
        for row in executor.run(give_values(read_question(_ROOM, name), variable, values)).rows()[1]:
            terms = tuple(term for term in row if isinstance(term, ox.NamedNode | ox.Literal))
            if len(terms) == len(row):
                yield terms


def _make_node(
    iri: str, facts: list[tuple[str, Term]], wider: Mapping[str, set[str]], languages: Sequence[str]
) -> Node:
    types: set[str] = set()
    value = ""
    labels: dict[str | None, tuple[int, str]] = {}  # by language: how late its property stands in _LABELS, the text
    for about, term in facts:
        if about == iris.RDF + "type":
            types.add(term.value)
        elif about == iris.UKFR + "value":
            value = value or term.value
        elif isinstance(term, ox.Literal):
            found = (_LABELS.index(about), term.value)
            labels[term.language] = min(found, labels.get(term.language, found))
    above = {wide for narrow in types for wide in wider.get(narrow, ()) if wide != narrow}
    kinds = sorted(types - above) or [""]
    kind = next((k for k in kinds if k not in FAMILIES), kinds[0])
    family = next((f for f in FAMILIES if f in types), kind)
    texts = {language: text for language, (_rank, text) in labels.items()}
    otherwise = next((texts[code] for code in (None, *languages) if texts.get(code)), "")
    said = {code: texts.get(code) or texts.get(None) for code in languages}
    english = said[ENGLISH] or otherwise or iris.shorten(iri)
    shown = {code: _cut(f"{value} {text or english}".strip()) for code, text in said.items()}
    return Node(iri, shown, iris.shorten(family), iris.shorten(kind))


def list_languages(engine: Engine) -> tuple[str, ...]:
    """List the languages of labels: English and French, which every network has, and those of the dataset."""
    profile = read_profile(Path(engine.folder)) if engine.folder else Profile()
    return tuple(dict.fromkeys((ENGLISH, "fr", *profile.languages)))


def _cut(label: str) -> str:
    text = fold_text(label)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
