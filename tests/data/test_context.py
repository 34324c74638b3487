import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from context import write_context
from ukfr_graph.resources import ontology_folder


def _write_with(folder: Path, terms: str, shapes: str = "") -> dict[str, Any]:
    """The context of an ontology that has more properties, and more shapes that ask for something of them."""
    ontology = shutil.copytree(ontology_folder(), folder / "ontology")
    for name, more in (("ukfr.ttl", terms), ("shapes/data.ttl", shapes)):
        path = ontology / name
        path.write_text(f"{path.read_text('utf-8')}\n{more}\n", "utf-8")
    context: dict[str, Any] = json.loads(write_context(ontology))["@context"]
    return context


def test_a_property_becomes_a_key_for_its_kind_of_value(tmp_path: Path) -> None:
    terms = """
        ukfr:newThing a owl:ObjectProperty .
        ukfr:newWords a owl:DatatypeProperty ; rdfs:range rdf:langString .
        ukfr:newLabel a owl:DatatypeProperty .
        ukfr:newShare a owl:DatatypeProperty ; rdfs:range xsd:decimal .
        ukfr:newDay a owl:DatatypeProperty .
        ukfr:newCode a owl:DatatypeProperty ; rdfs:range xsd:string .
        ukfr:unitNote a owl:AnnotationProperty .
    """
    shapes = '[] sh:path ukfr:newDay ; sh:datatype xsd:date . [] sh:path ukfr:newLabel ; sh:languageIn ("en") .'
    context = _write_with(tmp_path, terms, shapes)
    assert context["newThing"] == {"@id": "ukfr:newThing", "@type": "@id"}
    assert context["newWords"] == {"@id": "ukfr:newWords", "@container": "@language"}
    assert context["newLabel"] == {"@id": "ukfr:newLabel", "@container": "@language"}
    assert context["newShare"] == {"@id": "ukfr:newShare", "@type": "xsd:decimal"}
    assert context["newDay"] == {"@id": "ukfr:newDay", "@type": "xsd:date"}
    assert context["newCode"] == "ukfr:newCode"
    assert context["measureKind"]["@context"] == {"@vocab": "https://w3id.org/ukfr/vocab/measure-kind/"}
    assert not {"unitNote", "holder", "inferredHolder", "target", "cites", "novelty", "verdict"} & context.keys()


@pytest.mark.parametrize("term", ["a owl:ObjectProperty ; rdfs:range skos:Concept", "a owl:DatatypeProperty"])
def test_a_property_of_unknown_values_is_refused(tmp_path: Path, term: str) -> None:
    with pytest.raises(ValueError, match="newTerm"):
        _write_with(tmp_path, f"ukfr:newTerm {term} .")
