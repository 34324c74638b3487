"""SPARQL text as tokens, as the engine reads them; what it could read in two ways is told.

SPARQL 1.1 Query, section 19.8 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar). The engine has no tokens: it tries
the grammar's alternatives character by character. Two things follow.

- ``<`` begins an IRI or is "less than" by what may stand there: so the kinds of brackets are followed. After an
  operand inside an expression it is an operator, and nowhere else.
- Keywords need no blank around them: ``SERVICESILENT``, ``trueSERVICE`` and ``FROMex:g`` are two each. Such words are
  of the kind "glued".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal[
    "space",
    "iri",
    "string",
    "number",
    "name",
    "variable",
    "open",
    "close",
    "operator",
    "sign",
    "word",
    "glued",
    "other",
]
_Level = Literal["pattern", "clause", "expression"]

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_VARIABLE = f"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NAME = f"{_VARIABLE}\\-"  # PN_CHARS
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_IRI = r"""<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"""
_NUMBER = r"(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+"

_TOKEN = re.compile(
    rf"""
    (?P<space>[\x20\t\r\n]+|\#[^\r\n]*)
    | (?P<iri>{_IRI})
    | (?P<string>\"{{3}}(?:(?:"|"")?(?:[^"\\]|\\.))*\"{{3}}|'{{3}}(?:(?:'|'')?(?:[^'\\]|\\.))*'{{3}}
      |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    | (?P<variable>[?$][{_BASE}_0-9][{_VARIABLE}]*|_:[{_BASE}_0-9](?:[{_NAME}.]*[{_NAME}])?)
    | (?P<name>(?:[{_BASE}](?:[{_NAME}.]*[{_NAME}])?)?:
        (?:(?:[{_BASE}_0-9:]|{_ESCAPED})(?:(?:[{_NAME}.:]|{_ESCAPED})*(?:[{_NAME}:]|{_ESCAPED}))?)?)
    | (?P<number>{_NUMBER})
    | (?P<open><<|[({{\[]) | (?P<close>>>|[)}}\]])
    | \^\^
    | (?P<operator>\|\||&&|[/|^])
    | (?P<sign>[!+\-](?!=))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<other>\\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LESS = re.compile("<=?")
_KEPT_LENGTH = 10_000  # of prefixes
_BLANKS = r"[\x20\t\r\n]"
_PREFIX = rf"[Pp][Rr][Ee][Ff][Ii][Xx]{_BLANKS}+[A-Za-z][A-Za-z0-9_-]*:{_BLANKS}+{_IRI}"
_PREFIXES = re.compile(rf"(?:{_BLANKS}*{_PREFIX}(?={_BLANKS}))*")

_OPERATORS = ["OPTIONAL", "UNION", "MINUS", "FILTER", "BIND", "LATERAL"]
_OPERANDS = ("iri", "string", "number", "name", "variable", "close")
_KEYWORDS = frozenset(
    """A ABS ADD ADJUST ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT CONTAINS
    COPY COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP ENCODE_FOR_URI EXISTS FALSE
    FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR HAVING HOURS IF IN INSERT INTO IRI ISBLANK
    ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LATERAL LCASE LIMIT LOAD MAX MD5 MIN
    MINUS MINUTES MONTH MOVE NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX
    REPLACE ROUND SAMETERM SAMEVALUE SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT
    STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM
    TIMEZONE TO TRIPLE TRUE TZ UCASE UNDEF UNION URI USING UUID VALUES VERSION WHERE WITH YEAR""".split()  # noqa: SIM905 - so many are read more easily so
)
_CLAUSES = ("SELECT", "BY", "HAVING")  # what follows them at their own level are expressions in brackets
_CLAUSE_ENDS = ("WHERE", "FROM", "LIMIT", "OFFSET", "VALUES")
_LENGTHS = sorted({len(keyword) for keyword in _KEYWORDS})
_TERMS = ("A", "TRUE", "FALSE", "VALUES", "UNDEF")  # in a pattern, a bracket after them is a list


class Token(NamedTuple):
    """A token: its ``kind`` (bare words are keywords), its text, and where it starts."""

    kind: Kind
    text: str
    start: int

    def is_word(self, *keywords: str) -> bool:
        """Return whether it is one of these keywords (given in capitals)."""
        return self.kind in ("word", "operator") and self.text.upper() in keywords


def read_tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of a query or update, right or wrong; every character is in one of them.

    ``start`` is where to begin: at the beginning, or where nothing before it matters.

    >>> [t.kind for t in read_tokens("ASK { ?s ex:p 'SERVICE' }") if t.kind != "space"]
    ['word', 'open', 'variable', 'name', 'string', 'close']
    >>> [t.text for t in read_tokens("FILTER(1<2&&'>'='>')")][3:6]
    ['<', '2', '&&']
    """
    levels: list[_Level] = ["pattern"]
    before = last = Token("space", "", start)
    at = start
    while at < len(text):
        is_less = text[at] == "<" and levels[-1] == "expression" and _is_operand(last)
        match = (is_less and _LESS.match(text, at)) or _TOKEN.match(text, at)
        assert match  # a token matches any character
        kind: Kind = match.lastgroup or "other"  # type: ignore[assignment]
        found = match.group()
        token = Token(_classify(found) if kind == "word" else kind, found, at)
        yield token
        at = match.end()
        if kind == "space":
            continue
        if kind == "open":
            levels.append(_enter(token.text, levels[-1], before, last))
        elif kind == "close" and len(levels) > 1:
            levels.pop()
        elif kind == "word" and levels[-1] != "expression":
            word = token.text.upper()
            levels[-1] = "clause" if word in _CLAUSES else "pattern" if word in _CLAUSE_ENDS else levels[-1]
        before, last = last, token


@lru_cache(maxsize=2)
def list_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a query or update but for blanks and comments; whoever asks next need not read it again."""
    found = _PREFIXES.match(text)
    prefixes = found.group() if found and len(found.group()) <= _KEPT_LENGTH else ""
    rest = [token for token in read_tokens(text, len(prefixes)) if token.kind != "space"]
    return (*_list_prefixes(prefixes), *rest)


@lru_cache(maxsize=2)
def read_prefixes(text: str) -> Mapping[str, str]:
    """Return the prefixes that a query or update declares, and the IRIs they stand for, without marks.

    >>> read_prefixes("PREFIX ex: <urn:x> PREFIX : <urn:y> ASK { :a ex:b 'PREFIX no: <urn:z>' }")
    {'ex': 'urn:x', '': 'urn:y'}
    """
    tokens = list_tokens(text)
    return {
        name.text.partition(":")[0]: iri.text[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if name.kind == "name" and word.is_word("PREFIX")
    }


@lru_cache(maxsize=64)
def _list_prefixes(prefixes: str) -> tuple[Token, ...]:
    """Return the tokens of the prefixes that a query begins with: a client declares the same ones each time."""
    return tuple(token for token in read_tokens(prefixes) if token.kind != "space")


def _is_operand(token: Token) -> bool:
    return token.kind in _OPERANDS or token.is_word("TRUE", "FALSE")


def _classify(text: str) -> Kind:
    if text.upper() in _OPERATORS:
        return "operator"
    return "glued" if text.upper() not in _KEYWORDS and len(text) in find_keyword_ends(text) else "word"


def _enter(bracket: str, level: _Level, before: Token, last: Token) -> _Level:
    """Find what kind of things stand in a bracket: patterns and lists of terms, or an expression."""
    if bracket != "(":
        return "pattern"
    if level in ("expression", "clause"):
        return "expression"
    is_call = last.kind in ("name", "iri") and before.is_word("FILTER")
    is_built_in = last.kind in ("word", "operator", "glued") and last.text[0].isalpha()
    return "expression" if is_call or (is_built_in and last.text.upper() not in _TERMS) else "pattern"


def find_keyword_ends(text: str) -> set[int]:
    """Find where one or more keywords, written without blanks, can end in a text that begins with them.

    >>> sorted(find_keyword_ends("trueSERVICEx"))
    [4, 11]
    """
    upper, ends, reached = text.upper(), {0}, set()
    for start in range(len(upper)):
        if start in ends:
            reached |= {
                start + n for n in _LENGTHS if start + n <= len(upper) and upper[start : start + n] in _KEYWORDS
            }
            ends |= reached
    return reached
