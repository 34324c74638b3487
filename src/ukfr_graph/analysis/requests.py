"""A request for a network, and its answer: read, filtered, measured, laid out, written.

The same for the command line, the server's workers and Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.analysis.layouts import place_nodes
from ukfr_graph.analysis.measures import find_communities, measure_nodes
from ukfr_graph.analysis.network import Network
from ukfr_graph.analysis.network_formats import Drawing, find_network_format
from ukfr_graph.analysis.network_parameters import NetworkRequest
from ukfr_graph.analysis.overview import keep_community, show_communities
from ukfr_graph.analysis.periods import keep_day
from ukfr_graph.analysis.projections import CLAUSE_FILTERS, find_clauses, find_projection, read_projection, read_query
from ukfr_graph.errors import ParameterError, ResultTooLargeError
from ukfr_graph.query.executor import Executor
from ukfr_graph.query.known import require_known
from ukfr_graph.query.parameters import Parameter, bind_parameters, to_term

UNLIMITED = 10**9


@dataclass(frozen=True)
class Sizes:
    """Most nodes of a network that is laid out, and of one whose communities are."""

    max_network_nodes: int = UNLIMITED
    max_overview_nodes: int = UNLIMITED


def restore_request(plain: Mapping[str, Any]) -> NetworkRequest:
    """Make a request of the plain values that ``dataclasses.asdict`` and JSON have made of one."""
    return NetworkRequest(**{**plain, "types": tuple(plain["types"])})


def answer_request(
    executor: Executor,
    request: NetworkRequest,
    form: str,
    sizes: Sizes,
    own_queries: Path | None = None,
    credit: Sequence[str] = (),
) -> bytes:
    """Answer a request in a format; ``own_queries`` is a folder of saved queries beside the bundled ones.

    ``credit`` are lines that a picture has below it.

    Raises:
        SettingsError: the format is unknown.
        ResultTooLargeError: the network is larger than can be shown; it says what to do.
        NotFoundError, ParameterError, QueryError: a name, an IRI or the query is not usable.
    """
    chosen = find_network_format(form)
    network = read_network(executor, request, sizes.max_overview_nodes, own_queries)
    extras: dict[str, dict[str, Any]] = {}
    number_of: dict[str, int] = {}
    most = sizes.max_overview_nodes if request.whole else sizes.max_network_nodes
    is_overview = request.overview or (request.fit and len(network.nodes) > most)
    if is_overview:
        communities = find_communities(network)
        number_of = {iri: number for number, group in enumerate(communities.members) for iri in group}
        network = show_communities(network, communities)
    if len(network.nodes) > most:
        raise ResultTooLargeError(
            "The network has %(nodes)s nodes; the limit is %(most)s (UKFR_MAX_NETWORK_NODES). Narrow it by "
            "'type', 'topic', 'kind', 'section', 'statement', 'focus' or 'community', or ask for 'overview'.",
            nodes=len(network.nodes),
            most=most,
        )
    if request.measures:
        extras = {
            s.iri: {"degree": s.degree, "strength": s.strength, "betweenness": s.betweenness,
                    "community": s.community, "cut": s.is_cut}
            for s in measure_nodes(network)
        }  # fmt: skip
    if is_overview and request.community is None:  # the number by which a community is asked for
        for node in network.nodes:
            extras.setdefault(node.iri, {})["community"] = number_of[node.iri]
    return chosen.write(Drawing(network, place_nodes(network), extras, credit), request.language)


def read_network(
    executor: Executor, request: NetworkRequest, most_nodes: int = UNLIMITED, own_queries: Path | None = None
) -> Network:
    """Read the network of a request, narrowed by its filters, without overview.

    Raises:
        UkfrError: see ``answer_request``.
    """
    if request.query:
        network = read_query(executor, request.query, {}, most_nodes)
    else:
        saved = find_projection(request.projection, own_queries, executor.engine.folder)
        values = bind_parameters(saved.parameters, request.values)
        require_known(executor, values)
        network = read_projection(executor, saved, values, most_nodes)
    if chosen := {name: _expand(name, iri) for name in CLAUSE_FILTERS if (iri := getattr(request, name))}:
        require_known(executor, {iri: ox.NamedNode(iri) for iri in chosen.values()})
        network = network.keep_clauses(find_clauses(executor, chosen))
    if request.at:
        network = keep_day(executor, network, _read_day(request.at))
    if request.types:
        types = [_expand("type", t) for t in request.types]
        found = {iri for node in network.nodes for iri in (iris.expand(node.type), iris.expand(node.kind))}
        _require_known(executor, found, types)
        network = network.keep_types(types)
    if request.start or request.end:
        if not (request.start and request.end):
            raise ParameterError("A path needs both 'from' and 'to'.")
        ends = _expand("from", request.start), _expand("to", request.end)
        _require_known(executor, {node.iri for node in network.nodes}, ends)
        network = network.find_paths(*ends)
    elif request.focus:
        focus = _expand("focus", request.focus)
        _require_known(executor, {node.iri for node in network.nodes}, [focus])
        network = network.find_surroundings(focus, request.steps)
    if request.community is not None:
        network = keep_community(network, find_communities(network), request.community)
    return network


def _require_known(executor: Executor, found: set[str], asked: Iterable[str]) -> None:
    """Make sure that IRIs occur: in the network, which may make its own, or else in the dataset."""
    require_known(executor, {iri: ox.NamedNode(iri) for iri in asked if iri not in found})


def _read_day(value: str) -> date:
    return date.fromisoformat(to_term(Parameter("at", "at", "date", required=True), value).value)


def _expand(name: str, value: str) -> str:
    return to_term(Parameter(name, name, "iri", required=True), value).value if value else ""
