"""Return whether the dataset conforms: the SHACL shapes, and the closed-world checks that SHACL says less well.

SHACL: https://www.w3.org/TR/shacl/#validation-report. The checks of ``ontology/checks`` are SPARQL
queries of (record, message) rows; an empty answer is conformance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.build.inference import memory_store
from ukfr_graph.build.schema import read_turtle
from ukfr_graph.documents import read_query
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.records import Location
from ukfr_graph.resources import ontology_folder
from ukfr_graph.triples import Index, serialize

DATA_SHAPES = "data.ttl"
ONTOLOGY_SHAPES = "ontology.ttl"
_SH = "http://www.w3.org/ns/shacl#"
_IN_EVERY_LANGUAGE = iris.BASE + "shapes/inEveryLanguage"


def validate(
    triples: frozenset[ox.Triple],
    locations: dict[str, Location],
    languages: Mapping[str, tuple[str, ...]],
    unfinished: frozenset[str] = frozenset(),
) -> None:
    """Check the whole dataset, schema included; ``languages`` are those that each file is to be written in.

    ``unfinished`` are the nodes of drafts, which may lack what a person adds later; what they say must be right, and
    words without a quote are never a draft.

    Raises:
        DataError: with one problem for each broken rule of each record.
    """
    problems = [*run_checks(triples, locations), *check_languages(triples, locations, languages, unfinished)]
    problems += run_shapes(triples, (DATA_SHAPES, ONTOLOGY_SHAPES), locations, unfinished)
    if problems:
        raise DataError(problems)


def run_checks(triples: Iterable[ox.Triple], locations: dict[str, Location]) -> Iterator[Problem]:
    """Run the closed-world checks; yield a problem for each row that they find."""
    store = memory_store(triples)
    for path in sorted((ontology_folder() / "checks").glob("*.rq")):
        metadata, text = read_query(path, ontology_folder())
        for namespace in iris.namespaces() if "STR(id:)" in text else iris.namespaces()[:1]:
            rows = store.query(text, prefixes={**iris.PREFIXES, "id": namespace + "id/"})
            assert isinstance(rows, ox.QuerySolutions)
            places = [name for name in ("property", "value") if ox.Variable(name) in rows.variables]
            for row in rows:
                place = tuple(getattr(row[name], "value", "") for name in places)
                fix = str(metadata["fix"])
                yield locate(row["record"].value, path.stem, row["message"].value, fix, locations, *place)


def check_languages(
    triples: Iterable[ox.Triple],
    locations: dict[str, Location],
    languages: Mapping[str, tuple[str, ...]],
    unfinished: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """Check that texts are written in every language of their workspace; yield a problem for each that are not.

    Which texts are, the shapes say (``shape:inEveryLanguage``): SHACL has no word for the languages of a file.
    """
    shapes = Index(t for name in (DATA_SHAPES, ONTOLOGY_SHAPES) for t in _read_shapes(name))
    wanted = [(shapes.value(shape, _SH + "targetClass"), path) for shape, path in shapes.pairs(_IN_EVERY_LANGUAGE)]
    paths = {path for _, path in wanted}
    written: dict[tuple[str, str], set[str]] = {}
    kinds: dict[str, set[str]] = {}
    for triple in triples:
        if not isinstance(triple.subject, ox.NamedNode):
            continue
        subject, predicate, value = triple.subject.value, triple.predicate.value, triple.object
        if predicate == iris.RDF + "type" and isinstance(value, ox.NamedNode):
            kinds.setdefault(value.value, set()).add(subject)
        elif predicate in paths and isinstance(value, ox.Literal):
            written.setdefault((subject, predicate), set()).add((value.language or "").lower())
    for kind, path in sorted(wanted):
        for subject in sorted(kinds.get(kind or "", set()) - unfinished):
            location = locations.get(subject) or locations.get(subject.partition("#")[0])
            asked = languages.get(location.file, ()) if location else ()
            found = written.get((subject, path), set())
            if not (asked and found) or found == {code.lower() for code in asked}:
                continue
            message = f"{iris.shorten(path)}: is written in {_join(found)}, and not in {_join(asked)}"
            fix = "write it in each language of the workspace, which are those of workspace.yaml"
            yield locate(subject, "languages", message, fix, locations, path)


def _join(languages: Iterable[str]) -> str:
    return ", ".join(sorted(languages)) or "none"


@cache
def _read_shapes(name: str) -> tuple[ox.Triple, ...]:
    return tuple(read_turtle(ontology_folder() / "shapes" / name))


def run_shapes(
    triples: Iterable[ox.Triple],
    names: tuple[str, ...],
    locations: dict[str, Location],
    unfinished: frozenset[str] = frozenset(),
) -> list[Problem]:
    """Validate triples against the named files of shapes; list a problem for each result."""
    import shacl  # here, because serving never validates

    files = chain.from_iterable(_read_shapes(name) for name in names)
    shapes = shacl.Shapes.from_turtle(serialize(files, ox.RdfFormat.TURTLE).decode())
    report = shapes.validate_text(serialize(triples, ox.RdfFormat.N_TRIPLES).decode(), "ntriples")
    problems = []
    for result in report.results:
        focus, path, value = (str(term or "").strip("<>") for term in (result.focus_node, result.path, result.value))
        value = value if result.value_plain is None else result.value_plain
        words = [f"{iris.shorten(path)}: " if path else "", result.message or "does not conform"]
        if value and value != focus:
            words.append(f" (found {iris.shorten(value)!r})")
        rule = result.component.removesuffix("ConstraintComponent")
        if rule in _MISSING and focus in unfinished and path not in _NEVER_MISSING:
            continue
        fix = _FIXES.get(rule, _FIX)
        problems.append(locate(focus, f"shacl {rule}", "".join(words), fix, locations, path, value))
    return problems


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
    locations: dict[str, Location],
    path: str = "",
    value: str = "",
) -> Problem:
    """Say a problem of a node in terms of the file and the line of its record, or of the value where that is known."""
    location = locations.get(iri) or locations.get(iri.partition("#")[0]) or Location("ontology", 0)
    line = location.values.get((path, value)) or location.values.get((path, "")) or location.line
    return Problem(location.file, line, iris.local_id(iri), rule, message, fix)
