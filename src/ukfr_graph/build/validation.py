"""Return whether the dataset conforms: the SHACL shapes, and the closed-world checks that SHACL says less well.

SHACL: https://www.w3.org/TR/shacl/#validation-report. The checks of ``ontology/checks`` are SPARQL
queries of (record, message) rows; an empty answer is conformance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache
from itertools import chain
from tempfile import NamedTemporaryFile

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.build.schema import read_turtle
from ukfr_graph.documents import read_query
from ukfr_graph.errors import Problem
from ukfr_graph.records import Locations
from ukfr_graph.resources import ontology_folder
from ukfr_graph.triples import Index, serialize

DATA_SHAPES = "data.ttl"
ONTOLOGY_SHAPES = "ontology.ttl"
_SH = "http://www.w3.org/ns/shacl#"
_IN_EVERY_LANGUAGE = iris.BASE + "shapes/inEveryLanguage"


@dataclass(frozen=True)
class Conformance:
    """What the rules say: the ``problems``, and what drafts are ``lacking`` until they are finished.

    The ``value`` of what is lacking is the IRI of its property, or nothing.
    """

    problems: list[Problem]
    lacking: list[Problem]


def validate(
    store: ox.Store,
    graphs: Iterable[Iterable[ox.Triple]],
    locations: Locations,
    languages: Mapping[str, tuple[str, ...]],
    unfinished: AbstractSet[str] = frozenset(),
) -> Conformance:
    """Check the whole dataset, schema included; list a problem for each broken rule of each record.

    The ``store`` has the triples of the ``graphs`` in its default graph; ``languages`` are those that each file is to
    be written in. ``unfinished`` are the nodes of drafts, which may lack what a person adds later: what they say must
    be right, and words without a quote are never a draft.
    """
    with ThreadPoolExecutor(1) as thread:  # both engines let other threads run
        by_shapes = thread.submit(
            copy_context().run, run_shapes, graphs, (DATA_SHAPES, ONTOLOGY_SHAPES), locations, unfinished
        )
        found = [*run_checks(store, locations), *check_languages(store, locations, languages, unfinished)]
        found += by_shapes.result()
    lacking = [problem for problem in found if problem.rule == _LACKING]
    return Conformance([problem for problem in found if problem.rule != _LACKING], lacking)


def run_checks(store: ox.Store, locations: Locations) -> Iterator[Problem]:
    """Run the closed-world checks; yield a problem for each row that they find."""
    for path in sorted((ontology_folder() / "checks").glob("*.rq")):
        metadata, text = read_query(path, ontology_folder())
        for namespace in iris.namespaces() if "STR(id:)" in text else iris.namespaces()[:1]:
            rows = store.query(text, prefixes={**iris.prefixes(), "id": namespace + "id/"})
            assert isinstance(rows, ox.QuerySolutions)
            places = [name for name in ("property", "value") if ox.Variable(name) in rows.variables]
            for row in rows:
                place = tuple(getattr(row[name], "value", "") for name in places)
                fix = str(metadata["fix"])
                yield locate(row["record"].value, path.stem, row["message"].value, fix, locations, *place)


def check_languages(
    store: ox.Store,
    locations: Locations,
    languages: Mapping[str, tuple[str, ...]],
    unfinished: AbstractSet[str] = frozenset(),
) -> Iterator[Problem]:
    """Check that texts are written in every language of their workspace; yield a problem for each that are not.

    Which texts are, the shapes say (``shape:inEveryLanguage``): SHACL has no word for the languages of a file.
    """
    shapes = Index(t for name in (DATA_SHAPES, ONTOLOGY_SHAPES) for t in _read_shapes(name))
    target = _SH + "targetClass"
    wanted = {(shapes.value(shape, target) or "", path) for shape, path in shapes.pairs(_IN_EVERY_LANGUAGE)}
    for kind, path in sorted(wanted):
        for typed in store.quads_for_pattern(None, ox.NamedNode(iris.RDF + "type"), ox.NamedNode(kind)):
            subject = getattr(typed.subject, "value", "")
            location = locations.get(subject) or locations.get(subject.partition("#")[0])
            asked = languages.get(location.file, ()) if location else ()
            texts = [quad.object for quad in store.quads_for_pattern(typed.subject, ox.NamedNode(path), None)]
            found = {(text.language or "").lower() for text in texts if isinstance(text, ox.Literal)}
            if not (asked and found) or found == {code.lower() for code in asked}:
                continue
            message = f"{iris.shorten(path)}: is written in {_join(found)}, and not in {_join(asked)}"
            fix = "write it in each language of the workspace, which are those of workspace.yaml"
            yield locate(subject, _LACKING if subject in unfinished else "languages", message, fix, locations, path)


def _join(languages: Iterable[str]) -> str:
    return ", ".join(sorted(languages)) or "none"


@cache
def _read_shapes(name: str) -> tuple[ox.Triple, ...]:
    return tuple(read_turtle(ontology_folder() / "shapes" / name))


def run_shapes(
    graphs: Iterable[Iterable[ox.Triple]],
    names: tuple[str, ...],
    locations: Locations,
    unfinished: AbstractSet[str] = frozenset(),
) -> list[Problem]:
    """Validate graphs together against the named files of shapes; list a problem for each result.

    What ``unfinished`` nodes may lack is told by the rule "lacking".
    """
    import shacl  # here, because serving never validates

    files = chain.from_iterable(_read_shapes(name) for name in names)
    shapes = shacl.Shapes.from_turtle(serialize(files, ox.RdfFormat.TURTLE).decode())
    with NamedTemporaryFile(suffix=".nt") as file:  # half a million triples are not held as a text besides
        for triples in graphs:
            file.write(serialize(triples, ox.RdfFormat.N_TRIPLES))
        file.flush()
        report = shapes.validate_file(file.name)
    problems = []
    for result in report.results:
        focus, path, value = (str(term or "").strip("<>") for term in (result.focus_node, result.path, result.value))
        value = value if result.value_plain is None else result.value_plain
        words = [f"{iris.shorten(path)}: " if path else "", result.message or "does not conform"]
        if value and value != focus:
            words.append(f" (found {iris.shorten(value)!r})")
        rule = result.component.removesuffix("ConstraintComponent")
        fix = _FIXES.get(rule, _FIX)
        if rule in _MISSING and focus in unfinished and path not in _NEVER_MISSING:
            problems.append(locate(focus, _LACKING, result.message or "", fix, locations, path))
            continue
        problems.append(locate(focus, f"shacl {rule}", "".join(words), fix, locations, path, value))
    return problems


_LACKING = "lacking"  # no rule is broken yet
_MISSING = ("MinCount", "Or", "Node")
_NEVER_MISSING = (iris.UKFR + "evidence", iris.OA + "hasSelector", iris.OA + "exact")
_FIX = "give the record what the rule asks for; ontology/shapes says it in full"
_FIXES = {
    "MinCount": "add the missing key",
    "MaxCount": "keep one value",
    "Datatype": "write a value of the type asked for, such as 2016-08-30 for a date",
    "UniqueLang": "keep one text per language",
    "Class": "point to a record of the class asked for",
    "In": "use one of the values listed in ontology/vocab",
    "Pattern": "write the value in the form asked for",
}


def locate(
    iri: str,
    rule: str,
    message: str,
    fix: str,
    locations: Locations,
    path: str = "",
    value: str = "",
) -> Problem:
    """Say a problem of a node in terms of the file and the line of its record, or of the value where that is known."""
    location = locations.find(iri, path, value)
    return Problem(location.file, location.line, iris.local_id(iri), rule, message, fix, value or path)
