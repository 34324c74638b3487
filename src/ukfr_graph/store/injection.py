"""Writing values into the text of a query, for engines elsewhere: the SPARQL Protocol knows no substitution.

A value takes the place of its variable wherever a term may stand in the outermost group and behind it, and is bound to
the variable at the start of that group for what is outside: the names that are selected, grouped and sorted. Neither
alone will do: Virtuoso 7 joins ``VALUES`` with a path of any length as if it were not there, and the filter of an
``OPTIONAL`` does not see what ``BIND`` has bound outside of it. ``MINUS`` takes nothing away from what it shares no
variable with, so that it has its variables on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.store.engine import Term
from ukfr_graph.tokens import Token, list_tokens

_NAMES_END = ("WHERE", "FROM", "HAVING")


def inject_values(text: str, values: Mapping[str, Term]) -> str:
    """Write values into a query for variables, which are named without ``?``.

    >>> inject_values("SELECT ?s { ?s a ?k OPTIONAL { ?s ?p ?k } }", {"k": ox.NamedNode("urn:x")})
    'SELECT ?s { BIND(<urn:x> AS ?k) ?s a <urn:x> OPTIONAL { ?s ?p <urn:x> } }'
    >>> inject_values("ASK { ?s ?p ?o FILTER (BOUND(?o)) }", {"o": ox.Literal("1")})
    'ASK { BIND("1" AS ?o) ?s ?p "1" FILTER (true) }'
    """
    if not values:
        return text
    tokens = list_tokens(text)
    begin = _find_group(tokens)
    bound = "".join(f" BIND({term} AS ?{name})" for name, term in values.items() if begin >= 0)
    changes = _replace([token for token in tokens if token.start > begin], values)
    for written in (_put(text, begin, bound, changes), _put(text, begin, "", changes)):  # CONSTRUCT WHERE takes no BIND
        with suppress(SyntaxError):
            ox.Store().query(written, prefixes=dict(iris.prefixes()), base_iri=iris.ENDPOINT_BASE)
            return written
    return _put(text, begin, bound, [])  # a text where a subject stands, or a name where no term may be


def _put(text: str, begin: int, bound: str, changes: list[tuple[int, int, str]]) -> str:
    """Put what is bound after the bracket at ``begin``, and new texts in the place of old ones."""
    parts, at = [], 0
    for start, stop, new in [(begin + 1, begin + 1, bound), *changes]:
        parts += [text[at:start], new]
        at = stop
    return "".join([*parts, text[at:]])


def _find_group(tokens: Sequence[Token]) -> int:
    """Find where the outermost group of a query begins; a DESCRIBE may have none, which is -1.

    It is the first one, but for a CONSTRUCT's template: there are brackets in what may follow it, too.
    """
    depth = 0
    for before, token in pairwise(tokens):
        if depth == 0 and token.text == "{" and not before.is_word("CONSTRUCT"):
            return token.start
        if depth == 0 and token.is_word("VALUES"):
            break
        depth += (token.kind == "open") - (token.kind == "close")
    return -1


def _replace(inside: Sequence[Token], values: Mapping[str, Term]) -> list[tuple[int, int, str]]:
    """Return what is to be replaced within the group and behind it, as (start, end, text)."""
    names = set(_list_names(inside))
    changes: list[tuple[int, int, str]] = []
    for at, token in enumerate(inside):
        if token.is_word("MINUS") and inside[at + 1 :]:
            shared = _list_variables(inside[at + 1 :])
            data = "".join(f" VALUES ?{name} {{ {term} }} " for name, term in values.items() if name in shared)
            changes += [(place, place, data) for place in (token.start, inside[at + 1].start + 1)]
        if token.kind != "variable" or token.text[1:] not in values or at in names:
            continue
        stop = token.start + len(token.text)
        if at >= 2 and inside[at - 1].text == "(" and inside[at - 2].is_word("BOUND") and inside[at + 1 :]:
            changes.append((inside[at - 2].start, inside[at + 1].start + 1, "true"))
        else:
            changes.append((token.start, stop, str(values[token.text[1:]])))
    return changes


def _list_variables(tokens: Iterable[Token]) -> set[str]:
    """Return the variables in the group that tokens begin with."""
    found, depth = set[str](), 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "variable":
            found.add(token.text[1:])
        if not depth:
            break
    return found


def _list_names(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield the places where a variable is a name: in a sub-select's head, GROUP BY, ORDER BY, after AS and VALUES."""
    is_name = False
    for at, token in enumerate(tokens):
        if token.is_word("SELECT", "VALUES", "GROUP", "ORDER"):
            is_name = True
        elif token.text in ("{", "}") or token.is_word(*_NAMES_END):
            is_name = False
        elif is_name or (at and tokens[at - 1].is_word("AS")):
            yield at
