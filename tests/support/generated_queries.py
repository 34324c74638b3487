"""Queries and data made up by hypothesis: few terms, so that patterns meet, and every kind of graph pattern."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import strategies as st

VARIABLES = ("?a", "?b", "?c", "?d")
NODES = ("<urn:1>", "<urn:2>", "<urn:3>")
PREDICATES = ("<urn:p>", "<urn:p>", "<urn:q>", "<urn:q>", "a")
TEXTS = ('"x"', '"x"@en', "5")
GRAPHS = ("<urn:g>", "<urn:h>")


def triples() -> st.SearchStrategy[list[ox.Quad]]:
    """Some quads in two graphs."""
    node = st.sampled_from([ox.NamedNode(name.strip("<>")) for name in NODES])
    predicate = st.sampled_from([ox.NamedNode(f"urn:{name}") for name in "pq"])
    literal = st.sampled_from([ox.Literal("x"), ox.Literal("x", language="en"), ox.Literal(5)])
    graph = st.sampled_from([ox.NamedNode(name.strip("<>")) for name in GRAPHS])
    return st.lists(st.builds(ox.Quad, node, predicate, node | literal, graph), min_size=4, max_size=14)


def fill(quads: list[ox.Quad]) -> ox.Store:
    """A store that has them."""
    store = ox.Store()
    store.extend(quads)
    return store


_variable, _node = st.sampled_from(VARIABLES), st.sampled_from(NODES)
_subject = st.one_of(*[_variable] * 5, _node)
_object = st.one_of(_variable, _variable, _node, st.sampled_from(TEXTS))
_path = st.one_of(
    st.sampled_from(PREDICATES), st.sampled_from(PREDICATES), _variable,
    st.sampled_from(["<urn:p>/<urn:q>", "^<urn:p>", "<urn:p>|<urn:q>", "<urn:p>*", "<urn:p>/<urn:q>*", "!<urn:p>", "<urn:q>?"]),
)  # fmt: skip


@st.composite
def blocks(draw: st.DrawFn, *, most: int = 4) -> str:
    """Triple patterns, with the shorthands ``;`` and ``,``."""
    text = ""
    for number in range(draw(st.integers(1, most))):
        if number and draw(st.booleans()):
            text += draw(st.sampled_from([f" ; {draw(_path)} ", " , "])) + draw(_object)
        else:
            text += f"{' . ' if number else ''}{draw(_subject)} {draw(_path)} {draw(_object)}"
    return text


def conditions() -> st.SearchStrategy[str]:
    """A filter without a group in it."""
    other = st.one_of(_variable, _node, st.sampled_from(TEXTS))
    return st.one_of(
        st.builds("FILTER ({} = {})".format, _variable, other),
        st.builds("FILTER ({} != {})".format, _variable, other),
        st.builds("FILTER (BOUND({}))".format, _variable),
        st.builds("FILTER (!BOUND({}) || {} = {})".format, _variable, _variable, other),
        st.builds('FILTER (LANG({}) = "en")'.format, _variable),
        st.builds("FILTER ISIRI({})".format, _variable),
    )


def filters() -> st.SearchStrategy[str]:
    """A filter."""
    return st.one_of(
        conditions(),
        st.builds("FILTER EXISTS {{ {} }}".format, blocks(most=2)),
        st.builds("FILTER NOT EXISTS {{ {} }}".format, blocks(most=2)),
    )


def _parts(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("OPTIONAL {{ {} }}".format, blocks()),
        st.builds("OPTIONAL {{ {} {} }}".format, blocks(), filters()),
        st.builds("OPTIONAL {{ {} {} . {} }}".format, blocks(most=2), filters(), blocks(most=2)),
        st.builds("OPTIONAL {}".format, inner),
        st.builds("{} UNION {}".format, inner, inner),
        st.builds("MINUS {}".format, inner),
        st.builds("GRAPH {} {}".format, st.sampled_from([*GRAPHS, "?g"]), inner),
        filters(),
        st.builds("{{ SELECT {} {} }}".format, st.sets(_variable, min_size=1).map(sorted).map(" ".join), inner),
        st.builds("VALUES {} {{ <urn:1> UNDEF }}".format, _variable),
        st.builds(". {}".format, blocks(most=2)),
    )


def _group(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("{{ {} {} }}".format, blocks(most=2), st.lists(parts, max_size=3).map(" ".join))


def queries() -> st.SearchStrategy[str]:
    """A SELECT of everything."""
    small = blocks().map("{{ {} }}".format)
    return _group(_parts(small | _group(_parts(small)))).map("SELECT * {}".format)
