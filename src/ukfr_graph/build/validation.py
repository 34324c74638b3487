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
from ukfr_graph.errors import Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.records import Locations
from ukfr_graph.resources import ontology_folder, read_context
from ukfr_graph.triples import Index, serialize

DATA_SHAPES = "data.ttl"
ONTOLOGY_SHAPES = "ontology.ttl"
_SH = "http://www.w3.org/ns/shacl#"
_IN_EVERY_LANGUAGE = iris.BASE + "shapes/inEveryLanguage"


@dataclass(frozen=True)
class Conformance:
    """The findings of the rules: the ``problems``, and what drafts are ``lacking`` until they are finished.

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
            names, template = [variable.value for variable in rows.variables], str(metadata["message"])
            for row in rows:
                values = {name: str(getattr(row[name], "value", "")) for name in names}
                told = {name: iris.shorten(value) for name, value in values.items() if f"%({name})" in template}
                message, fix = Message(template, told), Message(str(metadata["fix"]))
                place = [values[name] for name in ("property", "value") if name in values]
                yield locate(values["record"], path.stem, message, fix, locations, *place)


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
            message = make_message(
                "%(property)s: is written in %(found)s, and not in %(asked)s",
                property=iris.shorten(path),
                found=_join(found),
                asked=_join(asked),
            )
            fix = Message(_("write it in each language of the workspace, which are those of workspace.yaml"))
            yield locate(subject, _LACKING if subject in unfinished else "languages", message, fix, locations, path)


def _join(languages: Iterable[str]) -> str | Message:
    return ", ".join(sorted(languages)) or Message(_("none"))


@cache
def _read_shapes(name: str) -> tuple[ox.Triple, ...]:
    return tuple(read_turtle(ontology_folder() / "shapes" / name))


@cache
def _list_texts() -> frozenset[str]:
    """Return the IRIs of the properties that are written by language."""
    definitions = [d for d in read_context().values() if isinstance(d, dict) and d.get("@container") == "@language"]
    return frozenset(iris.expand(str(definition["@id"])) for definition in definitions)


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
        rule = result.component.removesuffix("ConstraintComponent")
        said, fix = Message(result.message or _("does not conform")), Message(_FIXES.get(rule, _FIX))
        if rule == "Datatype" and path in _list_texts():
            fix = Message(_("write it by language, such as {en: a text}"))
        if rule in _MISSING and focus in unfinished and path not in _NEVER_MISSING:
            problems.append(locate(focus, _LACKING, said, fix, locations, path))
            continue
        if path:
            said = make_message("%(property)s: %(message)s", property=iris.shorten(path), message=said)
        if value and value != focus:
            said = make_message(FOUND, message=said, value=repr(iris.shorten(value)))
        problems.append(locate(focus, f"shacl {rule}", said, fix, locations, path, value))
    return problems


_LACKING = "lacking"  # no rule is broken yet
_MISSING = ("MinCount", "Or", "Node")
_NEVER_MISSING = (iris.UKFR + "evidence", iris.OA + "hasSelector", iris.OA + "exact")
FOUND = _("%(message)s (found %(value)s)")
"""A message about a value, and the value."""

_FIX = _("give the record what the rule asks for; ontology/shapes says it in full")
_FIXES = {
    "MinCount": _("add the missing key"),
    "MaxCount": _("keep one value"),
    "Datatype": _("write a value of the type asked for, such as 2016-08-30 for a date"),
    "UniqueLang": _("keep one text per language"),
    "Class": _("point to a record of the class asked for"),
    "In": _("use one of the values listed in ontology/vocab"),
    "Pattern": _("write the value in the form asked for"),
}


def locate(
    iri: str,
    rule: str,
    message: Message,
    fix: Message,
    locations: Locations,
    path: str = "",
    value: str = "",
) -> Problem:
    """Say a problem of a node in terms of the file and the line of its record, or of the value where that is known."""
    location = locations.find(iri, path, value)
    return Problem(location.file, location.line, iris.local_id(iri), rule, message, fix, value or path)
