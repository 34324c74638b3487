"""Our own questions are written in forms that engines agree on; what Jena and Virtuoso answered to others is in decision 64."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ukfr_graph.resources import data_folder, package_folder, queries_folder

FORMS = {
    "a group in a path is optional: write p?/q? for (p/q?)?": r"/[^()|]*\?\)\?",
    "p+ is p/p*: Virtuoso asks where it should begin": r"(?<=[\w>])\+(?=[\s/|)])",
    "a path of any length stands alone: write UNION for (p/q*)|r": r"\*\)\s*\||\|\s*\([^()]*\*\)",
    "what may be unbound is not compared within COALESCE: write ?a = COALESCE(?__b, ?a)": r"COALESCE\([^,]*[^!<>]=",
    "whether something exists is asked by FILTER, or as an OPTIONAL that is BOUND": r"BIND\s*\(\s*(?:NOT\s+)?EXISTS",
    "what may be unbound is asked for by FILTER NOT EXISTS, not compared": r"!=\s*COALESCE\(|COALESCE\([^()]*(?:\([^()]*\))?[^()]*\)\s*!=",
    "days are compared as xsd:date(?a) <= xsd:date(?b)": r"\?\w*(?:date|day|from|until|as_of|then|latest)\s*[<>]=?",
    "GROUP_CONCAT and MIN of what may be an IRI, or have a language, take STR": (
        r"GROUP_CONCAT\((?:DISTINCT )?\?(?!who\b|qui\b)|MIN\(\?one\)"
    ),
    "a name has no escape: write the IRI": r"[\w-]:[\w-]+\\\\/",
}


def list_questions() -> Iterator[Path]:
    for folder in (queries_folder(), data_folder() / "queries", package_folder()):
        yield from (
            path for path in folder.rglob("*.rq") if "_bundled" not in path.parts and "federated" not in path.parts
        )


def find_faults(text: str) -> list[str]:
    """Say which forms a question has that engines read differently; comments and texts are left out."""
    bare = re.sub(r"<[^<>\s]*>|\"[^\"\n]*\"|(?m:^\s*#.*$)", "<>", text)
    return [form for form, pattern in FORMS.items() if re.search(pattern, bare)]


@pytest.mark.parametrize("path", sorted(list_questions()), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_question_is_written_in_forms_that_engines_agree_on(path: Path) -> None:
    assert find_faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "?s (ukfr:expression/spdx:checksum?)? ?o",
        "?s rdfs:subClassOf+ ?o .",
        "?s (dcterms:subject/skos:broader*)|ukfr:holder ?o",
        "?s ?p ?o FILTER (COALESCE(?s = ?__s_iri, true))",
        "?s ?p ?o BIND (EXISTS { ?s ukfr:holder ?h } AS ?has)",
        'BIND (STR(?seen) != COALESCE(STR(?published), "") AS ?mirror)',
        "?s ukfr:asOf ?as_of FILTER (?as_of <= ?_day_date)",
        "SELECT (GROUP_CONCAT(?operand) AS ?all) WHERE { ?s ?p ?operand }",
    ],
)
def test_a_form_that_engines_read_differently_is_found(pattern: str) -> None:
    assert len(find_faults(pattern)) == 1
