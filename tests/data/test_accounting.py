"""What goes into a file of records comes out as triples, or is told: no value vanishes, none is mistaken for another."""

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.building import build_changed
from ukfr_graph import iris
from ukfr_graph.accounting import sum_accounts
from ukfr_graph.build import build_graphs, write_dataset
from ukfr_graph.documents import check_head, read_document
from ukfr_graph.errors import DataError, Problem
from ukfr_graph.records import to_records
from ukfr_graph.resources import data_folder

HEAD = "'@context':\n  - https://w3id.org/ukfr/context.jsonld\n  - '@base': https://w3id.org/ukfr/id/\n'@graph':\n"
TOWN = """  - id: place/test-town
    type: Place
    label:
      en: Test town
      fr: Ville d'essai
"""
LINE = HEAD.count("\n") + TOWN.count("\n") + 1  # where what a test adds to the record stands


def read(folder: Path, records: str) -> frozenset[ox.Triple] | tuple[Problem, ...]:
    path = folder / "records.yaml"
    path.write_bytes((HEAD + records).encode())
    try:
        document = read_document(path, folder)
        check_head(document, iris.ID)
        return frozenset(to_records(document).triples)
    except DataError as error:
        return error.problems


def problem_of(folder: Path, records: str) -> Problem:
    problems = read(folder, records)
    assert isinstance(problems, tuple), problems
    (problem,) = problems
    return problem


@pytest.mark.parametrize(
    ("line", "rule", "words"),
    [
        ("deprecated: yes", "datatype", "true or false"),
        ("deprecated: True", "datatype", "true or false"),
        ("located In: place/france", "key", "U+0020 SPACE"),
        ("located\u00a0In: place/france", "key", "U+00A0 NO-BREAK SPACE"),
        ("located\u200bIn: place/france", "key", "U+200B ZERO WIDTH SPACE"),
        ("located\"In: place/france", "key", "no key"),
        ("located<In>: place/france", "key", "no key"),
        ("located\\In: place/france", "key", "no key"),
        ("'{locatedIn}': place/france", "key", "no key"),
        ("rdfs: x", "key", "no key"),
        ("'@reverse': x", "key", "no key"),
        ("'@context': {locatedIn: null}", "key", "no key"),
        ("'_:b': x", "key", "no key"),
        ("locatedIn: place/\u00a0france", "iri", "U+00A0"),
        ("locatedIn: place/fran\u200bce", "iri", "U+200B"),
        ("locatedIn: place/france, place/europe", "iri", "U+0020"),
        ("locatedIn: <place/france>", "iri", "U+003C"),
        ("locatedIn: '{place}'", "iri", "U+007B"),
        ("locatedIn: place\\france", "iri", "U+005C"),
        ("locatedIn: '\"place/france\"'", "iri", "U+0022"),
        ("locatedIn: ../place/france", "iri", "no name of a record"),
        ("locatedIn: //example.org/france", "iri", "no name of a record"),
        ("locatedIn: wd:Q142", "iri", "wd:"),
        ("locatedIn: [place/france, [place/europe]]", "value", "list in a list"),
        ("locatedIn: [place/france, place/france]", "repeated", "already"),
        ("locatedIn: []", "no-value", "locatedIn"),
        ("locatedIn:", "no-value", "locatedIn"),
        ("locatedIn: ''", "iri", "no name"),
        ("locatedIn: ~", "no-value", "locatedIn"),
        ("notation: null", "no-value", "notation"),
        ("alias: {en: ~}", "no-value", "alias"),
        ("alias: {fr_FR: Ville}", "language", "fr_FR"),
        ("alias: {'@none': Ville}", "language", "@none"),
        ("alias: {en: {x: y}}", "value", "a text"),
        ("seeAlso: www.example.org/town", "iri", "https://www.example.org/town"),
        ("seeAlso: https:/example.org/town", "iri", "https:"),
        ("seeAlso: https://example.org/a,https://example.org/b", "iri", "two addresses"),
        ("seeAlso: https://example.org/a https://example.org/b", "iri", "U+0020"),
        ("seeAlso: https://example.org/100%", "iri", "no IRI"),
        ("order: 010", "datatype", "leading zeros"),
        ("order: 0o17", "datatype", "whole number"),
        ("value: 1_000", "datatype", "such as 7000"),
        ("value: 1e3", "datatype", "such as 7000"),
        ("startDate: 2016-8-3", "datatype", "2016-08-30"),
        ("startDate: 2016-02-30", "datatype", "2016-08-30"),
        ("notation: Treaty #5", "yaml", "comment"),
        ("notation: &x", "yaml", "anchor"),
        ("notation: !x y", "yaml", "tag"),
        ("notation: *x", "yaml", "alias"),
        ("<<: {locatedIn: place/france}", "yaml", "merge key"),
        ("notation: a\u2028b", "yaml", "U+2028 LINE SEPARATOR"),
        ("notation: a\u0007b", "yaml", "U+0007"),
        ("notation: 'a", "yaml", "end of stream"),
    ],
)  # fmt: skip
def test_what_would_be_lost_or_mistaken_is_told_at_its_line(tmp_path: Path, line: str, rule: str, words: str) -> None:
    problem = problem_of(tmp_path, f"{TOWN}    {line}\n")
    assert (problem.line, problem.rule) == (LINE, rule)
    assert words in f"{problem.message} {problem.fix}"
    assert problem.fix


@pytest.mark.parametrize(
    "name",
    ["place/test town", "place/a,place/b", "<place/a>", "'{a}'", "place\\a", "'a\"b'", "place/\u00a0a", "a\u200bb", "null",
     "https://example.org/a", "//example.org", "place/../a", "'place/a#b#c'", "[place/a]"],
)  # fmt: skip
def test_an_identifier_that_is_none_is_told_at_its_line(tmp_path: Path, name: str) -> None:
    problem = problem_of(tmp_path, TOWN.replace("place/test-town", name))
    assert problem.line == HEAD.count("\n") + 1
    assert problem.rule in ("id", "missing-id")


def test_a_record_that_says_nothing_is_told(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, TOWN + "  - id: place/nowhere\n")
    assert (problem.line, problem.record, problem.rule) == (LINE, "place/nowhere", "no-value")


def test_what_stands_beside_the_records_is_told(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, TOWN + "source: https://example.org\n")
    assert str(problem.message) == "'source' stands beside @graph"


@pytest.mark.parametrize("text", ["no", "0o17", "2016-08-30", "1e3", "a, b", "28\u00a0réseaux", "a\u200bb", "=1+1", "'null'", "''"])  # fmt: skip
def test_a_text_stays_as_it_is_written(tmp_path: Path, text: str) -> None:
    triples = read(tmp_path, f"{TOWN}    notation: {text}\n")
    subject, notation = ox.NamedNode(iris.ID + "place/test-town"), ox.NamedNode(iris.SKOS + "notation")
    assert ox.Triple(subject, notation, ox.Literal(text.strip("'"))) in triples


SCALARS = st.one_of(
    st.sampled_from(
        ["", " ", "~", "null", "yes", "no", "on", "0o17", "010", "1_000", "1:30", "2016-08-30", "1e3", ".inf", "<<", "*a", "&a", "!a",
         "- a", "a: b", "#a", "a #b", "{a: b}", "[a]", "a,b", "a, b", "place/a place/b", "<a>", "\"a", "'a", "a\\b", "a\u00a0b", "\u200b",
         "\ufeff", "a\u2028b", "a\u0085b", "%a", "@a", "`a", "?", "? a", ": a", "|", ">", "---", "...", "www.example.org", "http:", "_:a",
         "//a", "../a", "a\tb", "é", "e\u0301", "\U0001f600"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=12),
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SCALARS, st.sampled_from(["notation", "locatedIn", "seeAlso", "value", "startDate", "deprecated", "unit", "type", "alias", "key", "id"]), st.booleans())  # fmt: skip
def test_an_odd_scalar_is_in_the_graph_exactly_or_told_at_its_line(
    tmp_path: Path, text: str, place: str, quoted: bool
) -> None:
    """Whatever stands in a key, an identifier or a value: no traceback, and nothing is lost without a word."""
    written = json.dumps(text, ensure_ascii=False) if quoted else text
    if not quoted and (any(c in "\n\r" for c in text) or (place == "key" and text.lstrip().startswith("#"))):
        return  # that is more lines than one, or a comment on a line of its own
    shown = {
        "alias": f"    alias: {{en: {written}}}\n",
        "key": f"    {written}: here\n",
        "id": f"  - id: {written}\n    type: Place\n",
    }.get(place, f"    {place}: {written}\n")
    result = read(tmp_path, TOWN + shown)
    if isinstance(result, tuple):
        assert all(problem.fix for problem in result)
        assert any(problem.line >= LINE for problem in result), result
        return
    said = {str(getattr(term, "value", term)) for triple in result for term in triple}
    plain = text if quoted else text.strip(" \t")
    exact = plain if quoted else plain.strip("'\"")
    if (not quoted and exact.startswith(("{", "[", "- ", "? ", "|", ">"))) or (not quoted and ": " in exact):
        return  # YAML's own: a mapping, a list or a block
    before = {"id": iris.ID, "key": iris.UKFR, "unit": iris.VOCABULARY + "unit/", "type": iris.UKFR}.get(place, "")
    comment = exact.partition("  # ")[0].rstrip()
    listed = exact.rstrip(" ,") if place == "alias" else exact  # a comma may end a mapping of one line
    assert {before + exact, exact, plain, iris.ID + exact, comment, listed} & said or ":" in exact, (exact, said)


def test_the_bundled_data_is_accounted_for(tmp_path: Path) -> None:
    built = build_graphs(data_folder())
    manifest = write_dataset(built, tmp_path)
    files = {path.relative_to(data_folder()).as_posix() for path in data_folder().rglob("*.yaml")}
    files -= {"workspace.yaml", "queries/examples.yaml"}  # no records
    assert set(manifest["accounts"]) == files
    for account in manifest["accounts"].values():
        assert account["values"] == account["triples"] > account["records"] > 0
    curated = sum(
        len(t)
        for name, t in built.graphs.items()
        if name.startswith((iris.ENTITIES_GRAPH, iris.OBSERVATIONS_GRAPH, iris.OUTCOMES_GRAPH, iris.GRAPH + "source/"))
    )
    assert (
        sum_accounts(built.accounts.values()).triples < curated
    )  # the rest is where the quotes stand, and in which order


def test_a_lost_value_is_told_even_where_the_processor_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account does not trust the JSON-LD processor: here one that drops a triple."""
    parse = ox.parse

    def lose(*arguments: object, **options: object) -> list[ox.Quad]:
        return [q for q in parse(*arguments, **options) if "Ville" not in str(q)]  # type: ignore[arg-type]

    monkeypatch.setattr(ox, "parse", lose)
    problem = problem_of(tmp_path, TOWN)
    assert (problem.line, problem.rule) == (HEAD.count("\n") + 5, "lost")
    assert "Ville d'essai" in str(problem.message)


@pytest.mark.parametrize(("line", "rule"), [("locatedIn: place/atlantis", "dangling-reference"), ("seeAlso: example.org/town", "dangling-reference"), ("lokatedIn: place/france", "unknown-term"), ("currency: EUR", "domain")])  # fmt: skip
def test_a_rule_that_a_value_breaks_is_told_at_the_line_of_the_value(tmp_path: Path, line: str, rule: str) -> None:
    data = Path(shutil.copytree(data_folder(), tmp_path / "data"))
    (data / "entities/town.yaml").write_text(f"{HEAD}{TOWN}    {line}\n", "utf-8")
    with pytest.raises(DataError) as caught:
        build_changed(data)
    assert {("entities/town.yaml", LINE, rule)} <= {(p.file, p.line, p.rule) for p in caught.value.problems}
