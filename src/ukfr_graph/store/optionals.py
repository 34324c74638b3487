"""The embedded engine's slow OPTIONALs, written otherwise before it evaluates them (decision 81).

Where several triple patterns of an optional group have the same subject, which is known before, the engine finds all
that they match in the whole graph, and then joins: two seconds over a million triples where the answer is one row.
Asked as a chain, ``OPTIONAL { ?x p ?a LATERAL { ?x q ?b } }``, it looks each up for the row at hand. Within a group, to
join two triple patterns and to look up the second for each solution of the first is the same (SPARQL 1.1 Query, section
18.5; LATERAL: https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006/sep-0006.md): nothing outside matters to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ukfr_graph.patterns import Group, Pattern, read_query

_NOTABLE = re.compile("optional", re.IGNORECASE)
_KEPT = 256


@lru_cache(maxsize=_KEPT)
def chain_optionals(text: str) -> str:
    """Write the slow OPTIONALs of a query as chains; a query without any, or that is not read, stays as it is.

    >>> chain_optionals("ASK { ?x a ?k OPTIONAL { ?x <urn:p> ?a ; <urn:q> ?b FILTER (?a < ?b) } }")
    'ASK { ?x a ?k OPTIONAL { ?x <urn:p> ?a LATERAL { ?x <urn:q> ?b } FILTER (?a < ?b) } }'
    >>> chain_optionals("ASK { ?x a ?k OPTIONAL { ?x <urn:p> ?a . ?a <urn:q> ?b } }")
    'ASK { ?x a ?k OPTIONAL { ?x <urn:p> ?a . ?a <urn:q> ?b } }'
    """
    if not _NOTABLE.search(text) or (query := read_query(text)) is None:
        return text
    parts, at = [], 0
    for group, chain in sorted(found for outer in query.groups for found in _find(outer, text)):
        parts += [text[at : group.start], chain]
        at = group.end
    return "".join([*parts, text[at:]])


def _find(group: Group, text: str) -> Iterator[tuple[Group, str]]:
    """Find the groups that are to be chains, each with its new text."""
    known: set[str] = set()
    for element in group.elements:
        if element.kind == "triples":
            known |= {term for p in element.patterns for term in (p.subject, p.object) if _is_variable(term)}
        elif element.kind == "optional" and (chain := _write(element.groups[0], known, text)):
            yield element.groups[0], chain
        elif element.kind not in ("filter", "bind", "graph", "service"):  # EXISTS binds otherwise, others ask elsewhere
            for inner in element.groups:
                yield from _find(inner, text)


def _write(group: Group, known: set[str], text: str) -> str:
    """Write a group as a chain; nothing where it is not slow, or has more in it than patterns and filters."""
    if any(element.groups or element.kind not in ("triples", "filter") for element in group.elements):
        return ""
    patterns = [pattern for element in group.elements for pattern in element.patterns]
    subjects = [pattern.subject for pattern in patterns if pattern.subject in known]
    if len(set(subjects)) == len(subjects) or not all(map(_is_plain, patterns)):
        return ""
    first, *rest = map(" ".join, _order(patterns, known))
    if len(rest) + 1 < len(patterns):
        return ""
    filters = [text[e.start : e.end] for e in group.elements if e.kind == "filter"]
    return " ".join(["{", first, *(f"LATERAL {{ {pattern} }}" for pattern in rest), *filters, "}"])


def _order(patterns: Iterable[Pattern], known: set[str]) -> Iterator[tuple[str, ...]]:
    """Yield the patterns so that the subject of each is known, from outside or from one before, as far as that goes."""
    waiting, known = list(patterns), set(known)
    while chosen := next((p for p in waiting if p.subject in known or not _is_variable(p.subject)), None):
        waiting.remove(chosen)
        known.add(chosen.object)
        yield chosen.terms()


def _is_plain(pattern: Pattern) -> bool:
    """Return whether a pattern has a plain predicate, or a sequence of them, and no blank node, which has a scope."""
    has_blank = any(term.startswith(("_:", "[")) for term in (pattern.subject, pattern.object))
    return not has_blank and not {"*", "+", "?", "^", "!", "|", "("} & {*pattern.path}


def _is_variable(term: str) -> bool:
    return term[0] in "?$"
