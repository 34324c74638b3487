"""The ontology is consistent, complete in its words, used, and agrees with a full reasoner."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Graph, URIRef

from support.graphs import to_rdflib
from ukfr_graph import iris
from ukfr_graph.build import Built, build_graphs
from ukfr_graph.build.schema import read_turtle
from ukfr_graph.build.validation import DATA_SHAPES, ONTOLOGY_SHAPES
from ukfr_graph.documents import read_query
from ukfr_graph.resources import ontology_folder, queries_folder, read_context

SHAPES = (DATA_SHAPES, ONTOLOGY_SHAPES)
WORKSPACES = Path(__file__).parents[1] / "workspaces"


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ontology_folder() / "ukfr.ttl")


@pytest.fixture(scope="module")
def everything(built: Built) -> Graph:
    return list_asserted(built)


def list_asserted(built: Built) -> Graph:
    return to_rdflib([t for name, triples in built.graphs.items() if name != iris.INFERRED_GRAPH for t in triples])


@dataclass(frozen=True)
class Reasoned:
    """A dataset: what is asserted in it, and everything that OWL 2 RL gives, by a reasoner that is not ours."""

    built: Built
    everything: Graph
    closure: Graph


@pytest.fixture(scope="module", params=["norland-isles", pytest.param("bundled", marks=pytest.mark.exhaustive)])
def reasoned(request: pytest.FixtureRequest) -> Reasoned:
    is_bundled = request.param == "bundled"
    built = request.getfixturevalue("built") if is_bundled else build_graphs(WORKSPACES / request.param)
    everything = list_asserted(built)
    closure = Graph() + everything
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, rdfs_closure=False, datatype_axioms=False).expand(closure)
    return Reasoned(built, everything, closure)


def terms(ontology: Graph) -> set[URIRef]:
    return {s for s in ontology.subjects(RDFS.isDefinedBy, None) if isinstance(s, URIRef)}


def test_every_term_has_label_and_definition_in_english_and_french(ontology: Graph) -> None:
    assert len(terms(ontology)) > 100
    for term in terms(ontology):
        for property_ in (RDFS.label, SKOS.definition):
            languages = sorted(str(value.language) for value in ontology.objects(term, property_))  # type: ignore[attr-defined]
            assert {"en", "fr"} <= set(languages), (term, property_)


def test_no_term_is_without_use(ontology: Graph, everything: Graph) -> None:
    shapes = Graph()
    for name in SHAPES:
        shapes.parse(ontology_folder() / "shapes" / name)
    rules = "".join(p.read_text("utf-8") for p in [*ontology_folder().rglob("*.rq"), *queries_folder().rglob("*.rq")])
    names = Graph().parse(ontology_folder() / "names.ttl")
    used = {n for triple in shapes for n in triple} | set(names.predicates())
    for s, p, o in everything:
        if (s, RDFS.isDefinedBy, None) not in ontology:  # a term's own definition is no use of it
            used |= {s, p, o}
    unused = {t for t in terms(ontology) if t not in used and f"ukfr:{iris.local_name(t)}" not in rules}
    assert unused == set()


def test_the_core_imports_nothing(everything: Graph) -> None:
    assert list(everything.triples((None, OWL.imports, None))) == []


@pytest.mark.parametrize("name", [pytest.param(DATA_SHAPES, marks=pytest.mark.exhaustive), ONTOLOGY_SHAPES])
def test_the_shapes_are_valid_shacl(name: str, ontology: Graph) -> None:
    shapes = Graph().parse(ontology_folder() / "shapes" / name)
    conforms, _, text = pyshacl.validate(ontology, shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_shapes_that_are_no_shacl_are_found() -> None:
    shapes = Graph()
    shapes.add((URIRef("https://example.org/broken"), SH.minCount, SH.minCount))
    shapes.add((URIRef("https://example.org/broken"), RDF.type, SH.PropertyShape))
    with pytest.raises(pyshacl.errors.ReportableRuntimeError):
        pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)


def test_ontology_and_data_are_consistent_under_owl_2_rl(reasoned: Reasoned) -> None:
    error = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    assert {str(o) for o in reasoned.closure.objects(None, error)} == set()
    assert (None, RDF.type, OWL.Nothing) not in reasoned.closure


def test_every_inferred_schema_triple_follows_by_owl_2_rl(reasoned: Reasoned) -> None:
    """The rules may infer less than a full reasoner, apart from roles and judgements, and never more."""
    owl_rules = ("types.rq", "subproperties.rq", "property-chains.rq")
    store = ox.Store()
    for name, triples in reasoned.built.graphs.items():
        if name != iris.INFERRED_GRAPH:
            store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    found = []
    for rule in owl_rules:
        _, text = read_query(ontology_folder() / "rules" / rule, ontology_folder())
        results = store.query(text, prefixes=dict(iris.PREFIXES))
        assert isinstance(results, ox.QueryTriples)
        found += list(results)
    inferred = to_rdflib(found)
    assert len(inferred) > 10
    assert set(inferred) - set(reasoned.closure) == set()


def test_all_types_that_owl_2_rl_gives_to_records_are_inferred(reasoned: Reasoned) -> None:
    ours = set(reasoned.everything) | set(to_rdflib(reasoned.built.graphs[iris.INFERRED_GRAPH]))
    missing = {
        (s, o)
        for s, o in reasoned.closure.subject_objects(RDF.type)
        if str(s).startswith((iris.ID, "https://example.org/isles/id/"))
        and str(o).startswith(iris.UKFR)
        and (s, RDF.type, o) not in ours
    }
    assert missing == set()


@pytest.mark.programs
@pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")
def test_hermit_finds_ontology_and_data_consistent(everything: Graph, tmp_path: Path) -> None:
    import owlready2

    path = tmp_path / "ukfr.nt"
    everything.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    loaded = world.get_ontology(path.as_uri()).load()
    with loaded:
        owlready2.sync_reasoner_hermit(world, ignore_unsupported_datatypes=True, debug=0)  # raises if inconsistent
    assert list(world.inconsistent_classes()) == []


@pytest.mark.programs
@pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")
def test_hermit_refuses_a_clause_of_two_kinds(ontology: Graph, tmp_path: Path) -> None:
    import owlready2

    broken = Graph() + ontology
    clause = URIRef(iris.ID + "clause/x/y")
    broken.add((clause, RDF.type, URIRef(iris.UKFR + "Pledge")))
    broken.add((clause, RDF.type, URIRef(iris.UKFR + "Report")))
    broken.add((clause, RDF.type, OWL.NamedIndividual))
    path = tmp_path / "broken.nt"
    broken.serialize(path, format="nt", encoding="utf-8")
    world = owlready2.World()
    loaded = world.get_ontology(path.as_uri()).load()
    with loaded, pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        owlready2.sync_reasoner_hermit(world, ignore_unsupported_datatypes=True, debug=0)


def test_no_vocabulary_value_is_also_a_key_of_the_context() -> None:
    """A value that is a key would expand to the key's property instead of the concept."""
    keys = {k for k in read_context() if not k.startswith("@")}
    concepts = {
        iris.local_name(t.subject.value)
        for path in (ontology_folder() / "vocab").glob("*.ttl")
        for t in read_turtle(path)
        if isinstance(t.subject, ox.NamedNode) and t.predicate.value == iris.SKOS + "inScheme"
    }
    assert len(concepts) > 100
    assert concepts & keys == set()


def test_every_key_of_the_context_is_a_declared_term(everything: Graph) -> None:
    context = read_context()
    for key, definition in context.items():
        target = definition["@id"] if isinstance(definition, dict) and "@id" in definition else None
        if target is None or (isinstance(definition, dict) and definition.get("@prefix")):
            continue
        prefix, _, local = target.partition(":")
        iri = URIRef(context[prefix] + local)
        retirement = (OWL.deprecated, DCTERMS.isReplacedBy)  # of any record; no term of ours
        assert (iri, RDF.type, None) in everything or iri == RDFS.label or iri in retirement, key
