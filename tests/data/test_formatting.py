from formatting import canonical_turtle, canonical_yaml, find_unformatted


def test_ontology_and_records_are_in_canonical_form() -> None:
    assert sorted(find_unformatted()) == [], "repair with: make format"


def test_the_canonical_form_is_stable() -> None:
    turtle = canonical_turtle('@prefix a: <https://a/> . a:b a:c [ a:d "x"@en ], "y" .')
    assert canonical_turtle(turtle) == turtle
    yaml = canonical_yaml("a:   b   # why\nc: ['x',   \"y\"]\n")
    assert canonical_yaml(yaml) == yaml
    assert "# why" in yaml
