"""The parameters of a network: the one table and the one parser for the page, the export, its OpenAPI and the CLI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ukfr_graph.errors import ParameterError

Kind = Literal["text", "texts", "pairs", "number", "flag"]
_IRI = "An IRI, or a compact one such as vocab:topic/terrorism."
_TRUTHS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
_LONGEST_NUMBER = 9  # digits


@dataclass(frozen=True)
class NetworkRequest:
    """A request for a network; every IRI may be a compact one.

    ``projection`` is a projection or any saved query, whose ``values`` are given as text; or ``query`` is SPARQL.
    Filters: ``types`` of nodes; ``topic``, ``kind``, ``section`` and ``statement`` of the clauses behind the ties.
    Then either ``focus`` with ``steps`` around it, or the shortest paths from ``start`` to ``end``. ``community`` keeps
    one of them, ``overview`` shows each as one node, and ``fit`` does so where there are more nodes than are laid out;
    ``measures`` adds what ``measures.Standing`` has to the nodes.
    ``at`` is a day (YYYY-MM-DD) as of which it is shown.
    ``whole`` lays out as many nodes as an overview may stand for, which takes its time.
    """

    projection: str = "all"
    query: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    topic: str = ""
    kind: str = ""
    section: str = ""
    statement: str = ""
    focus: str = ""
    steps: int = 1
    start: str = ""
    end: str = ""
    community: int | None = None
    overview: bool = False
    measures: bool = False
    language: str = "en"
    whole: bool = False
    at: str = ""
    fit: bool = False


@dataclass(frozen=True)
class NetworkParameter:
    """A parameter: its ``name`` in an address and as a flag, the ``field`` of the request that it fills, and help.

    ``texts`` and ``pairs`` (name=value) may be given several times. One that is ``for_servers`` is about their limits.
    """

    name: str
    field: str
    kind: Kind
    help: str
    least: int = 0
    most: int | None = None
    for_servers: bool = False

    @property
    def default(self) -> Any:
        """The value of the field where the parameter is not given."""
        return getattr(NetworkRequest(), self.field)


PARAMETERS: Mapping[str, NetworkParameter] = {
    parameter.name: parameter
    for parameter in (
        NetworkParameter("projection", "projection", "text", "A projection, any saved query, or 'query'."),
        NetworkParameter("query", "query", "text", "SPARQL, with projection=query: SELECT, CONSTRUCT or DESCRIBE."),
        NetworkParameter("param", "values", "pairs", "name=value, for each parameter of the saved query."),
        NetworkParameter("type", "types", "texts", f"Keep nodes of these types or kinds. {_IRI}"),
        NetworkParameter("topic", "topic", "text", f"Keep what rests on clauses on a topic. {_IRI}"),
        NetworkParameter("kind", "kind", "text", "Keep what rests on clauses of a kind, such as ukfr:Pledge."),
        NetworkParameter("section", "section", "text", f"Keep what rests on clauses of a section. {_IRI}"),
        NetworkParameter("statement", "statement", "text", f"Keep what rests on clauses of a statement. {_IRI}"),
        NetworkParameter("focus", "focus", "text", f"Keep a node and what is around it. {_IRI}"),
        NetworkParameter("steps", "steps", "number", "Number of steps around the focus.", most=10),
        NetworkParameter("from", "start", "text", f"Keep the shortest paths from this node to another. {_IRI}"),
        NetworkParameter("to", "end", "text", f"End of the paths. {_IRI}"),
        NetworkParameter("community", "community", "number", "Keep the members of one community, from 0 on."),
        NetworkParameter("overview", "overview", "flag", "Show each community as one node."),
        NetworkParameter(
            "measures", "measures", "flag", "Add degree, strength, betweenness, community and cut to the nodes."
        ),
        NetworkParameter("at", "at", "text", "Show it as of this day (YYYY-MM-DD)."),
        NetworkParameter(
            "whole", "whole", "flag", for_servers=True,
            help="Lay out as many nodes as an overview may stand for (UKFR_MAX_OVERVIEW_NODES).",
        ),
        NetworkParameter(
            "fit", "fit", "flag", for_servers=True,
            help="Show communities where it has more nodes than are laid out (UKFR_MAX_NETWORK_NODES).",
        ),
    )
}  # fmt: skip


def parse_request(given: Iterable[tuple[str, str]], language: str) -> NetworkRequest:
    """Make a request of parameters by their names; one that is given empty is not given.

    Raises:
        ParameterError: a name is unknown, or a value is not of its kind.
    """
    values: dict[str, list[str]] = {}
    for name, value in given:
        if name not in PARAMETERS:
            raise ParameterError(
                "There is no parameter %(name)s; there are %(parameters)s.",
                name=name[:100],
                parameters=", ".join(sorted(PARAMETERS)),
            )
        if value:
            values.setdefault(name, []).append(value)
    read = {PARAMETERS[name].field: _read(PARAMETERS[name], found) for name, found in values.items()}
    return NetworkRequest(**read, language=language)


def write_request(request: NetworkRequest) -> dict[str, list[str]]:
    """Write a request as the parameters that ``parse_request`` makes it of, without those that have their default."""
    written = {}
    for parameter in PARAMETERS.values():
        value = getattr(request, parameter.field)
        if value == parameter.default:
            continue
        if parameter.kind == "pairs":
            written[parameter.name] = [f"{name}={text}" for name, text in value.items()]
        elif parameter.kind == "texts":
            written[parameter.name] = list(value)
        else:
            written[parameter.name] = ["true" if value is True else str(value)]
    return written


def describe_schema(parameter: NetworkParameter) -> dict[str, Any]:
    """Describe the values of a parameter as JSON Schema, for OpenAPI."""
    if parameter.kind in ("texts", "pairs"):
        return {"type": "array", "items": {"type": "string"}}
    if parameter.kind == "flag":
        return {"type": "boolean", "default": False}
    if parameter.kind == "text":
        return {"type": "string", "default": parameter.default}
    bounds = {"minimum": parameter.least} | ({} if parameter.most is None else {"maximum": parameter.most})
    return {"type": "integer", **bounds} | ({} if parameter.default is None else {"default": parameter.default})


def _read(parameter: NetworkParameter, found: list[str]) -> Any:
    if parameter.kind == "texts":
        return tuple(found)
    if parameter.kind == "pairs":
        return _read_pairs(parameter, found)
    if len(found) > 1:
        raise ParameterError("The parameter '%(name)s' is given twice.", name=parameter.name)
    (text,) = found
    if parameter.kind == "flag":
        if text.lower() not in _TRUTHS:
            raise ParameterError(
                "'%(name)s' is true or false; %(text)s is neither.", name=parameter.name, text=repr(text[:100])
            )
        return _TRUTHS[text.lower()]
    return _read_number(parameter, text) if parameter.kind == "number" else text


def _read_number(parameter: NetworkParameter, text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    if not is_number or not parameter.least <= int(text) <= (parameter.most or int(text)):
        facts = {"name": parameter.name, "least": parameter.least, "most": parameter.most, "text": repr(text[:100])}
        if parameter.most:
            raise ParameterError(
                "'%(name)s' takes a whole number from %(least)s to %(most)s; %(text)s is not one.", **facts
            )
        raise ParameterError("'%(name)s' takes a whole number from %(least)s on; %(text)s is not one.", **facts)
    return int(text)


def _read_pairs(parameter: NetworkParameter, found: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in found:
        name, equals, value = pair.partition("=")
        if not equals or name in values:
            raise ParameterError(
                "'%(name)s' is %(pair)s: write each parameter once, as name=value.",
                name=parameter.name,
                pair=repr(pair[:100]),
            )
        values[name] = value
    return values
