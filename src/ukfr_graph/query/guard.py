"""Refusals before a query is parsed: the engine cannot be stopped, or even survive, some texts.

Deep nesting overflows the parser's stack and ends the process; long chains of operators make planning
explode; SERVICE and LOAD make the engine call other hosts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ukfr_graph import iris
from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.limits import Limits
from ukfr_graph.tokens import Token, find_keyword_ends, list_tokens, read_prefixes

_VARYING = ("RAND", "NOW", "UUID", "STRUUID", "BNODE")
_CALLING = ("SERVICE", "LOAD")
_NAMING_GRAPHS = ("FROM", "USING", "WITH")
_GRAVE = ("FILTER", "FROM", "LOAD", "NAMED", "SERVICE", "USING", "WITH")  # a prefix that begins so is refused sooner
_NOTABLE = re.compile("RAND|NOW|UUID|BNODE|SERVICE|LOAD|FROM|USING|WITH", re.IGNORECASE)


class Traits(NamedTuple):
    """The facts that a text shows before it is parsed.

    ``has_dataset`` is true with a FROM, USING or WITH clause (SPARQL 1.1 Query, section 13.2; Update,
    section 3.1.3); ``is_repeatable`` is false where asking again may rightly give another answer;
    ``calls_others`` is true with SERVICE or LOAD.
    """

    has_dataset: bool
    is_repeatable: bool
    calls_others: bool = False


def check_query(text: str, limits: Limits) -> Traits:
    """Refuse a query or update that is beyond a limit or calls another host.

    Raises:
        QueryRefusedError: it names the limit, what was found, and the setting.
    """
    if len(text) > limits.max_query_length:
        raise QueryRefusedError(
            "The query has %(length)s characters; the limit is %(max_query_length)s (UKFR_MAX_QUERY_LENGTH).",
            length=len(text),
            max_query_length=limits.max_query_length,
        )
    # Each character opens one bracket or begins one operator at most: so short a text is within both limits.
    if len(text) <= min(limits.max_query_nesting, limits.max_query_operators) and not _NOTABLE.search(text):
        return Traits(has_dataset=False, is_repeatable=True)
    depth = operators = signs = 0
    tokens = list_tokens(text)
    _check_blanks(text, tokens)
    for token in tokens:
        signs = signs + 1 if token.kind == "sign" else 0
        depth += (token.kind == "open") - (token.kind == "close")
        operators += token.kind == "operator"
        if max(signs, depth) > limits.max_query_nesting:
            raise QueryRefusedError(
                "The query is nested more than %(max_query_nesting)s deep (UKFR_MAX_QUERY_NESTING).",
                max_query_nesting=limits.max_query_nesting,
            )
    if operators > limits.max_query_operators:
        raise QueryRefusedError(
            "The query has %(operators)s operators; the limit is %(max_query_operators)s (UKFR_MAX_QUERY_OPERATORS).",
            operators=operators,
            max_query_operators=limits.max_query_operators,
        )
    words = {token.text.upper() for token in tokens if token.kind in ("word", "operator")}
    calls_others = not words.isdisjoint(_CALLING)
    if calls_others:
        from ukfr_graph.query.federation import check_targets  # rarely needed, and heavy

        check_targets(text, limits.service_allow)
    is_repeatable = words.isdisjoint(_VARYING) and not calls_others
    return Traits(not words.isdisjoint(_NAMING_GRAPHS), is_repeatable, calls_others)


def _check_blanks(text: str, tokens: Sequence[Token]) -> None:
    """Refuse keywords that are joined to one another, or to a name: only the engine knows where to part them.

    Raises:
        QueryRefusedError: it says where a blank is missing.
    """
    declared = iris.prefixes().keys() | read_prefixes(text).keys()
    for token in tokens:
        if token.kind == "glued" or (token.kind == "name" and _is_joined(token.text.partition(":")[0], declared)):
            line = text.count("\n", 0, token.start) + 1
            raise QueryRefusedError(
                "In line %(line)s, %(text)s can be read in two ways: write blanks around keywords, and let no "
                "prefix begin with one.",
                line=line,
                text=repr(token.text[:80]),
            )


def _is_joined(prefix: str, declared: set[str]) -> bool:
    """Return whether a prefix could begin with keywords: with any, or with grave ones where it is declared."""
    is_declared = prefix in declared
    if is_declared and not any(word in prefix.upper() for word in _GRAVE):
        return False
    parts = {(prefix[:end].upper(), prefix[end:]) for end in find_keyword_ends(prefix)}
    return any(
        rest in declared or "PREFIX" in words
        for words, rest in parts
        if not is_declared or any(word in words for word in _GRAVE)
    )
