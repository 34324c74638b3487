"""The JSON-LD context of the records, written from the ontology and the shapes.

https://www.w3.org/TR/json-ld11/#context-definitions. A property of ours is a key by its local name, unless records say
it by a role. ``ontology/context.seed.json`` has what cannot be derived: prefixes, keys of other names, terms of other
vocabularies. A key that it gives an IRI alone is completed here, one that it defines stays, and ``null`` is no key.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef

from ukfr_graph import iris

_ROLE_PROPERTIES = (URIRef(iris.UKFR + "statedProperty"), URIRef(iris.UKFR + "inferredProperty"))


def write_context(ontology: Path) -> str:
    """Return the text of ``context.jsonld`` for a folder of the ontology, its shapes and vocabularies.

    Raises:
        ValueError: nothing says what kind of value a property of ours has.
    """
    seed: dict[str, Any] = json.loads((ontology / "context.seed.json").read_text("utf-8"))["@context"]
    schema = Graph().parse(ontology / "ukfr.ttl")
    shapes = Graph().parse(ontology / "shapes/data.ttl")
    roles = Graph().parse(ontology / "vocab/role.ttl")
    by_role = {iri for kind in _ROLE_PROPERTIES for iri in roles.objects(None, kind)}
    ours = {
        iris.local_name(str(iri)): iris.shorten(str(iri))
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for iri in schema.subjects(RDF.type, kind)
        if str(iri).startswith(iris.UKFR) and iri not in by_role
    }
    context = {}
    for key, said in (seed | {key: ours[key] for key in sorted(ours.keys() - seed.keys())}).items():
        prefix, _, name = said.partition(":") if isinstance(said, str) else ("", "", "")
        if prefix in seed:
            kind = _find_kind(URIRef(seed[prefix] + name), schema, shapes, ontology / "vocab")
            context[key] = {"@id": said, **kind} if kind else said
        elif said is not None:
            context[key] = said
    return json.dumps({"@context": context}, indent=2, ensure_ascii=False) + "\n"


def _find_kind(iri: URIRef, schema: Graph, shapes: Graph, vocabularies: Path) -> dict[str, Any]:
    """Find what values a property has; nothing where they are plain texts."""
    asked = list(shapes.subjects(SH.path, iri))
    ranges = set(schema.objects(iri, RDFS.range)) | {
        kind for shape in asked for kind in shapes.objects(shape, SH.datatype)
    }
    if RDF.langString in ranges or any((shape, SH.languageIn, None) in shapes for shape in asked):
        return {"@container": "@language"}
    if SKOS.Concept in ranges:
        name = re.sub("[A-Z]", lambda capital: f"-{capital[0].lower()}", iris.local_name(iri))
        if not (vocabularies / f"{name}.ttl").is_file():
            raise ValueError(f"No vocabulary is called '{name}': say in context.seed.json which one {iri} takes.")
        return {"@type": "@vocab", "@context": {"@vocab": f"{iris.VOCABULARY}{name}/"}}
    if (iri, RDF.type, OWL.ObjectProperty) in schema or any((shape, SH.nodeKind, SH.IRI) in shapes for shape in asked):
        return {"@type": "@id"}
    datatypes = sorted(iris.shorten(str(kind)) for kind in ranges if str(kind).startswith(iris.XSD))
    if not datatypes and iri.startswith(iris.UKFR):
        raise ValueError(f"Say in ukfr.ttl or shapes/data.ttl which datatype {iri} has.")
    return {"@type": datatypes[0]} if datatypes and datatypes != ["xsd:string"] else {}
