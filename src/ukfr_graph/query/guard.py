"""What is refused before a query is parsed: the engine cannot be stopped, or even survive, some texts.

Deep nesting overflows the parser's stack and ends the process; long chains of operators make planning
explode; SERVICE and LOAD make the engine call other hosts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ukfr_graph.errors import QueryRefusedError
from ukfr_graph.limits import Limits
from ukfr_graph.tokens import read_tokens

_VARYING = ("RAND", "NOW", "UUID", "STRUUID", "BNODE")

_NOTABLE = re.compile(rf"\b(?:{'|'.join(_VARYING)}|SERVICE|LOAD|FROM|USING|WITH)\b", re.IGNORECASE)


class Traits(NamedTuple):
    """What a text shows before it is parsed.

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
            f"The query has {len(text)} characters; the limit is {limits.max_query_length} (UKFR_MAX_QUERY_LENGTH)."
        )
    # Each character opens one bracket or begins one operator at most: so short a text is within both limits.
    if len(text) <= min(limits.max_query_nesting, limits.max_query_operators) and not _NOTABLE.search(text):
        return Traits(has_dataset=False, is_repeatable=True)
    depth = operators = 0
    has_dataset, is_repeatable, calls_others = False, True, False
    for token in read_tokens(text):
        match token.kind:
            case "open":
                depth += 1
            case "close":
                depth -= 1
            case "operator":
                operators += 1
            case "word":
                word = token.text.upper()
                has_dataset |= word in ("FROM", "USING", "WITH")
                is_repeatable &= word not in _VARYING
                calls_others |= word in ("SERVICE", "LOAD")
        nesting = len(token.text) if token.kind == "sign" else depth
        if nesting > limits.max_query_nesting:
            raise QueryRefusedError(
                f"The query is nested more than {limits.max_query_nesting} deep (UKFR_MAX_QUERY_NESTING)."
            )
    if operators > limits.max_query_operators:
        raise QueryRefusedError(
            f"The query has {operators} operators; the limit is {limits.max_query_operators} "
            "(UKFR_MAX_QUERY_OPERATORS)."
        )
    if calls_others:
        from ukfr_graph.query.federation import check_targets  # rarely needed, and heavy

        check_targets(text, limits.service_allow)
    return Traits(has_dataset, is_repeatable and not calls_others, calls_others)
