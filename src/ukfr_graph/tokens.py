"""SPARQL text as tokens: enough to tell code from strings, IRIs and comments, without a parser's stack.

SPARQL 1.1 Query, section 19.8 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["space", "iri", "string", "name", "variable", "open", "close", "operator", "sign", "word", "other"]

_IRI = r"""<[^<>"{}|^`\\\x00-\x20]*>"""
_STRING = r"""\"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*\"{3}|'{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}
      |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'"""
_COMMENT = r"\#[^\n\r]*"

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+|{_COMMENT})
    | (?P<iri>{_IRI})
    | (?P<string>{_STRING})
    | (?P<variable>[?$@][\w\-]+)                             # language tags too
    | (?P<name>_?[\w.\-]*:(?:[\w.\-:%]|\\.)*)
    | (?P<open>[({{\[]) | (?P<close>[)}}\]])
    | (?P<operator>\|\||&&|[/|^] | \b(?:OPTIONAL|UNION|MINUS|FILTER|BIND)\b)
    | (?P<sign>[!+\-]+(?:\s*[!+\-])*)
    | (?P<word>\w+)
    | (?P<other>\\.|.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_BLANK = re.compile(rf"({_IRI}|{_STRING}|\\.)|(?:\s+|{_COMMENT})+", re.VERBOSE | re.DOTALL)


class Token(NamedTuple):
    """A token: its ``kind`` (bare words are keywords), its text, and where it starts."""

    kind: Kind
    text: str
    start: int

    def is_word(self, *keywords: str) -> bool:
        """Return whether it is one of these keywords (given in capitals)."""
        return self.kind == "word" and self.text.upper() in keywords


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query or update, right or wrong; every character is in one of them.

    >>> [t.kind for t in read_tokens("ASK { ?s ex:p 'SERVICE' }") if t.kind != "space"]
    ['word', 'open', 'variable', 'name', 'string', 'close']
    """
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup, match.group(), match.start())  # type: ignore[arg-type]


def normalize(text: str) -> str:
    r"""Write every run of white space and comments as one space: equal outcomes mean equal queries.

    >>> normalize("ASK  { ?s # a comment\n ?p 'a  b' }")
    "ASK { ?s ?p 'a  b' }"
    """
    return _BLANK.sub(lambda match: match[1] or " ", text).strip()
