import shutil
from pathlib import Path

import pytest

from formatting import ROOT, canonical_turtle, canonical_yaml, find_unformatted, write_derived

PROPERTY = """
ukfr:sailsFrom a owl:ObjectProperty ;
    rdfs:label "sails from"@en , "part de"@fr ; rdfs:domain ukfr:Actor ; rdfs:range ukfr:Place ;
    rdfs:isDefinedBy <https://w3id.org/ukfr/ontology> ; skos:definition "Its port."@en , "Son port."@fr .
"""


@pytest.mark.exhaustive  # `make check` asks it too
def test_ontology_and_records_are_in_canonical_form() -> None:
    assert [str(path) for path, _ in find_unformatted()] == [], "repair with: make format"


def test_a_new_property_is_in_all_that_is_written_from_the_ontology_at_once(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=lambda _, names: set(names) - {"keys.md", "settings.md"})
    with (tmp_path / "ontology/ukfr.ttl").open("a") as file:
        file.write(PROPERTY)
    for path, text in write_derived(tmp_path):
        path.write_text(text, "utf-8")
    for name in ("ontology/context.jsonld", "ontology/records.schema.json", "docs/keys.md"):
        assert "sailsFrom" in (tmp_path / name).read_text("utf-8"), name


def test_the_canonical_form_is_stable() -> None:
    turtle = canonical_turtle('@prefix a: <https://a/> . a:b a:c [ a:d "x"@en ], "y" .')
    assert canonical_turtle(turtle) == turtle
    yaml = canonical_yaml("a:   b   # why\nc: ['x',   \"y\"]\n")
    assert canonical_yaml(yaml) == yaml
    assert "# why" in yaml
