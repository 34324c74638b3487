"""Saved queries: questions that can be asked by name, and the library of them.

``queries/<area>/<name>.rq`` is known as ``<name>``; areas group them for people. Names are unique. ``saved_files``
reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ukfr_graph import iris
from ukfr_graph.errors import NotFoundError, Problem
from ukfr_graph.query.captions import ColumnName
from ukfr_graph.query.formats import Kind
from ukfr_graph.query.parameters import Parameter
from ukfr_graph.resources import queries_folder
from ukfr_graph.texts import suggest
from ukfr_graph.tokens import list_tokens, read_prefixes

RESERVED = ("page", "page_size", "format", "_mediatype", "_profile", "lang", "at", "version", "query_hash")
"""Names that mean the same with every query, over HTTP, and so are no parameter of one."""
KINDS: Mapping[str, Kind] = {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
"""The kinds of answers, by the first word of a query."""


@dataclass(frozen=True)
class SavedQuery:
    """A question that can be asked by name.

    ``summary`` is the question by language (en, fr, and any other that the file has), ``descriptions`` more of it;
    ``asked`` are further ways to ask it, by language, and ``columns`` what those of the answer are called. ``examples``
    are values of the parameters, the first being the defaults; the expected answer to the n-th lies beside the query
    (``name.tsv``, ``name.2.tsv`` …). ``rests_on`` are the classes and properties, as compact IRIs, that an answer can
    have no more of than is recorded.
    ``form`` is the query's first word, ``page_size`` the rows of a page where the file asks for pages, and ``hash``
    the beginning of the text's SHA-256.
    """

    name: str
    area: str
    path: Path
    text: str
    summary: Mapping[str, str]
    asked: Mapping[str, tuple[str, ...]]
    descriptions: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    examples: tuple[Mapping[str, str], ...]
    columns: Mapping[str, ColumnName]
    rests_on: tuple[tuple[str, str], ...]
    form: str
    page_size: int | None
    hash: str

    def question(self, language: str) -> str:
        """Return the question in a language, or in English where the file does not ask it in that one."""
        return next(question for code in (language, "en", *self.summary) if (question := self.summary.get(code)))

    @property
    def is_bundled(self) -> bool:
        """Return whether the question belongs to the curated dataset, and not to an operator."""
        return self.path.is_relative_to(queries_folder())

    @property
    def description(self) -> str:
        """The description in English; nothing where the file has none."""
        return self.description_in("en")

    def description_in(self, language: str) -> str:
        """Return the description in a language, or in English where the file does not have it in that one."""
        return self.descriptions.get(language) or self.descriptions.get("en", "")

    @property
    def kind(self) -> Kind:
        """Return what the query answers with."""
        return KINDS[self.form]

    @property
    def standalone(self) -> str:
        """The text with every prefix that it uses declared, so that any reader of SPARQL can take it alone."""
        return declare_prefixes(self.text)

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The addresses that it calls: it is refused unless ``UKFR_SERVICE_ALLOW`` has them."""
        if "federated" not in self.tags:
            return ()
        from ukfr_graph.query.federation import find_targets

        return tuple(dict.fromkeys(target.name.text[1:-1] for target in find_targets(self.text)))


def declare_prefixes(text: str) -> str:
    r"""Declare, below its ``#`` lines, the prefixes that a query uses and that need no declaration here.

    >>> print(declare_prefixes("#+ summary: Who?\nSELECT * { ?s a ukfr:Actor }"))
    #+ summary: Who?
    PREFIX ukfr: <https://w3id.org/ukfr/ontology#>
    SELECT * { ?s a ukfr:Actor }
    """
    tokens = list_tokens(text)
    names = {token.text.partition(":")[0] for token in tokens if token.kind == "name"} - read_prefixes(text).keys()
    lines = [f"PREFIX {name}: <{iri}>\n" for name, iri in iris.prefixes().items() if name in names]
    at = tokens[0].start if tokens else len(text)
    return text[:at] + "".join(lines) + text[at:]


class Library(NamedTuple):
    """Saved queries by name, in order of area and name, and the ``problems`` of files that cannot be used."""

    queries: dict[str, SavedQuery]
    problems: tuple[Problem, ...]

    def find(self, name: str) -> SavedQuery:
        """Find a query by its name.

        Raises:
            NotFoundError: there is none, or its file cannot be used.
        """
        if name not in self.queries:
            broken = next((f" Its file cannot be used: {p}" for p in self.problems if p.record == name), "")
            near = suggest(name[:200], self.queries)
            raise NotFoundError(
                "There is no saved query %(name)s.%(near)s /queries and 'ukfr-graph query' list them.%(broken)s",
                name=repr(name[:200]),
                near=near,
                broken=broken,
            )
        return self.queries[name]
