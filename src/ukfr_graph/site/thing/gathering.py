"""Gathering what the page of a node tells.

A few rounds of queries: the node; what belongs to it under a name of its own, such as its figures; the labels of all
that is mentioned, and of their classes. Their number does not grow with what there is to tell.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.query.questions import give_values, limit_rows, read_question
from ukfr_graph.service.answers import construct, list_values, select
from ukfr_graph.service.service import Service
from ukfr_graph.site.thing.portrait import Backlink, Portrait
from ukfr_graph.store import Term

_ROOM = "site/thing"
MOST_MENTIONS = 1_000
"""Most statements about others that a page lists; where there are more, it says so."""

_MOST_SATELLITES = 200
_MOST_GRAPHS = 10
_LONGEST_IRI = 2_000  # characters; a longer one is shown as it is
# Records that are told on the page of the node that they are of: from it, and to it.
_BELONGING = ("ukfr:participation", "ukfr:quantity", "ukfr:timeframe", "ukfr:condition", "ukfr:period")
_BELONGING_BACK = ("ukfr:membershipBy", "ukfr:membershipOf", "ukfr:tenureOf", "ukfr:office")


async def describe(service: Service, iri: str) -> list[ox.Triple]:
    """Describe a node with the parts that have no page of their own; nothing where nothing is said of it.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    return await _describe_all(service, [iri])


async def paint(service: Service, iri: str, language: str, description: list[ox.Triple] | None = None) -> Portrait:
    """Gather what the page of a node tells in a language.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    node: dict[str, Term] = {"node": ox.NamedNode(iri)}
    told, mentions, graphs, added = await asyncio.gather(
        _give(description) if description is not None else describe(service, iri),
        select(service, limit_rows(read_question(_ROOM, "mentions"), MOST_MENTIONS), node),
        select(service, read_question(_ROOM, "graphs"), node),
        find_user_graphs(service, iri),
    )
    portrait = Portrait(
        iri,
        language,
        told,
        _group(mentions.dicts()[:MOST_MENTIONS], iri),
        sorted(row["graph"].value for row in graphs.dicts()),
        cut=mentions.total > MOST_MENTIONS,
        added=added,
        source_texts=service.source_texts,
    )
    portrait.add(told)
    around = await _describe_all(service, _satellites(portrait))
    portrait.add(around)
    seen = _mentioned(portrait, [*told, *around])
    portrait.add(await glimpse(service, seen))
    portrait.add(await glimpse(service, {kind for node in seen for kind in portrait.kinds(node)} - seen))
    return portrait


async def find_user_graphs(service: Service, iri: str) -> list[str]:
    """Name graphs that users added and that say something of a node, at most ten; in a plain dataset all are theirs.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    if service.is_plain:
        return []
    question = limit_rows(read_question(_ROOM, "user-graphs"), _MOST_GRAPHS)
    table = await select(service, question, {"node": ox.NamedNode(iri)}, with_user_graphs=True)
    return [row["graph"].value for row in table.dicts()]


async def glimpse(service: Service, nodes: Iterable[str]) -> list[ox.Triple]:
    """Find how nodes are called and of what kind they are.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    named = (node for node in set(nodes) if ":" in node and len(node) < _LONGEST_IRI)  # what is unnamed has no colon
    asked = [str(ox.NamedNode(node)) for node in sorted(named)]
    question = read_question(_ROOM, "glimpses")
    found = await asyncio.gather(
        *(construct(service, give_values(question, "node", values)) for values in list_values(service, asked))
    )
    return [triple for triples in found for triple in triples]


async def _describe_all(service: Service, roots: Sequence[str]) -> list[ox.Triple]:
    """Describe nodes, following what begins with their own name and ``#``, and what has no name."""
    if not roots:
        return []
    listed = " ".join(str(ox.NamedNode(root)) for root in roots)
    return await construct(service, give_values(read_question(_ROOM, "description"), "root", listed))


async def _give(triples: list[ox.Triple]) -> list[ox.Triple]:
    return triples


def _group(rows: Sequence[dict[str, Term]], iri: str) -> dict[str, list[Backlink]]:
    """Group what points here by property; a part stands for the document that it is a part of."""
    groups: dict[str, list[Backlink]] = defaultdict(list)
    for row in rows:
        subject = row["subject"]
        document, _, part = subject.value.partition("#")
        if not isinstance(subject, ox.NamedNode) or document == iri:
            continue
        if not iris.is_identifier(subject.value):
            document, part = subject.value, ""
        mention = Backlink(document, bool(part))
        if mention not in groups[row["property"].value]:
            groups[row["property"].value].append(mention)
    return {name: found for name, found in groups.items() if found}


def _satellites(portrait: Portrait) -> list[str]:
    found = [n for name in _BELONGING for n in portrait.nodes(portrait.iri, name) if n.startswith("http")]
    for evidence in portrait.nodes(portrait.iri, "ukfr:evidence"):
        found += portrait.nodes(evidence, "oa:hasSource")
    for name in _BELONGING_BACK:
        found += [m.document for m in portrait.mentions.get(iris.expand(name), []) if not m.is_part]
    return [node for node in dict.fromkeys(found) if "#" not in node][:_MOST_SATELLITES]


def _mentioned(portrait: Portrait, triples: Iterable[ox.Triple]) -> set[str]:
    """Collect the IRIs that the page shows by their labels."""
    found = {portrait.iri} | {mention.document for group in portrait.mentions.values() for mention in group}
    found |= set(portrait.mentions)
    for triple in triples:
        found |= {n.value for n in triple if isinstance(n, ox.NamedNode)}
    return found
