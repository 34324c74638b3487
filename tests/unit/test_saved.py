"""Saved queries from a folder of one's own: sensible without metadata, and broken files are reported, not raised."""

import re
from pathlib import Path

import pytest
from rdflib.plugins.sparql import prepareQuery

from ukfr_graph.errors import NotFoundError, SettingsError
from ukfr_graph.iris import UKFR
from ukfr_graph.query import SavedQuery
from ukfr_graph.query.examples import describe_examples, fill
from ukfr_graph.query.saved import RESERVED
from ukfr_graph.query.saved_files import find_query, read_library, read_queries


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_a_query_without_metadata_is_asked_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, "how-many_things.rq", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    write(tmp_path, "area/french.rq", "#+ summary-fr: Combien ?\nASK { ?s ?p ?o }")
    library = read_library(tmp_path)
    query = library.find("how-many_things")
    assert query.summary == {"en": "How many things", "fr": "How many things"}
    assert (query.form, query.kind, query.page_size) == ("SELECT", "solutions", None)
    assert library.find("french").summary == {"en": "Combien ?", "fr": "Combien ?"}
    assert library.find("french").area == "area"
    assert "money" in library.queries
    assert library.problems == ()


@pytest.mark.parametrize(
    ("text", "line", "rule", "words"),
    [
        ("SELECT ?x {\n  ?x a\n}", 3, "sparql", ""),
        ("#+ summary: x\nSELECT * { ?x a nope:Thing }", 2, "sparql", "nope"),
        ("#+ summary: 'x\nSELECT * { ?s ?p ?o }", 1, "yaml", ""),
        ("# nothing here", 1, "sparql", "no SELECT"),
        ("#+ defaults:\n#+   - day: tomorrow\nSELECT * { ?s ?p ?_day_date }", 1, "metadata", "tomorrow"),
        ("#+ examples:\n#+   - {other: 1}\nSELECT * { ?s ?p ?_day_date }", 1, "metadata", "other"),
        ("#+ pagination: many\nSELECT * { ?s ?p ?o }", 1, "metadata", "many"),
        ("SELECT * { ?s ?p ?_version_literal }", 1, "metadata", "version"),
    ],
)
def test_a_broken_file_is_a_problem_with_its_line(tmp_path: Path, text: str, line: int, rule: str, words: str) -> None:
    write(tmp_path, "area/broken.rq", text)
    library = read_library(tmp_path)
    (problem,) = library.problems
    assert (problem.file, problem.line, problem.rule) == ("area/broken.rq", line, rule)
    assert words in str(problem.message)
    with pytest.raises(NotFoundError, match=r"area/broken\.rq"):
        library.find("broken")
    assert "money" in library.queries


def test_a_name_that_is_taken_or_no_address_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "money.rq", "ASK { ?s ?p ?o }")
    write(tmp_path, "not a name.rq", "ASK { ?s ?p ?o }")
    assert [p.rule for p in read_library(tmp_path).problems] == ["duplicate-id", "name"]
    assert read_library(tmp_path).find("money").area == "figures"


def test_a_file_that_is_not_utf_8_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes("ASK { ?s ?p 'é' }".encode("latin-1"))
    assert [(p.rule, p.line) for p in read_library(tmp_path).problems] == [("encoding", 1)]


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="none"):
        read_library(tmp_path / "none")


def test_no_bundled_parameter_has_a_reserved_name() -> None:
    assert not {p.name for q in read_library().queries.values() for p in q.parameters} & set(RESERVED)


def test_values_stand_at_the_start_of_the_outermost_pattern(tmp_path: Path) -> None:
    write(
        tmp_path, "made.rq",
        "#+ defaults:\n#+   - t: a \"quoted\" }} text\nPREFIX x: <http://x/>\nCONSTRUCT { ?s ?p ?_t_en }\n"
        "# a brace {\nWHERE { ?s ?p ?_t_en }",
    )  # fmt: skip
    write(tmp_path, "needs.rq", "SELECT * { ?s ?p ?_t_en }")
    library = read_library(tmp_path)
    assert library.problems == ()
    assert 'WHERE { VALUES (?_t_en) { ("a \\"quoted\\" }} text"@en) } ?s ?p ?_t_en }' in fill(library.find("made"))
    assert fill(library.find("needs")) == ""


@pytest.mark.parametrize("query", list(read_queries().values()), ids=list(read_queries()))
def test_a_file_is_read_alone_by_any_reader_of_sparql(query: SavedQuery) -> None:
    """No prefix is presupposed, and a value may stand wherever the parameter does (as grlc puts it there)."""
    text = query.path.read_text("utf-8")
    assert query.standalone == text
    prepareQuery(text)
    for parameter in query.parameters:
        term = "<urn:x>" if parameter.kind == "iri" else '"2016-08-30"'
        text = re.sub(rf"[?$]{parameter.variable}\b", term, text)
    if query.parameters:
        prepareQuery(text)


def test_a_query_of_ones_own_is_published_with_its_prefixes(tmp_path: Path) -> None:
    write(tmp_path, "mine/mine.rq", "#+ summary: Who?\nPREFIX x: <urn:x:>\nSELECT * { ?s a ukfr:Actor, x:Y }\n")
    query = find_query("mine", tmp_path)
    assert query.standalone.splitlines()[:3] == ["#+ summary: Who?", f"PREFIX ukfr: <{UKFR}>", "PREFIX x: <urn:x:>"]
    prepareQuery(query.standalone)
    (example,) = [
        str(getattr(t.object, "value", ""))
        for t in describe_examples([query], "http://e")
        if t.predicate.value.endswith("#select")
    ]
    prepareQuery(example)


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'clauses-by-kind'"):
        find_query("clauses-by-knid")


@pytest.mark.parametrize("name", RESERVED)
def test_a_parameter_that_every_address_has_is_no_parameter_of_a_query(tmp_path: Path, name: str) -> None:
    (tmp_path / "own.rq").write_text(f"SELECT ?s {{ ?s ?p ?__{name.lstrip('_')}_date }}", "utf-8")
    if name.startswith("_"):
        return  # no variable can be read as such a parameter
    library = read_library(tmp_path)
    assert "own" not in library.queries
    assert any("reserved name" in str(problem.message) for problem in library.problems)
