"""The groups, graph patterns and triple patterns of a query, read from its tokens: enough to tell where a form stands.

SPARQL 1.1 Query, section 19.8 (https://www.w3.org/TR/sparql11-query/#sparqlGrammar), rules 53 to 99. Of expressions
only the variables, and the groups of EXISTS, are told. A text with a form that is not known here is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ukfr_graph.tokens import Token, list_tokens

Kind = Literal[
    "triples", "filter", "bind", "values", "optional", "union", "minus", "graph", "service", "select", "group"
]
_GROUPED: dict[str, Kind] = {"OPTIONAL": "optional", "MINUS": "minus", "GRAPH": "graph", "SERVICE": "service"}
_TERMS = ("iri", "name", "variable", "string", "number")
_MODIFIERS = ("GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "VALUES")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_END = Token("other", "", -1)


class Pattern(NamedTuple):
    """A triple pattern as it is written; ``path`` is the predicate's tokens, of which a plain one has one.

    A blank node in brackets is ``[]``.
    """

    subject: str
    path: tuple[str, ...]
    object: str

    def terms(self) -> tuple[str, ...]:
        """Return the subject, each part of the path, and the object."""
        return self.subject, *self.path, self.object


class Group(NamedTuple):
    """A group from its opening bracket's place to behind its closing one, with its elements in order."""

    start: int
    end: int
    elements: tuple[Element, ...]

    def walk(self) -> Iterator[Element]:
        """Yield every element, also those of the groups within."""
        for element in self.elements:
            yield element
            for group in element.groups:
                yield from group.walk()


class Element(NamedTuple):
    """A part of a group: ``start`` and ``end`` are its places in the text.

    ``name`` is the graph's, the service's, or the variable that BIND makes; ``variables`` are those of an expression,
    of a list of values, or those that a sub-select names.
    """

    kind: Kind
    start: int
    end: int
    patterns: tuple[Pattern, ...] = ()
    groups: tuple[Group, ...] = ()
    name: str = ""
    variables: frozenset[str] = frozenset()


class ReadQuery(NamedTuple):
    """The ``form`` of a query, in capitals, and its groups: the outermost one, and that of a CONSTRUCT's template."""

    form: str
    groups: tuple[Group, ...]

    def walk(self) -> Iterator[Element]:
        """Yield every element of every group."""
        for group in self.groups:
            yield from group.walk()


def read_query(text: str) -> ReadQuery | None:
    """Read a query; nothing where there is a form in it that is not known here, or brackets in too many brackets.

    >>> query = read_query("ASK { ?s a ?k OPTIONAL { ?s ?p 'x'@en, ?o } }")
    >>> [element.kind for element in query.walk()]
    ['triples', 'optional', 'triples']
    >>> [*query.walk()][-1].patterns
    (Pattern(subject='?s', path=('?p',), object="'x'@en"), Pattern(subject='?s', path=('?p',), object='?o'))
    """
    try:
        return _Reader(text).read_query()
    except (_UnreadError, RecursionError):
        return None


class _UnreadError(Exception):
    """There is a form that is not known here."""


class _Reader:
    """Goes through the tokens once; ``at`` is the place of the next one."""

    def __init__(self, text: str) -> None:
        self.tokens = list_tokens(text)
        self.at = 0

    def read_query(self) -> ReadQuery:
        form, groups = "", list[Group]()
        while (token := self.peek()) is not _END:
            if token.text == "{":
                groups.append(self.read_group())
            elif token.text == "(":
                groups += self.read_brackets()[1]
            elif token.is_word("VALUES"):
                self.read_values()
            else:
                form = form or (token.text.upper() if token.is_word(*_FORMS) else "")
                self.at += 1
        return ReadQuery(form, tuple(groups))

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def take(self, *texts: str) -> Token:
        """Take the next token, which must be one of these, where any are given."""
        token = self.peek()
        if token is _END or (texts and token.text.upper() not in texts):
            raise _UnreadError
        self.at += 1
        return token

    def end(self) -> int:
        """Return the place behind the last token that was taken."""
        return (token := self.tokens[self.at - 1]).start + len(token.text)

    def read_group(self) -> Group:
        start, elements = self.take("{").start, list[Element]()
        if self.peek().is_word("SELECT"):
            elements.append(self.read_select())
        while self.peek().text != "}":
            if self.peek().text == ".":
                self.at += 1
            else:
                elements.append(self.read_element())
        self.take("}")
        return Group(start, self.end(), tuple(elements))

    def read_element(self) -> Element:
        start, word = self.peek().start, self.peek().text.upper()
        if word == "{":
            groups = [self.read_group()]
            while self.peek().is_word("UNION"):
                self.at += 1
                groups.append(self.read_group())
            return Element("union" if len(groups) > 1 else "group", start, self.end(), groups=tuple(groups))
        if not self.peek().is_word(*_GROUPED, "FILTER", "BIND", "VALUES"):
            patterns = self.read_triples()
            return Element("triples", start, self.end(), patterns)
        if word == "VALUES":
            return Element("values", start, self.end(), variables=self.read_values())._replace(end=self.end())
        self.at += 1
        if word in _GROUPED:
            if self.peek().is_word("SILENT"):
                self.at += 1
            name = self.take().text if word in ("GRAPH", "SERVICE") else ""
            group = self.read_group()
            return Element(_GROUPED[word], start, self.end(), groups=(group,), name=name)
        variables, inner = self.read_expression()
        name = self.tokens[self.at - 2].text if word == "BIND" else ""
        return Element("bind" if word == "BIND" else "filter", start, self.end(), (), tuple(inner), name, variables)

    def read_select(self) -> Element:
        """Read a sub-select, which is all that its group has."""
        start, named = self.take("SELECT").start, set[str]()
        while self.peek().text != "{":
            if self.peek().text == "(":
                self.read_plain_brackets()
                named.add(self.tokens[self.at - 2].text)
            elif self.take().kind == "variable":
                named.add(self.tokens[self.at - 1].text)
        group = self.read_group()
        if self.peek().text != "}" and not self.peek().is_word(*_MODIFIERS):
            raise _UnreadError
        while self.peek().text != "}":
            if self.peek().text == "(":
                self.read_plain_brackets()
            elif self.peek().is_word("EXISTS"):
                raise _UnreadError
            elif self.take().is_word("VALUES"):
                self.at -= 1
                self.read_values()
        return Element("select", start, self.end(), groups=(group,), variables=frozenset(named))

    def read_values(self) -> frozenset[str]:
        self.take("VALUES")
        variables = set[str]()
        while self.peek().text != "{":
            if self.take().kind == "variable":
                variables.add(self.tokens[self.at - 1].text)
        while self.take().text != "}":
            pass
        return frozenset(variables)

    def read_expression(self) -> tuple[frozenset[str], list[Group]]:
        """Read what follows FILTER or BIND: brackets, a call, or a group that exists."""
        while self.peek().text != "(":
            token = self.take()
            if token.is_word("EXISTS"):
                return frozenset(), [self.read_group()]
            if token.kind not in ("word", "iri", "name"):
                raise _UnreadError
        return self.read_brackets()

    def read_plain_brackets(self) -> None:
        """Read an expression in brackets, which has no groups in it."""
        if self.read_brackets()[1]:
            raise _UnreadError

    def read_brackets(self) -> tuple[frozenset[str], list[Group]]:
        """Read an expression in brackets: its variables, and the groups in it."""
        variables, groups = set[str](), list[Group]()
        self.take("(")
        while self.peek().text != ")":
            if self.peek().text == "(":
                inner, more = self.read_brackets()
                variables |= inner
                groups += more
            elif self.peek().text == "{":
                groups.append(self.read_group())
            elif self.take().kind == "variable":
                variables.add(self.tokens[self.at - 1].text)
        self.take(")")
        return frozenset(variables), groups

    def read_triples(self) -> tuple[Pattern, ...]:
        patterns = list[Pattern]()
        subject = self.read_term(patterns)
        if not (subject == "[]" and patterns and self.peek().text in (".", "}")):
            self.read_properties(subject, patterns)
        return tuple(patterns)

    def read_properties(self, subject: str, patterns: list[Pattern]) -> None:
        """Read predicates and objects of a subject, as far as there are any (rule 77)."""
        while True:
            path = self.read_path()
            while True:
                patterns.append(Pattern(subject, path, self.read_term(patterns)))
                if self.peek().text != ",":
                    break
                self.at += 1
            if self.peek().text != ";":
                return
            while self.peek().text == ";":
                self.at += 1
            if self.peek().text in (".", "}", "]"):
                return

    def read_path(self) -> tuple[str, ...]:
        """Read a predicate: a variable, or a path (rules 88 to 96)."""
        if self.peek().kind == "variable":
            return (self.take().text,)
        parts = [*self.read_step()]
        while self.peek().text in ("/", "|"):
            parts += [self.take().text, *self.read_step()]
        return tuple(parts)

    def read_step(self) -> list[str]:
        parts = []
        while self.peek().text in ("^", "!"):
            parts.append(self.take().text)
        if self.peek().text == "(":
            parts.append(self.take().text)
            parts += self.read_path()
            parts.append(self.take(")").text)
        elif self.peek().kind in ("iri", "name") or self.peek().text == "a":
            parts.append(self.take().text)
        else:
            raise _UnreadError
        if self.peek().text in ("*", "+", "?"):
            parts.append(self.take().text)
        return parts

    def read_term(self, patterns: list[Pattern]) -> str:
        """Read a subject or object; a blank node in brackets adds its own patterns."""
        token = self.take()
        if token.text == "[":
            if self.peek().text != "]":
                self.read_properties("[]", patterns)
            self.take("]")
            return "[]"
        if token.kind == "sign" and self.peek().kind == "number":
            return token.text + self.take().text
        if token.kind not in _TERMS and not token.is_word("TRUE", "FALSE"):
            raise _UnreadError
        if token.kind == "string" and self.peek().text == "^^":
            return token.text + self.take().text + self.take().text
        if token.kind == "string" and self.peek().text.startswith("@"):
            return token.text + self.take().text
        return token.text
