"""SPARQL text as tokens: enough to tell code from strings, IRIs and comments, without a parser's stack.

SPARQL 1.1 Query, section 19.8 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["skip", "open", "close", "operator", "sign", "service", "dataset", "where", "other"]

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
    | (?P<where>\bWHERE\b)
    | (?P<other>\w+ | .)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


class Token(NamedTuple):
    """A token: its ``kind`` (strings, IRIs, names and comments are ``skip``), its text, and where it starts."""

    kind: Kind
    text: str
    start: int


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query or update, right or wrong; every character is in one of them.

    >>> [t.kind for t in read_tokens("ASK { ?s ?p 'SERVICE' }") if t.text.strip()]
    ['other', 'open', 'skip', 'skip', 'skip', 'close']
    """
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup, match.group(), match.start())  # type: ignore[arg-type]
