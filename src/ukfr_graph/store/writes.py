"""Changing graphs of the user's own; the curated graphs are read-only at run time.

Each write makes the next version of the dataset, or changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import ForbiddenError, PreconditionError, SettingsError
from ukfr_graph.store import layout
from ukfr_graph.store.curated import digest_graph
from ukfr_graph.store.text_facts import Graph
from ukfr_graph.store.touched import Watch
from ukfr_graph.store.uploads import read_files
from ukfr_graph.store.user_files import sort_lines, write_lines
from ukfr_graph.store.versions import NextVersion, hash_graph, next_version


@dataclass(frozen=True)
class Rights:
    """The graphs that may be written to: those that start with one of ``prefixes``; none given means all.

    The curated graphs are never among them, and the unnamed default graph only where nothing is curated. Nor is a
    name that could be taken for another one (see ``iris.has_dot_segments``). ``max_graphs`` is how many graphs
    beside the curated ones there may be.
    """

    prefixes: tuple[str, ...] = ()
    max_graphs: int = 1_000

    def allow(self, graph: Graph, *, is_plain: bool) -> bool:
        """Return whether a graph of a dataset may be written to; ``is_plain`` says that nothing in it is curated."""
        if isinstance(graph, ox.DefaultGraph):
            return is_plain and not self.prefixes
        if (iris.is_curated_graph(graph.value) and not is_plain) or iris.has_dot_segments(graph.value):
            return False
        return not self.prefixes or graph.value.startswith(self.prefixes)

    def check_number(self, before: Collection[Graph], after: Collection[Graph]) -> None:
        """Refuse a write that leaves more graphs than there may be, unless it makes them fewer.

        Raises:
            ForbiddenError: it names the limit and the setting.
        """
        own = sum(isinstance(g, ox.NamedNode) and not iris.is_curated_graph(g.value) for g in after)
        if own > self.max_graphs and len(after) > len(before):
            raise ForbiddenError(
                "There would be %(own)s graphs beside the curated ones; the limit is %(max_graphs)s "
                "(UKFR_MAX_GRAPHS). Put more into one graph, or remove some. Nothing was changed.",
                own=own,
                max_graphs=self.max_graphs,
            )


def check_right(graph: Graph, rights: Rights, *, is_plain: bool) -> None:
    """Refuse to write to a graph that may not be written to.

    Raises:
        ForbiddenError: see ``Rights.allow``.
    """
    if not rights.allow(graph, is_plain=is_plain):
        raise _forbidden(graph)


def name_graph(name: str | None) -> Graph:
    """Name a graph by its absolute IRI; none is the default graph.

    Raises:
        SettingsError: the name is no absolute IRI.
    """
    try:
        return ox.NamedNode(name) if name is not None else ox.DefaultGraph()
    except ValueError as error:
        raise SettingsError(
            "%(name)s is not an absolute IRI (%(error)s). Give one such as https://example.org/g.",
            name=repr(name),
            error=error,
        ) from None


def load_graph(files: Sequence[Path], graph: str, root: Path, *, replace: bool = False) -> int:
    """Add RDF files to a graph of the user's own, or replace it; the number of triples it then has.

    A bad file changes nothing. The graph's own file is written first, so that the engine can load it by itself.

    Raises:
        ForbiddenError: the graph is a curated one.
        SettingsError, UnsupportedMediaTypeError, RdfSyntaxError: see ``name_graph`` and ``read_files``.
        BusyError, DatasetError: see ``next_version``.
    """
    name = name_graph(graph)
    check_right(name, Rights(), is_plain=bool(layout.read_manifest(root).get("plain")))
    triples = read_files(files)
    with next_version(root) as draft, ExitStack() as stack:
        _prepare(draft, name, Rights(), replace=replace)
        return draft.add_lines(name, sort_lines(write_lines(triples, name), draft.folder.parent, stack))


def put_graph(
    draft: NextVersion,
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
    if if_new and _exists(draft, graph):
        raise PreconditionError("There is a graph %(graph)s already.", graph=graph)
    is_new = _prepare(draft, graph, rights, replace=replace)
    draft.store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    return is_new


def _prepare(draft: NextVersion, graph: Graph, rights: Rights, *, replace: bool) -> bool:
    """Prepare a graph to be added to, which with ``replace`` has nothing then; return whether it is new.

    Raises:
        ForbiddenError: there would be too many graphs.
    """
    is_new = not _exists(draft, graph)
    if is_new:
        before = draft.graphs()
        rights.check_number(before, before | {graph})
    elif replace:
        draft.empty_graph(graph)
    if isinstance(graph, ox.NamedNode):
        draft.store.add_graph(graph)
    draft.changed.add(graph)
    return is_new


def delete_graph(draft: NextVersion, graph: Graph, rights: Rights, *, if_match: str | None = None) -> bool:
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


def run_update(draft: NextVersion, text: str, rights: Rights, *, if_match: str | None = None) -> None:
    """Run a SPARQL 1.1 Update, and judge it by what it changed, whatever its text says.

    A protected graph that it may have touched (see ``touched``) is held against what it was before.

    Raises:
        ForbiddenError: it changed a graph that may not be written to, or made too many; nothing is kept of it.
        PreconditionError: the dataset is not the version that ``if_match`` names.
        SyntaxError, ValueError, OSError, RuntimeError: it cannot be parsed or run.
    """
    if if_match and if_match != draft.name:
        raise PreconditionError(
            "The dataset is at version %(name)s, not %(if_match)s. Read it again.", name=draft.name, if_match=if_match
        )
    before = draft.graphs()
    watch = Watch(draft.store, draft.folder)
    draft.store.update(text, base_iri=iris.ENDPOINT_BASE, prefixes=None if draft.is_plain else dict(iris.prefixes()))
    after = draft.graphs()
    for graph in before ^ after:  # even where it is empty
        check_right(graph, rights, is_plain=draft.is_plain)
    rights.check_number(before, after)
    touched = watch.find_touched(graph.value for graph in before | after if isinstance(graph, ox.NamedNode))
    suspects = {g for g in before | after if isinstance(g, ox.DefaultGraph) or g.value in touched}
    protected = {graph for graph in suspects if not rights.allow(graph, is_plain=draft.is_plain)}
    if protected:
        was = ox.Store.read_only(str(draft.before / layout.STORE))
        for graph in protected:
            if digest_graph(was, graph) != digest_graph(draft.store, graph):
                raise _forbidden(graph)
    draft.changed |= suspects - protected


def _check(draft: NextVersion, graph: Graph, rights: Rights, if_match: str | None) -> None:
    check_right(graph, rights, is_plain=draft.is_plain)
    if if_match and if_match != "*" and if_match != hash_graph(draft.before, graph):
        raise PreconditionError(
            "%(graph)s is not what it was when you read it. Read it again, and repeat the change.", graph=graph
        )
    if if_match == "*" and not _exists(draft, graph):
        raise PreconditionError("There is no graph %(graph)s yet.", graph=graph)


def _forbidden(graph: Graph) -> ForbiddenError:
    if isinstance(graph, ox.DefaultGraph):
        return ForbiddenError(
            "The default graph is the union of all graphs and is not written to: name a graph of your own. "
            "Nothing was changed."
        )
    return ForbiddenError(
        "The graph %(graph)s is read-only for you: it is curated, its name has dot segments, or it is "
        "not one of those that your token is for. Nothing was changed.",
        graph=graph,
    )


def _exists(draft: NextVersion, graph: Graph) -> bool:
    return isinstance(graph, ox.DefaultGraph) or draft.store.contains_named_graph(graph)
