"""The links: valid SSSOM, kept with their provenance, and refused with a clear word where a file is broken."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from support.building import build_changed
from ukfr_graph import iris
from ukfr_graph.build import Built
from ukfr_graph.build.link_files import COLUMNS, SSSOM, read_link_set
from ukfr_graph.build.links import link_iri
from ukfr_graph.build.reading import read_files
from ukfr_graph.errors import DataError
from ukfr_graph.resources import data_folder
from ukfr_graph.triples import Index
from ukfr_graph.workspace import read_workspaces

FILES = sorted((data_folder() / "links").glob("*.tsv"))
FCDO = "links/fcdo.sssom.tsv"
EXACT = iris.SKOS + "exactMatch"
CONVENTION = iris.ID + "instrument/european-convention-on-extradition"
PAGES = "https://treaties.fcdo.gov.uk/data/Library2/html/"


@pytest.fixture(scope="module")
def graph(built: Built) -> frozenset[ox.Triple]:
    return frozenset(built.graphs[iris.LINKS_GRAPH])


@pytest.fixture(scope="module")
def index(graph: frozenset[ox.Triple]) -> Index:
    return Index(graph)


def test_the_datasets_that_matter_are_linked() -> None:
    names = {path.name.removesuffix(".sssom.tsv") for path in FILES}
    assert names >= {"fcdo", "eur-lex", "wikidata", "untc", "cets", "eurovoc", "eu-authority", "geonames"}
    assert sum(len(links.links) for links in read_files(read_workspaces([data_folder()]), ()).links) >= 100


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_a_file_is_valid_by_the_sssom_package(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from sssom.constants import SchemaValidationType
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    caplog.set_level(logging.CRITICAL)
    mappings = parse_sssom_table(path)
    assert len(mappings.df) == len(read_link_set(path, data_folder()).links)
    reports = validate(
        mappings,
        [
            SchemaValidationType.JsonSchema,
            SchemaValidationType.PrefixMapCompleteness,
            SchemaValidationType.StrictCurieFormat,
        ],
        fail_on_error=False,
    )
    assert {kind: report.results for kind, report in reports.items() if report.results} == {}


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_rows_are_in_order(path: Path) -> None:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")][1:]
    keys = [(row[0], row[4], row[2]) for row in rows]
    assert keys == sorted(keys)


def test_a_link_is_a_triple_and_keeps_its_provenance(graph: frozenset[ox.Triple], index: Index) -> None:
    page = PAGES + "3395.html"
    assert ox.Triple(ox.NamedNode(CONVENTION), ox.NamedNode(EXACT), ox.NamedNode(page)) in graph
    row = link_iri(iris.LINKS + "fcdo", CONVENTION, EXACT, page)
    assert index.value(row, iris.OWL + "annotatedSource") == CONVENTION
    assert index.value(row, iris.OWL + "annotatedTarget") == page
    assert index.value(row, SSSOM + "mapping_justification") == "https://w3id.org/semapv/vocab/ManualMappingCuration"
    assert index.value(row, SSSOM + "confidence") == "1.0"
    assert index.value(row, iris.DCTERMS + "created") == "2026-11-24"
    assert row in index.objects(iris.LINKS + "fcdo", SSSOM + "mappings")


def test_what_was_found_not_to_match_is_kept_and_not_stated(graph: frozenset[ox.Triple], index: Index) -> None:
    protocol = PAGES + "3396.html"
    row = link_iri(iris.LINKS + "fcdo", CONVENTION, EXACT, protocol)
    assert index.value(row, SSSOM + "predicate_modifier") == SSSOM + "NegatedPredicate"
    assert ox.Triple(ox.NamedNode(CONVENTION), ox.NamedNode(EXACT), ox.NamedNode(protocol)) not in graph


def test_nothing_is_the_same_as_something_outside(built: Built) -> None:
    same = iris.OWL + "sameAs"
    assert [t for triples in built.graphs.values() for t in triples if t.predicate.value == same] == []


def test_only_the_links_and_the_alignments_point_outside(built: Built) -> None:
    matches = {iris.SKOS + kind + "Match" for kind in ("exact", "close", "broad", "narrow", "related")}
    for name, triples in built.graphs.items():
        if name not in {iris.LINKS_GRAPH, iris.ALIGNMENTS_GRAPH}:
            assert [t for t in triples if t.predicate.value in matches] == [], name


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder(), tmp_path / "data"))


def edit(data: Path, old: str, new: str) -> None:
    path = data / FCDO
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def row_of(data: Path, start: str) -> str:
    return next(line for line in (data / FCDO).read_text("utf-8").splitlines() if line.startswith(start))


def change(column: str, value: str) -> Callable[[Path], None]:
    """Write another value into one cell of the first row."""

    def slip(data: Path) -> None:
        row = row_of(data, "id:instrument/brussels-treaty-1948\t")
        cells = row.split("\t")
        cells[COLUMNS.index(column)] = value
        edit(data, row, "\t".join(cells))

    slip.__name__ = f"change_{column}"
    return slip


def drop_column(data: Path) -> None:
    edit(data, "\tsee_also\tcomment", "\tsee_also")


def use_commas(data: Path) -> None:
    path = data / FCDO
    path.write_text(path.read_text("utf-8").replace("\t", ","), "utf-8")


def drop_cell(data: Path) -> None:
    row = row_of(data, "id:instrument/brussels-treaty-1948\t")
    edit(data, row, row.rsplit("\t", 1)[0])


def repeat_row(data: Path) -> None:
    row = row_of(data, "id:instrument/brussels-treaty-1948\t")
    edit(data, row, f"{row}\n{row}")


def match_twice(data: Path) -> None:
    row = row_of(data, "id:instrument/brussels-treaty-1948\t")
    edit(data, row, row + "\n" + row.replace("brussels-treaty-1948", "dunkirk-treaty"))


def drop_title(data: Path) -> None:
    edit(data, "#mapping_set_title: ", "#title: ")


def name_another_set(data: Path) -> None:
    edit(data, "w3id.org/ukfr/links/fcdo", "w3id.org/ukfr/links/foreign-office")


def break_prefix(data: Path) -> None:
    edit(data, "#  fcdo: https://", "#  fcdo: ")


def empty_file(data: Path) -> None:
    (data / FCDO).write_text("", "utf-8")


def break_encoding(data: Path) -> None:
    (data / FCDO).write_bytes((data / FCDO).read_bytes().replace(b"#license", b"#\xe9"))


@pytest.mark.parametrize(
    ("slip", "rule", "words"),
    [
        (change("subject_id", "id:instrument/brusels"), "link-subject", "nothing with this identifier"),
        (change("subject_id", "nowhere:x"), "link-curie", "nowhere:x"),
        (change("object_id", "https://example.org/1"), "link-curie", "object_id"),
        (change("predicate_id", "owl:sameAs"), "link-value", "owl:sameAs"),
        (change("predicate_modifier", "Maybe"), "link-value", "Maybe"),
        (change("mapping_justification", "semapv:Guess"), "link-value", "semapv:Guess"),
        (change("mapping_date", "24/11/2026"), "link-value", "24/11/2026"),
        (change("confidence", "1.2"), "link-value", "1.2"),
        (change("author_label", ""), "link-value", "author_label"),
        (change("see_also", ""), "link-value", "see_also"),
        (change("see_also", "javascript:alert(1)"), "link-value", "javascript"),
        (change("comment", '=HYPERLINK("x")'), "link-row", "comment"),
        (drop_column, "link-columns", "the columns are"),
        (use_commas, "link-columns", "subject_id,subject_label"),
        (drop_cell, "link-row", "12 cells"),
        (repeat_row, "link-repeated", "the same link"),
        (match_twice, "link-exact", "already matches"),
        (drop_title, "link-head", "mapping_set_title"),
        (name_another_set, "link-head", "foreign-office"),
        (break_prefix, "link-head", "fcdo"),
        (empty_file, "yaml", "not a mapping"),
        (break_encoding, "encoding", "UTF-8"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_broken_file_is_reported_with_its_line(
    data: Path, slip: Callable[[Path], None], rule: str, words: str
) -> None:
    slip(data)
    with pytest.raises(DataError) as caught:
        build_changed(data)
    found = [p for p in caught.value.problems if p.rule == rule and words in str(p.message)]
    assert found, caught.value
    assert {p.file for p in found} == {FCDO}
    assert all(p.line >= 1 and p.fix for p in found)


def test_every_fault_is_reported_at_once(data: Path) -> None:
    change("confidence", "2")(data)
    drop = row_of(data, "id:instrument/dunkirk-treaty\t")
    edit(data, drop, drop.replace("skos:exactMatch", "owl:sameAs"))
    with pytest.raises(DataError) as caught:
        build_changed(data)
    assert {str(p.message).split()[0] for p in caught.value.problems} == {"confidence", "predicate_id"}
    assert len({p.line for p in caught.value.problems}) == 2
