"""A language that lacks a name has the English one, before a thing is called by its IRI."""

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.query.labels import choose_names
from ukfr_graph.term_names import INVERSE_LABEL, LABEL, PLURAL_LABEL, find_text

PLACE = iris.UKFR + "Place"


def _row(name: str, language: str | None, kind: str = "label") -> dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]:
    return {
        "thing": ox.NamedNode(PLACE),
        "property": ox.NamedNode(iris.RDFS + kind),
        "name": ox.Literal(name, language=language),
    }


def test_a_third_language_falls_back_to_english() -> None:
    rows = [_row("place", "en"), _row("lieu", "fr")]
    assert choose_names(rows, "de").of(PLACE).name == "place"
    assert choose_names(rows, "fr").of(PLACE).name == "lieu"
    assert choose_names([*rows, _row("Ort", "de")], "de").of(PLACE).name == "Ort"


def test_a_name_of_no_language_comes_before_the_english_one() -> None:
    assert choose_names([_row("place", "en"), _row("Calais", None)], "fr").label(PLACE) == "Calais"


def test_what_has_neither_is_called_by_its_compact_iri() -> None:
    assert choose_names([_row("lieu", "fr")], "de").of(PLACE).name == "ukfr:Place"
    assert choose_names([_row("lieu", "fr")], "de").label(PLACE) == ""


def test_texts_of_terms_fall_back_to_english() -> None:
    assert find_text(LABEL, PLACE, "de") == "place"
    assert find_text(PLURAL_LABEL, PLACE, "fr") == "Lieux"
    assert find_text(INVERSE_LABEL, iris.DCTERMS + "source", "de") == "Source of"
    assert find_text(LABEL, "https://example.org/x", "en") == ""
