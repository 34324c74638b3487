"""Each shape is shown to fail: the real data is broken in one place, and the shape that forbids it must say so.

pySHACL is the reference; the engine that builds use is shown to report the same of data broken in fifty places at once.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCTERMS, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, Namespace, Node, URIRef
from rdflib.collection import Collection

from support.graphs import to_rdflib
from support.sampling import sample
from ukfr_graph import iris
from ukfr_graph.build import Built
from ukfr_graph.build.validation import DATA_SHAPES, ONTOLOGY_SHAPES, run_shapes
from ukfr_graph.records import Locations
from ukfr_graph.resources import ontology_folder

UKFR = Namespace("https://w3id.org/ukfr/ontology#")
SHAPE = Namespace("https://w3id.org/ukfr/shapes/")
BASIS = Namespace("https://w3id.org/ukfr/vocab/basis/")
OUTCOME = Namespace("https://w3id.org/ukfr/vocab/outcome/")
LEVEL = Namespace("https://w3id.org/ukfr/vocab/coding-level/")
NOWHERE = URIRef("https://example.org/nowhere")
NEW = URIRef("https://example.org/new")

SHAPES = Graph()
for file in (DATA_SHAPES, ONTOLOGY_SHAPES):
    SHAPES.parse(ontology_folder() / "shapes" / file)


def first(nodes: Iterable[Node]) -> Node:
    """The first named node in order, so that a run is like the one before."""
    return min((n for n in nodes if isinstance(n, URIRef)), key=str)


Triple = tuple[Node, Node, Node]
Break = Callable[[Graph, Node, Node, Node], tuple[list[Triple], list[Triple]]]
"""Given graph, focus node, path and shape: what to take away and what to add."""


def values(graph: Graph, focus: Node, path: Node) -> list[Triple]:
    return [(focus, path, o) for o in graph.objects(focus, path)]


def add_many(graph: Graph, focus: Node, path: Node, shape: Node) -> tuple[list[Triple], list[Triple]]:
    limit = int(str(SHAPES.value(shape, SH.maxCount)))
    return [], [(focus, path, URIRef(f"https://example.org/{i}")) for i in range(limit + 1)]


def add_other_type(graph: Graph, focus: Node, path: Node, shape: Node) -> tuple[list[Triple], list[Triple]]:
    wrong = Literal("x", datatype=XSD.token)
    return values(graph, focus, path), [(focus, path, wrong)]


def put_after(graph: Graph, focus: Node, path: Node, shape: Node) -> tuple[list[Triple], list[Triple]]:
    other = SHAPES.value(shape, SH.lessThan) or SHAPES.value(shape, SH.lessThanOrEquals)
    assert other is not None
    if SHAPES.value(shape, SH.datatype) == XSD.date:
        late, early = Literal("2020-01-02", datatype=XSD.date), Literal("2020-01-01", datatype=XSD.date)
    else:
        late, early = Literal(9), Literal(8)
    return values(graph, focus, path) + values(graph, focus, other), [(focus, path, late), (focus, other, early)]


def replace_with(value: Node) -> Break:
    return lambda graph, focus, path, shape: (values(graph, focus, path), [(focus, path, value)])


BREAKS: dict[Node, Break] = {
    SH.minCount: lambda graph, focus, path, shape: (values(graph, focus, path), []),
    SH.maxCount: add_many,
    SH.datatype: add_other_type,
    SH["class"]: replace_with(NOWHERE),
    SH.pattern: replace_with(NOWHERE),
    SH.nodeKind: replace_with(Literal("x")),
    SH.hasValue: replace_with(NOWHERE),
    SH.minLength: replace_with(Literal("")),
    SH.minInclusive: replace_with(Literal(Decimal(-1000))),
    SH.maxInclusive: replace_with(Literal(Decimal(1000))),
    SH.uniqueLang: lambda graph, focus, path, shape: (
        values(graph, focus, path),
        [(focus, path, Literal("a", lang="en")), (focus, path, Literal("b", lang="en"))],
    ),
    SH.lessThan: put_after,
    SH.lessThanOrEquals: put_after,
}

# Alternatives: the focus node to take, and which of its properties to take away.
ALTERNATIVES: dict[Node, tuple[Callable[[Graph], Node], tuple[URIRef, ...]]] = {
    SHAPE["Pledge-someone-bound"]: (
        lambda g: first(g.subjects(RDF.type, UKFR.Pledge)),
        (UKFR.holder, UKFR.inferredHolder),
    ),
    SHAPE["Participation-grounds"]: (lambda g: first(g.subjects(UKFR.basis, BASIS.stated)), (UKFR.evidence,)),
    SHAPE["Quantity-money"]: (lambda g: first(g.subjects(UKFR.currency, None)), (UKFR.fundingStatus,)),
    SHAPE["Collective-members"]: (
        lambda g: first(g.subjects(UKFR.membershipCondition, None)),
        (UKFR.membershipCondition,),
    ),
    SHAPE["Outcome-basis"]: (
        lambda g: first(s for s in g.subjects(UKFR.basedOn, None) if (s, UKFR.outcomeValue, OUTCOME.done) in g),
        (UKFR.basedOn,),
    ),
    SHAPE["Transfer-equivalent"]: (
        lambda g: first(g.subjects(UKFR.equivalentValue, None)),
        (UKFR.equivalentCurrency,),
    ),
    SHAPE["Statement-coded"]: (lambda g: first(g.subjects(UKFR.codingLevel, LEVEL.full)), (UKFR.expression,)),
    SHAPE["Concept-placed"]: (lambda g: first(g.subjects(RDF.type, SKOS.Concept)), (SKOS.broader, SKOS.topConceptOf)),
}


def constraints() -> list[tuple[str, Node, Node]]:
    """(name, property shape, constraint) for every constraint of every named property shape."""
    return sorted(
        (f"{str(shape).rsplit('/', 1)[-1]} {str(parameter).rsplit('#', 1)[-1]}", shape, parameter)
        for shape in SHAPES.subjects(RDF.type, SH.PropertyShape)
        for parameter in SHAPES.predicates(shape, None)
        if parameter in BREAKS
    )


@pytest.fixture(scope="module")
def data(built: Built) -> Graph:
    return to_rdflib(t for triples in built.graphs.values() for t in triples)


def focus_of(data: Graph, shape: Node) -> Node:
    """A node that the shape looks at; of a class that has no records yet, a new one."""
    (holder,) = SHAPES.subjects(SH.property, shape)
    target = SHAPES.value(holder, SH.targetNode)
    if target is not None:
        return target
    by_property = SHAPES.value(holder, SH.targetSubjectsOf)
    if by_property is not None:
        return first(data.subjects(by_property, None))
    cls = SHAPES.value(holder, SH.targetClass)
    assert cls is not None
    return first([*data.subjects(RDF.type, cls)] or [NEW])


@contextmanager
def broken(data: Graph, taken: list[Triple], added: list[Triple]) -> Iterator[None]:
    added = [t for t in added if t not in data]
    for triple in taken:
        data.remove(triple)
    for triple in added:
        data.add(triple)
    try:
        yield
    finally:
        for triple in added:
            data.remove(triple)
        for triple in taken:
            data.add(triple)


def failing_shapes(data: Graph, focus: Node) -> set[Any]:
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES, focus_nodes=[str(focus)], inplace=True)
    return {
        (report.value(result, SH.sourceShape), report.value(result, SH.sourceConstraintComponent))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def test_no_constraint_is_left_untested() -> None:
    described = {RDF.type, RDFS.label, SH.path, SH.message, SH["in"], DCTERMS.description}
    found = {p for s in SHAPES.subjects(RDF.type, SH.PropertyShape) for p in SHAPES.predicates(s, None)}
    assert found - described - set(BREAKS) == set()
    alternatives = {s for s in SHAPES.subjects(SH["or"], None) if isinstance(s, URIRef)}
    assert alternatives == set(ALTERNATIVES)
    for shape in alternatives:
        assert len(Collection(SHAPES, SHAPES.value(shape, SH["or"]))) > 1  # type: ignore[arg-type]


def break_rule(data: Graph, shape: Node, parameter: Node) -> tuple[Node, list[Triple], list[Triple]]:
    """(the node that is broken, what to take away, what to add)."""
    focus, path = focus_of(data, shape), SHAPES.value(shape, SH.path)
    assert path is not None
    taken, added = BREAKS[parameter](data, focus, path, shape)
    if (focus, None, None) not in data:  # a class without records yet
        (holder,) = SHAPES.subjects(SH.property, shape)
        added.append((focus, RDF.type, SHAPES.value(holder, SH.targetClass)))  # type: ignore[arg-type]
    return focus, taken, added


@pytest.mark.parametrize(
    ("name", "shape", "parameter"), sample(constraints(), every=3), ids=[c[0] for c in constraints()]
)
def test_the_shape_fails_where_its_rule_is_broken(data: Graph, name: str, shape: Node, parameter: Node) -> None:
    focus, taken, added = break_rule(data, shape, parameter)
    parameter_name = str(parameter).rsplit("#", 1)[-1]
    component = URIRef(f"{SH}{parameter_name[0].upper()}{parameter_name[1:]}ConstraintComponent")
    with broken(data, taken, added):
        assert (shape, component) in failing_shapes(data, focus)


@pytest.mark.parametrize(
    "shape", sorted(ALTERNATIVES, key=str), ids=[str(s).rsplit("/", 1)[-1] for s in sorted(ALTERNATIVES, key=str)]
)
def test_the_alternative_fails_where_none_of_its_ways_is_taken(data: Graph, shape: Node) -> None:
    choose, properties = ALTERNATIVES[shape]
    focus = choose(data)
    with broken(data, [t for p in properties for t in values(data, focus, p)], []):
        assert (shape, SH.OrConstraintComponent) in failing_shapes(data, focus)


def reports_of_both(data: Graph) -> tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]]:
    """(record, rule, message) of each result: of the engine that builds use, and of the reference."""
    triples = [q.triple for q in ox.parse(data.serialize(format="nt"), ox.RdfFormat.N_TRIPLES)]
    ours = run_shapes([triples], (DATA_SHAPES, ONTOLOGY_SHAPES), Locations())
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES, inplace=True)
    reference = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, path, value, message, component = (
            str(report.value(result, key, default=""))
            for key in (SH.focusNode, SH.resultPath, SH.value, SH.resultMessage, SH.sourceConstraintComponent)
        )
        message = f"{iris.shorten(path)}: {message}" if path else message
        message += f" (found {iris.shorten(value)!r})" if value and value != focus else ""
        rule = f"shacl {component.removeprefix(str(SH)).removesuffix('ConstraintComponent')}"
        reference.add((focus.removeprefix(iris.ID), rule, message))
    return {(p.record, p.rule, str(p.message)) for p in ours}, reference


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.exhaustive) for n in range(1, 8))])
def test_the_engine_reports_what_the_reference_reports(data: Graph, part: int) -> None:
    with ExitStack() as stack:
        for _, shape, parameter in constraints()[part::8]:
            _, taken, added = break_rule(data, shape, parameter)
            stack.enter_context(broken(data, [t for t in taken if t in data], added))
        ours, reference = reports_of_both(data)
    assert len(reference) > 50
    assert reference - ours == set()
    # Values that cannot be compared are results (SHACL, section 4.5.3), which the reference lets pass.
    assert {rule for _, rule, _ in ours - reference} <= {"shacl LessThanOrEquals", "shacl LessThan"}


def test_the_engine_reports_the_alternatives_that_the_reference_reports(data: Graph) -> None:
    with ExitStack() as stack:
        for choose, properties in ALTERNATIVES.values():
            focus = choose(data)
            stack.enter_context(broken(data, [t for p in properties for t in values(data, focus, p)], []))
        ours, reference = reports_of_both(data)
    assert sum(rule == "shacl Or" for _, rule, _ in reference) >= len(ALTERNATIVES) - 1
    assert ours == reference


def test_a_statement_in_outline_has_no_clause(data: Graph) -> None:
    outline = first(data.subjects(UKFR.codingLevel, LEVEL.outline))
    with broken(data, [], [(URIRef("https://example.org/clause"), UKFR.statement, outline)]):
        assert (SHAPE["Statement-coded"], SH.OrConstraintComponent) in failing_shapes(data, outline)


def test_a_verdict_without_basis_is_allowed_only_where_nothing_can_be_assessed(data: Graph) -> None:
    bare = [o for o in data.subjects(RDF.type, UKFR.Outcome) if (o, UKFR.basedOn, None) not in data]
    assert bare
    assert {data.value(o, UKFR.outcomeValue) for o in bare} == {OUTCOME["not-assessable"]}
