"""Return whether the dataset conforms: the SHACL shapes, and the closed-world checks that SHACL says less well.

SHACL: https://www.w3.org/TR/shacl/#validation-report. The checks of ``ontology/checks`` are SPARQL
queries of (record, message) rows; an empty answer is conformance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from tempfile import NamedTemporaryFile

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.build.schema import read_turtle
from ukfr_graph.documents import read_query
from ukfr_graph.errors import Problem
from ukfr_graph.records import Locations
from ukfr_graph.resources import ontology_folder
from ukfr_graph.triples import serialize

DATA_SHAPES = "data.ttl"
ONTOLOGY_SHAPES = "ontology.ttl"


def validate(store: ox.Store, graphs: Iterable[Iterable[ox.Triple]], locations: Locations) -> list[Problem]:
    """Check the whole dataset, schema included; list a problem for each broken rule of each record.

    The ``store`` has the triples of the ``graphs`` in its default graph.
    """
    with ThreadPoolExecutor(1) as thread:  # both engines let other threads run
        by_shapes = thread.submit(run_shapes, graphs, (DATA_SHAPES, ONTOLOGY_SHAPES), locations)
        return [*run_checks(store, locations), *by_shapes.result()]


def run_checks(store: ox.Store, locations: Locations) -> Iterator[Problem]:
    """Run the closed-world checks; yield a problem for each row that they find."""
    for path in sorted((ontology_folder() / "checks").glob("*.rq")):
        metadata, text = read_query(path, ontology_folder())
        rows = store.query(text, prefixes=dict(iris.PREFIXES))
        assert isinstance(rows, ox.QuerySolutions)
        places = [name for name in ("property", "value") if ox.Variable(name) in rows.variables]
        for row in rows:
            place = tuple(getattr(row[name], "value", "") for name in places)
            fix = str(metadata["fix"])
            yield locate(row["record"].value, path.stem, row["message"].value, fix, locations, *place)


def run_shapes(graphs: Iterable[Iterable[ox.Triple]], names: tuple[str, ...], locations: Locations) -> list[Problem]:
    """Validate graphs together against the named files of shapes; list a problem for each result."""
    import shacl  # here, because serving never validates

    files = chain.from_iterable(read_turtle(ontology_folder() / "shapes" / name) for name in names)
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
        problems.append(locate(focus, f"shacl {rule}", "".join(words), fix, locations, path, value))
    return problems


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
    return Problem(location.file, location.line, iri.removeprefix(iris.ID), rule, message, fix)
