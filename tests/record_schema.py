"""What a curator may write, from the ontology and its shapes: a JSON Schema for editors, and a page of keys and terms.

https://json-schema.org/draft-07, which language servers for YAML read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Node, URIRef
from rdflib.collection import Collection

from ukfr_graph import iris
from ukfr_graph.own_terms import TERM_TYPES
from ukfr_graph.shorthand import JUDGEMENTS, KEYS, NESTED, read_terms

ADDRESS = iris.BASE + "records.schema.json"
_OTHER_TYPES = ("adms:Identifier", "prov:Agent", "spdx:Checksum")
_HEADS = {"@context": {"type": "array"}, "defaults": {"$ref": "#/definitions/defaults"}}
_FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "boolean": ("true or false", {"enum": [True, False, "true", "false"]}),
    "integer": ("a whole number", {"type": ["integer", "string"], "pattern": r"^-?\d+$"}),
    "nonNegativeInteger": ("a whole number", {"type": ["integer", "string"], "pattern": r"^\d+$"}),
    "decimal": ("a number", {"type": ["number", "string"], "pattern": r"^-?\d+(\.\d+)?$"}),
    "date": ("a day such as 2016-08-30", {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
    "hexBinary": ("hexadecimal digits", {"type": "string", "pattern": "^([0-9A-Fa-f]{2})+$"}),
}


@dataclass(frozen=True)
class Key:
    """A key of records: what its values are, in words and as a schema, on which types it stands, and what it means.

    ``types`` are empty where it stands on all.
    """

    name: str
    words: str
    schema: dict[str, Any]
    types: tuple[str, ...]
    definition: str


class Model:
    """The keys, types and terms that the ontology, its context, shapes and vocabularies have."""

    def __init__(self, ontology: Path) -> None:
        self.context: dict[str, Any] = json.loads((ontology / "context.jsonld").read_text("utf-8"))["@context"]
        self.graph = Graph().parse(ontology / "ukfr.ttl").parse(ontology / "names.ttl")
        self.shapes = Graph().parse(ontology / "shapes/data.ttl")
        self.vocabularies = {path.stem: Graph().parse(path) for path in sorted((ontology / "vocab").glob("*.ttl"))}
        self.types = sorted(
            iris.local_name(str(cls))
            for cls in self.graph.subjects(RDF.type, OWL.Class)
            if isinstance(cls, URIRef) and cls.startswith(iris.UKFR)
        )
        scoped = [s["@context"].items() for n, s in self.context.items() if n in self.types and isinstance(s, dict)]
        by_type: dict[str, list[Any]] = {}
        for key, said in (pair for pairs in scoped for pair in pairs):
            by_type.setdefault(key, []).append(said)
        keys = {name: [said] for name, said in self.context.items() if self._is_key(name)} | by_type
        self.keys = [self._read_key(name, said) for name, said in sorted(keys.items())]

    def terms(self, scheme: str) -> dict[str, str]:
        """Return the terms of a vocabulary with their definitions in English."""
        graph, start = self.vocabularies[scheme], f"{iris.VOCABULARY}{scheme}/"
        found = {str(c).removeprefix(start): self.define(c, graph) for c in graph.subjects(RDF.type, SKOS.Concept)}
        return dict(sorted(found.items()))

    def define(self, subject: Node, graph: Graph | None = None) -> str:
        """Return the definition of a term in English, or else its label."""
        for predicate in (SKOS.definition, RDFS.comment, SKOS.prefLabel, RDFS.label):
            for text in (graph or self.graph).objects(subject, predicate):
                if getattr(text, "language", None) == "en":
                    return str(text)
        return ""

    def needs(self, kind: str) -> list[str]:
        """List what the shapes ask of records of a type, in their words."""
        shapes = self.shapes.subjects(SH.targetClass, URIRef(iris.UKFR + kind))
        asked = [part for shape in shapes for part in (*self.shapes.objects(shape, SH.property), shape)]
        return sorted({str(m) for part in asked for m in self.shapes.objects(part, SH.message)})

    def _is_key(self, name: str) -> bool:
        said = self.context[name]
        is_prefix = (isinstance(said, dict) and "@prefix" in said) or (
            isinstance(said, str) and said.startswith("http")
        )
        return not (name.startswith("@") or is_prefix or ":" in name or name in self.types)

    def _read_key(self, name: str, ways: list[Any]) -> Key:
        """Read a key by the ways that the context defines it: one, or one for each type that it stands on."""
        address = str(ways[0]["@id"] if isinstance(ways[0], dict) else ways[0])
        iri = URIRef(iris.expand(address) if ":" in address else iris.UKFR + address)
        read = [self._read_values(said) for said in ways]
        words = " or ".join(words for words, _ in read)
        schema = read[0][1] if len(read) == 1 else {"anyOf": [schema for _, schema in read]}
        domains = {kind for domain in self.graph.objects(iri, RDFS.domain) for kind in self._with_narrower(domain)}
        return Key(name, words, schema, tuple(sorted(domains)), self.define(iri))

    def _with_narrower(self, domain: Node) -> Iterable[str]:
        union = self.graph.value(domain, OWL.unionOf)
        for cls in Collection(self.graph, union) if union else [domain]:
            for narrower in self.graph.transitive_subjects(RDFS.subClassOf, cls):
                yield iris.local_name(str(narrower))

    def _read_values(self, said: Any) -> tuple[str, dict[str, Any]]:
        if said in ("@id", "@type"):
            return (
                ("the identifier", {"type": "string"})
                if said == "@id"
                else ("one type or several", _many(self._type()))
            )
        if not isinstance(said, dict) or not said.keys() & {"@type", "@container"}:
            return "a text", _many({"type": ["string", "number", "boolean"]})
        if said.get("@container") == "@language":
            return "a text in each language", {"$ref": "#/definitions/texts"}
        kind = said["@type"]
        if kind == "@vocab" and (scope := said.get("@context", {}).get("@vocab", "")).startswith(iris.VOCABULARY):
            scheme = scope.removeprefix(iris.VOCABULARY).rstrip("/")
            return f"a term of [{scheme}](#{scheme})", _many({"$ref": f"#/definitions/{scheme}"})
        if kind in ("@id", "@vocab"):
            return "the id of a record, or its keys", _many({"$ref": "#/definitions/node"})
        words, schema = _FORMS[kind.removeprefix("xsd:")]
        return words, _many(schema)

    def _type(self) -> dict[str, Any]:
        return {"enum": [*self.types, *_OTHER_TYPES, *TERM_TYPES]}


def _many(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def write_schema(ontology: Path) -> str:
    """Return the text of ``records.schema.json``."""
    model = Model(ontology)
    _, clauses, roles = read_terms()
    line = _many({"type": "string"})
    short = {
        **{
            name: {"type": "string", "pattern": "/", "description": f"{model.define(URIRef(iris.UKFR + name))}"}
            for name in sorted(clauses)
        },
        **{
            role: {**line, "description": f'{text} Write: record "words that name it".'}
            for role, text in model.terms("role").items()
            if role in roles
        },
        **{name: {"type": "string", "description": "Write: verdict confidence (reason)."} for name in JUDGEMENTS},
    }
    keys = {key.name: {"description": key.definition, **key.schema} for key in model.keys}
    keys["quote"] = {"description": "The exact words.", "anyOf": [{"type": "string"}, {"$ref": "#/definitions/node"}]}
    record = {
        "type": "object",
        "properties": keys | short,
        "additionalProperties": False,
        "allOf": list(_by_type(model, short)),
    }
    definitions: dict[str, Any] = {
        "texts": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": _many({"type": "string"})}]},
        "node": {"anyOf": [{"type": "string"}, {"$ref": "#/definitions/record"}]},
        "record": record,
        "defaults": {"type": "object", "properties": {name: {} for name in KEYS}, "additionalProperties": False},
        **{scheme: _choose(model.terms(scheme), scheme) for scheme in model.vocabularies},
    }
    heads = [{"required": ["id", "type"]}, *({"required": [name]} for name in sorted(clauses))]
    top = {"allOf": [{"$ref": "#/definitions/record"}, {"anyOf": heads}]}
    return (
        json.dumps(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "$id": ADDRESS,
                "title": "A file of records",
                "type": "object",
                "required": ["@context", "@graph"],
                "properties": {**_HEADS, "@graph": {"type": "array", "items": top}},
                "additionalProperties": False,
                "definitions": definitions,
            },
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )


def _choose(terms: dict[str, str], scheme: str) -> dict[str, Any]:
    """Offer the terms of a vocabulary; one that workspaces may add to takes others too."""
    offered: list[dict[str, Any]] = [{"const": name, "description": text} for name, text in terms.items()]
    return {"anyOf": [*offered, {"type": "string"}] if scheme in TERM_TYPES.values() else offered}


def _by_type(model: Model, short: Iterable[str]) -> Iterable[dict[str, Any]]:
    """Yield for each type the keys that do not belong on it."""
    for kind in model.types:
        allowed = {key.name for key in model.keys if not key.types or kind in key.types} | set(short)
        refused = sorted({key.name for key in model.keys} - allowed - set(NESTED))
        yield {
            "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
            "then": {"properties": dict.fromkeys(refused, False)},
        }


def write_keys(text: str, ontology: Path) -> str:
    """Put the types, keys and terms into the page that lists them, below its introduction."""
    model = Model(ontology)
    lines = ["## Types", "", "| type | is | needs |", "|---|---|---|"]
    for kind in model.types:
        meaning, needs = model.define(URIRef(iris.UKFR + kind)), "; ".join(model.needs(kind))
        lines += [f"| `{kind}` | {_cell(meaning)} | {_cell(needs)} |"]
    lines += ["", "## Keys", "", "| key | value | on | is |", "|---|---|---|---|"]
    for key in model.keys:
        where = ", ".join(f"`{kind}`" for kind in key.types) or "any"
        lines += [f"| `{key.name}` | {key.words} | {where} | {_cell(key.definition)} |"]
    lines += ["", "## Terms"]
    for scheme in model.vocabularies:
        lines += ["", f"### {scheme}", "", "| term | is |", "|---|---|"]
        lines += [f"| `{name}` | {_cell(definition)} |" for name, definition in model.terms(scheme).items()]
    return re.sub(r"(?s)## Types\n.*", lambda _: "\n".join(lines) + "\n", text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
