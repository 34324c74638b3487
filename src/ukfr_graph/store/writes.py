"""Changing graphs of the user's own; the curated graphs are read-only at run time.

Each write makes the next version of the dataset, or changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import ForbiddenError, PreconditionError, SettingsError
from ukfr_graph.store.layout import read_manifest
from ukfr_graph.store.uploads import read_files
from ukfr_graph.store.versions import Draft, Graph, hash_graph, next_version
from ukfr_graph.tokens import read_tokens

_ABSOLUTE = re.compile(r"<[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True)
class Rights:
    """Which graphs may be written to: those that start with one of ``prefixes``; none given means all.

    The curated graphs are never among them, and the unnamed default graph only where nothing is curated.
    """

    prefixes: tuple[str, ...] = ()

    def allow(self, graph: Graph, *, is_plain: bool) -> bool:
        """Whether a graph of a dataset may be written to; ``is_plain`` says that nothing in it is curated."""
        if isinstance(graph, ox.DefaultGraph):
            return is_plain and not self.prefixes
        if iris.is_curated_graph(graph.value) and not is_plain:
            return False
        return not self.prefixes or graph.value.startswith(self.prefixes)


def name_graph(name: str | None) -> Graph:
    """Name a graph by its absolute IRI; none is the default graph.

    Raises:
        SettingsError: the name is no absolute IRI.
    """
    try:
        return ox.NamedNode(name) if name is not None else ox.DefaultGraph()
    except ValueError as error:
        raise SettingsError(
            f"{name!r} is not an absolute IRI ({error}). Give one such as https://example.org/g."
        ) from None


def load_graph(files: Sequence[Path], graph: str, root: Path, *, replace: bool = False) -> int:
    """Add RDF files to a graph of the user's own, or replace it; the number of triples it then has.

    All files are read before anything is written: a bad one changes nothing.

    Raises:
        ForbiddenError: the graph is a curated one.
        SettingsError, UnsupportedMediaTypeError, RdfSyntaxError: see ``name_graph`` and ``read_files``.
        BusyError, DatasetError: see ``next_version``.
    """
    name = name_graph(graph)
    if not Rights().allow(name, is_plain=bool(read_manifest(root).get("plain"))):
        raise _forbidden(name)
    triples = read_files(files)
    with next_version(root) as draft:
        put_graph(draft, name, triples, Rights(), replace=replace)
        return sum(1 for _ in draft.store.quads_for_pattern(None, None, None, name))


def put_graph(
    draft: Draft,
    graph: Graph,
    triples: Iterable[ox.Triple],
    rights: Rights,
    *,
    replace: bool,
    if_match: str | None = None,
    if_new: bool = False,
) -> bool:
    """Add triples to a graph, or make them its content; whether the graph is new.

    Raises:
        ForbiddenError: it may not be written to.
        PreconditionError: its content is not the one that ``if_match`` names, or with ``if_new`` it exists.
    """
    _check(draft, graph, rights, if_match)
    is_new = not _exists(draft, graph)
    if if_new and not is_new:
        raise PreconditionError(f"There is a graph {graph} already.")
    if replace and not is_new:
        draft.store.clear_graph(graph)
    if isinstance(graph, ox.NamedNode):
        draft.store.add_graph(graph)
    draft.store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    draft.changed.add(graph)
    return is_new


def delete_graph(draft: Draft, graph: Graph, rights: Rights, *, if_match: str | None = None) -> bool:
    """Remove a graph; whether there was one.

    Raises:
        ForbiddenError, PreconditionError: see ``put_graph``.
    """
    _check(draft, graph, rights, if_match)
    if not _exists(draft, graph):
        return False
    draft.store.remove_graph(graph)
    draft.changed.add(graph)
    return True


def run_update(draft: Draft, text: str, rights: Rights, *, spelled: str, if_match: str | None = None) -> None:
    """Run a SPARQL 1.1 Update; what it must not touch is held against its state before.

    ``spelled`` is the update as its author wrote it, without the USING clauses of the request. Where it spells
    out every graph that it can write to, it is believed; any other is run, and refused afterwards where a
    protected graph is no longer what it was.

    Raises:
        ForbiddenError: it changed a graph that may not be written to; nothing is kept of it.
        PreconditionError: the dataset is not the version that ``if_match`` names.
        SyntaxError, ValueError, OSError, RuntimeError: it cannot be parsed or run.
    """
    if if_match and if_match != draft.name:
        raise PreconditionError(f"The dataset is at version {draft.name}, not {if_match}. Read it again.")
    before = draft.graphs()
    protected = {graph for graph in before if not rights.allow(graph, is_plain=draft.is_plain)}
    named = _find_names(spelled, draft.is_plain)
    suspects = {g for g in protected if named is None or isinstance(g, ox.DefaultGraph) or g.value in named}
    digests = _digest(draft.store, suspects)
    draft.store.update(text, base_iri=iris.ENDPOINT_BASE, prefixes=None if draft.is_plain else dict(iris.PREFIXES))
    after = draft.graphs()
    for graph in (before | after) - protected:
        if not rights.allow(graph, is_plain=draft.is_plain) and not _is_empty(draft, graph):
            raise _forbidden(graph)
    for graph, digest in _digest(draft.store, suspects).items():
        if digest != digests[graph]:
            raise _forbidden(graph)
    writable = {g for g in before | after if rights.allow(g, is_plain=draft.is_plain)}
    draft.changed |= {g for g in writable if named is None or isinstance(g, ox.DefaultGraph) or g.value in named}


def _find_names(text: str, is_plain: bool) -> set[str] | None:
    """Find every IRI that a text spells out; nothing where it could write to a graph without spelling it."""
    prefixes = {} if is_plain else dict(iris.PREFIXES)
    names: set[str] = set()
    previous = None
    if "\\" in text:
        return None  # an escape could spell anything
    for token in read_tokens(text):
        if token.kind == "space":
            continue
        if token.is_word("ALL", "NAMED", "DEFAULT"):
            return None
        if token.kind == "variable" and previous and previous.is_word("GRAPH"):
            return None
        if token.kind == "iri":
            if not _ABSOLUTE.match(token.text) or "/." in token.text:
                return None  # it is resolved before it is used
            names.add(token.text[1:-1])
            if previous and previous.kind == "name" and previous.text.endswith(":"):
                prefixes[previous.text[:-1]] = token.text[1:-1]
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            names.add(prefixes.get(prefix, "") + local)
        previous = token
    return names


def _check(draft: Draft, graph: Graph, rights: Rights, if_match: str | None) -> None:
    if not rights.allow(graph, is_plain=draft.is_plain):
        raise _forbidden(graph)
    if if_match and if_match != "*" and if_match != hash_graph(draft.before, graph):
        raise PreconditionError(f"{graph} is not what it was when you read it. Read it again, and repeat the change.")
    if if_match == "*" and not _exists(draft, graph):
        raise PreconditionError(f"There is no graph {graph} yet.")


def _forbidden(graph: Graph) -> ForbiddenError:
    if isinstance(graph, ox.DefaultGraph):
        return ForbiddenError(
            "The default graph is the union of all graphs and is not written to: name a graph of your own. "
            "Nothing was changed."
        )
    return ForbiddenError(
        f"The graph {graph} is read-only for you: it is curated, or not one of those that your token is for. "
        "Nothing was changed."
    )


def _exists(draft: Draft, graph: Graph) -> bool:
    return isinstance(graph, ox.DefaultGraph) or draft.store.contains_named_graph(graph)


def _is_empty(draft: Draft, graph: Graph) -> bool:
    return next(iter(draft.store.quads_for_pattern(None, None, None, graph)), None) is None


def _digest(store: ox.Store, graphs: Collection[Graph]) -> dict[Graph, bytes]:
    """Digest graphs as they lie in the store, whose order of the same triples is always the same."""
    digests = {}
    for graph in graphs:
        content = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
        assert content is not None  # no output file was given
        digests[graph] = hashlib.sha256(content).digest()
    return digests
