"""Parameters of saved queries: from text that someone typed to RDF terms.

The convention is grlc's (https://grlc.io): ``?_name_type`` must be given, ``?__name_type`` may be. A value
becomes a term and is bound to the variable by the engine; it is never spliced into the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import Message, ParameterError
from ukfr_graph.errors import mark as _

_VARIABLE = re.compile(
    r"[?$](_{1,2})([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*?)(?:_(iri|literal|integer|number|date|en|fr))?(?![\w])"
)
MAX_VALUE_LENGTH = 2000  # characters


@dataclass(frozen=True)
class Parameter:
    """One parameter: ``name`` is what users type, ``variable`` stands in the query, ``kind`` is its type.

    ``takes`` are the classes or vocabularies of the things that an IRI may name (empty: any), as compact IRIs with
    blanks between them, and ``labels`` what the parameter is called, by language.
    """

    name: str
    variable: str
    kind: str
    required: bool
    default: str | None = None
    choices: tuple[str, ...] = ()
    takes: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """Return what it is called in a language, or in English, or else its name."""
        return self.labels.get(language) or self.labels.get("en") or self.name.replace("_", " ")


def find_parameters(
    text: str, defaults: Mapping[str, str], choices: Mapping[str, tuple[str, ...]]
) -> tuple[Parameter, ...]:
    """Find the parameters of a query's text, in the order in which they first stand there.

    >>> [(p.name, p.kind, p.required) for p in find_parameters("SELECT * { ?s ?_p_iri ?__max_integer }", {}, {})]
    [('p', 'iri', True), ('max', 'integer', False)]
    """
    found: dict[str, Parameter] = {}
    for match in _VARIABLE.finditer(text):
        underscores, name, kind = match.groups()
        found.setdefault(
            name,
            Parameter(
                name,
                match.group()[1:],
                kind or "literal",
                len(underscores) == 1 and name not in defaults,
                defaults.get(name),
                choices.get(name, ()),
            ),
        )
    return tuple(found.values())


def bind_parameters(
    parameters: tuple[Parameter, ...], values: Mapping[str, str]
) -> dict[str, ox.NamedNode | ox.Literal]:
    """Turn the values that a user gave into terms, by the name of their variable.

    Raises:
        ParameterError: a value is missing, unknown, not among the choices, or not of its type.
    """
    known = {p.name for p in parameters}
    unknown = sorted(set(values) - known)
    if unknown:
        takes = Message(_("it takes %(names)s"), {"names": ", ".join(sorted(known))})
        expected = takes if known else Message(_("it takes none"))
        raise ParameterError(
            "The query has no parameter %(unknown)s; %(expected)s.", unknown=", ".join(unknown), expected=expected
        )
    bound = {}
    for parameter in parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None:
            if parameter.required:
                raise ParameterError(
                    "The parameter '%(name)s' (%(kind)s) must be given.", name=parameter.name, kind=parameter.kind
                )
            continue
        bound[parameter.variable] = to_term(parameter, value)
    return bound


def to_term(parameter: Parameter, value: str) -> ox.NamedNode | ox.Literal:
    """Turn one value into a term of the parameter's type.

    Raises:
        ParameterError: it is not of that type, not among the choices, or too long.
    """
    if len(value) > MAX_VALUE_LENGTH:
        raise ParameterError(
            "The value of '%(name)s' is longer than %(max_value_length)s characters.",
            name=parameter.name,
            max_value_length=MAX_VALUE_LENGTH,
        )
    if parameter.choices and value not in parameter.choices:
        raise ParameterError(
            "'%(name)s' is one of %(choices)s; %(value)s is not.",
            name=parameter.name,
            choices=", ".join(parameter.choices),
            value=repr(value),
        )
    try:
        return _convert(parameter.kind, value)
    except (ValueError, InvalidOperation):
        raise ParameterError(
            "'%(name)s' takes %(meaning)s; %(value)s is not one.",
            name=parameter.name,
            meaning=Message(_MEANING[parameter.kind]),
            value=repr(value),
        ) from None


_MEANING = {
    "iri": _("an absolute IRI or one with a known prefix, such as vocab:topic/terrorism"),
    "literal": _("a text"),
    "integer": _("a whole number"),
    "number": _("a number"),
    "date": _("a date such as 2016-08-30"),
    "en": _("a text in English"),
    "fr": _("a text in French"),
}


def _convert(kind: str, value: str) -> ox.NamedNode | ox.Literal:
    if kind == "iri":
        prefix, colon, local = value.partition(":")
        if colon and prefix in iris.prefixes():
            return ox.NamedNode(iris.prefixes()[prefix] + local)
        if not re.match(r"(?:https?|urn):", value):
            raise ValueError(value)
        return ox.NamedNode(value)
    if kind == "integer":
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
            raise ValueError(value)
        return ox.Literal(str(int(value)), datatype=ox.NamedNode(iris.XSD + "integer"))
    if kind == "number":
        if not re.fullmatch(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?", value):
            raise ValueError(value)
        return ox.Literal(str(Decimal(value)), datatype=ox.NamedNode(iris.XSD + "decimal"))
    if kind == "date":
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError(value)
        return ox.Literal(date.fromisoformat(value).isoformat(), datatype=ox.NamedNode(iris.XSD + "date"))
    if kind in ("en", "fr"):
        return ox.Literal(value, language=kind)
    return ox.Literal(value)
