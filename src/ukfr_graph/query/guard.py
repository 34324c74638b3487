"""What is refused before a query is parsed: the engine cannot be stopped, or even survive, some texts.

Deep nesting overflows the parser's stack and ends the process; long chains of operators make planning
explode; SERVICE makes the engine call other hosts.
"""

from __future__ import annotations

import re

from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.settings import Settings

# SPARQL 1.1 Query, section 19.8: only what is needed to tell code from strings, IRIs and comments.
_TOKEN = re.compile(
    r"""
    (?P<skip> <[^<>"{}|^`\\\x00-\x20]*>                      # IRIREF
      | \"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*\"{3} | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
      | \#[^\n\r]*
      | [?$@_]?[\w.\-]*:[\w.\-:%\\]* | [?$@][\w\-]+          # prefixed names, variables, language tags
    )
    | (?P<open>[({\[]) | (?P<close>[)}\]])
    | (?P<operator>\|\||&&|[/|^] | \b(?:OPTIONAL|UNION|MINUS|FILTER|BIND)\b)
    | (?P<sign>[!+\-]+(?:\s*[!+\-])*)
    | (?P<service>\bSERVICE\b)
    | (?P<dataset>\bFROM\b)
    | \w+ | .
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def check_query(text: str, settings: Settings) -> bool:
    """Refuse a query that is beyond a limit or calls another service.

    Returns whether the query describes its own dataset (a FROM clause, SPARQL 1.1 Query, section 13.2).

    Raises:
        QueryRefusedError: it names the limit, what was found, and the setting.
    """
    if len(text) > settings.max_query_length:
        raise QueryRefusedError(
            f"The query has {len(text)} characters; the limit is {settings.max_query_length} (UKFR_MAX_QUERY_LENGTH)."
        )
    depth = operators = 0
    has_dataset_clause = False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "operator":
            operators += 1
        elif kind == "dataset":
            has_dataset_clause = True
        elif kind == "service":
            raise QueryRefusedError("SERVICE is refused: this endpoint calls no other host. Ask that service directly.")
        nesting = max(depth, len(token.group()) if kind == "sign" else 0)
        if nesting > settings.max_query_nesting:
            raise QueryRefusedError(
                f"The query is nested more than {settings.max_query_nesting} deep (UKFR_MAX_QUERY_NESTING)."
            )
    if operators > settings.max_query_operators:
        raise QueryRefusedError(
            f"The query has {operators} operators; the limit is {settings.max_query_operators} "
            "(UKFR_MAX_QUERY_OPERATORS)."
        )
    return has_dataset_clause
