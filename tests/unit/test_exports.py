"""Files for downloading are whole, made once, and the same wherever they are made."""

import csv
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import frictionless
import pandas as pd
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.commands import run_command
from ukfr_graph.errors import DatasetError, NotFoundError, SettingsError, UnsupportedError
from ukfr_graph.query.dump import dump_dataset
from ukfr_graph.query.exports import list_exports, make_export
from ukfr_graph.query.package_tables import read_tables
from ukfr_graph.query.tabular import guard_cell, make_package, read_cell
from ukfr_graph.store import Snapshot, install_plain, load_graph, open_snapshot

ENTITIES = "https://w3id.org/ukfr/graph/entities"


@pytest.fixture
def own(dataset: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))


@pytest.fixture(scope="module")
def package(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    for name, content in make_package(snapshot).items():
        (folder / name).write_bytes(content)
    return folder


def read(package: Path, table: str) -> "pd.DataFrame":
    return pd.read_csv(package / f"{table}.csv", keep_default_na=False, na_values=[""])


def test_the_package_conforms_to_its_description(package: Path) -> None:
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.valid, report.to_summary()
    description = json.loads((package / "datapackage.json").read_text("utf-8"))
    assert {resource["name"] for resource in description["resources"]} == set(read_tables())
    for resource in description["resources"]:
        assert resource["description"]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_a_broken_reference_would_be_found(package: Path, tmp_path: Path) -> None:
    """The validation above can fail: a clause that is not there is noticed."""
    folder = Path(shutil.copytree(package, tmp_path / "package"))
    path = folder / "clause_topics.csv"
    path.write_text(path.read_text("utf-8").replace("/clause/uk-fr-2016-08-30/", "/clause/other/", 1), "utf-8")
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_pandas_counts_what_the_graph_counts(package: Path, snapshot: Snapshot) -> None:
    clauses = read(package, "clauses")
    assert clauses.groupby("kind").size().to_dict() == {
        "Pledge": 26,
        "Report": 10,
        "Call": 7,
        "Recognition": 6,
        "Reaffirmation": 4,
    }
    assert list(clauses["order"].sort_values()) == list(range(1, 54))
    quantities = read(package, "quantities")
    networks = quantities[quantities["counted_en"].str.contains("networks") & ~quantities["derived"]]
    assert sorted(networks["value"]) == [28, 28]
    roles = read(package, "roles").merge(clauses, on="clause")
    assert len(roles) == len(read(package, "roles"))


def test_offsets_lead_to_the_words_in_the_source(package: Path) -> None:
    text = (Path(__file__).parents[2] / "data" / "sources" / "govuk-2016-08-30" / "text.txt").read_text("utf-8")
    evidence = read(package, "evidence").dropna(subset=["quote"])
    assert len(evidence) > 180
    for row in evidence.itertuples():
        assert re.sub(r"\s+", " ", text[row.start : row.end]) == re.sub(r"\s+", " ", read_cell(row.quote))


@given(text=st.text(st.characters(codec="utf-8")))
def test_no_cell_is_a_formula_and_each_can_be_read_back(text: str) -> None:
    cell = guard_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert read_cell(cell) == text
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerow(["x", cell])
    assert next(csv.reader(io.StringIO(stream.getvalue(), newline="")))[1] == cell


def test_no_cell_of_the_package_is_a_formula(package: Path) -> None:
    for path in package.glob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8", newline="")):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row), path


def test_graphs_of_users_are_in_the_dumps_and_not_in_the_tables(own: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "mine.ttl"
    clause = "https://w3id.org/ukfr/id/place/calais"
    hostile.write_text(f'<{clause}> <http://www.w3.org/2000/01/rdf-schema#label> "=HYPERLINK(1)"@en .')
    load_graph([hostile], "https://example.org/mine", own)
    snapshot = open_snapshot(own)
    assert b"HYPERLINK" not in b"".join(make_package(snapshot).values())
    assert b"HYPERLINK" in dump_dataset(snapshot, "nq")
    mine = next(e for e in list_exports(snapshot) if e.graph == "https://example.org/mine")
    assert re.fullmatch(r"rdf/graphs/[0-9a-f]{16}\.ttl\.gz", mine.path)
    assert b"HYPERLINK" in gzip.decompress(Path(make_export(snapshot, mine.path)["file"]).read_bytes())


def test_a_dump_keeps_every_triple_as_it_was_written(snapshot: Snapshot) -> None:
    written = (Path(snapshot.folder) / "dataset.nq").read_bytes()
    assert sorted(dump_dataset(snapshot, "nq").splitlines()) == sorted(written.splitlines())
    quads = set(ox.parse(written, format=ox.RdfFormat.N_QUADS))
    assert set(ox.parse(dump_dataset(snapshot, "trig"), format=ox.RdfFormat.TRIG)) == quads
    one = {q.triple for q in ox.parse(dump_dataset(snapshot, "ttl", ENTITIES), format=ox.RdfFormat.TURTLE)}
    assert one == {q.triple for q in quads if q.graph_name == ox.NamedNode(ENTITIES)}


def test_what_is_not_there_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(NotFoundError):
        dump_dataset(snapshot, "ttl", "https://example.org/none")
    with pytest.raises(SettingsError):
        dump_dataset(snapshot, "xlsx")
    with pytest.raises(NotFoundError):
        make_export(snapshot, "rdf/../manifest.json")


def test_each_file_is_made_once_and_another_process_makes_the_same_bytes(own: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(own, tmp_path / "other", symlinks=True))
    assert run_command("export", "all", "--out", str(own)).returncode == 0
    subprocess.run(
        [sys.executable, "-m", "ukfr_graph.cli", "export", "all", "--out", str(other)], check=True, timeout=120
    )
    snapshot = open_snapshot(own)
    facts = {export.path: make_export(snapshot, export.path) for export in list_exports(snapshot)}
    times = {path: Path(f["file"]).stat().st_mtime_ns for path, f in facts.items()}
    assert {path: make_export(snapshot, path) for path in facts} == facts
    assert {path: Path(f["file"]).stat().st_mtime_ns for path, f in facts.items()} == times
    for path, fact in facts.items():
        assert Path(fact["file"].replace(str(own), str(other))).read_bytes() == Path(fact["file"]).read_bytes(), path


def test_files_of_versions_that_are_gone_go_too(own: Path, tmp_path: Path) -> None:
    first = make_export(open_snapshot(own), "rdf/dataset.nq.gz")["file"]
    mine = tmp_path / "mine.ttl"
    for number in range(4):
        mine.write_text(f"<https://example.org/{number}> a <https://example.org/Thing> .")
        load_graph([mine], "https://example.org/mine", own)
    assert {p.name for p in (own / "exports").iterdir()} <= {p.name for p in (own / "versions").iterdir()}
    assert Path(first).exists() == (own / "versions" / Path(first).parts[-3]).exists()


def test_a_folder_that_cannot_be_written_to_is_an_error(own: Path) -> None:
    shutil.rmtree(own / "exports", ignore_errors=True)  # of the dataset that this is a copy of
    (own / "exports").write_text("in the way")
    with pytest.raises(DatasetError, match="cannot be written"):
        make_export(open_snapshot(own), "rdf/dataset.nq.gz")


def test_a_plain_dataset_has_dumps_and_no_tables(tmp_path: Path) -> None:
    install_plain(tmp_path / "own")
    snapshot = open_snapshot(tmp_path / "own")
    assert all(export.packing == "application/gzip" for export in list_exports(snapshot))
    with pytest.raises(UnsupportedError):
        make_package(snapshot)


def test_the_command_line_writes_the_package(dataset: Path, package: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ukfr_graph.cli", "export", "csv", "--out", str(dataset)]
    subprocess.run([*command, "--to", str(tmp_path / "csv")], check=True, timeout=60)
    archive = subprocess.run(command, check=True, timeout=60, capture_output=True).stdout
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for name in opened.namelist():
            assert opened.read(name) == (tmp_path / "csv" / name).read_bytes() == (package / name).read_bytes()
