"""What is refused before a query is parsed: the engine cannot be stopped, or even survive, some texts.

Deep nesting overflows the parser's stack and ends the process; long chains of operators make planning
explode; SERVICE makes the engine call other hosts.
"""

from __future__ import annotations

from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.settings import Settings
from ukfr_graph.tokens import read_tokens


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
    for token in read_tokens(text):
        match token.kind:
            case "open":
                depth += 1
            case "close":
                depth -= 1
            case "operator":
                operators += 1
            case "dataset":
                has_dataset_clause = True
            case "service":
                raise QueryRefusedError(
                    "SERVICE is refused: this endpoint calls no other host. Ask that service directly."
                )
        nesting = len(token.text) if token.kind == "sign" else depth
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
