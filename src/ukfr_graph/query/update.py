"""Giving an update the dataset that the request names (SPARQL 1.1 Protocol, section 2.2.3)."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from ukfr_graph.tokens import Token, list_tokens


def add_dataset(update: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """Write ``using-graph-uri`` and ``using-named-graph-uri`` into the text as USING clauses.

    The engine takes them in no other way. They belong before the WHERE of each DELETE/INSERT operation
    (SPARQL 1.1 Update, section 3.1.3); the short form ``DELETE WHERE`` has no place for them and is written
    out first. INSERT DATA and DELETE DATA have no WHERE, and are left as they are.

    Raises:
        ValueError: a name is no absolute IRI.

    >>> add_dataset("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", ["http://example.org/g"], [])
    'DELETE { ?s ?p ?o } USING <http://example.org/g> WHERE { ?s ?p ?o }'
    >>> add_dataset("DELETE WHERE { ?s ?p ?o }", ["http://example.org/g"], [])
    'DELETE { ?s ?p ?o } USING <http://example.org/g> WHERE { ?s ?p ?o }'
    """
    clauses = "".join(
        [f"USING {ox.NamedNode(g)} " for g in default_graphs]
        + [f"USING NAMED {ox.NamedNode(g)} " for g in named_graphs]
    )
    if not clauses:
        return update
    tokens = list_tokens(update)
    insertions: list[tuple[int, str]] = []
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "open":
            if depth == 0 and token.text == "{" and at and _ends_template(tokens, at):
                insertions.append((token.start, clauses + "WHERE "))
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif depth == 0 and token.is_word("WHERE"):
            before = tokens[at - 1] if at else token
            if before.is_word("DELETE"):
                group = _read_group(update, tokens, at + 1)
                insertions.append((token.start, f"{group} {clauses}"))
            else:
                insertions.append((token.start, clauses))
    for start, text in reversed(insertions):
        update = update[:start] + text + update[start:]
    return update


def _ends_template(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a group at the outermost level is a pattern without the word WHERE, which may be left out."""
    return tokens[at - 1].text == "}"


def _read_group(update: str, tokens: Sequence[Token], at: int) -> str:
    """Return the text of the group that starts with a token."""
    depth = 0
    for token in tokens[at:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            return update[tokens[at].start : token.start + 1]
    return ""
