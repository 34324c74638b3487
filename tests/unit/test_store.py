"""Versions are whole, switched at once, and nothing that was there is lost."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pyoxigraph as ox
import pytest

from support.commands import run_command
from support.forking import Forked
from ukfr_graph.build import Built, write_dataset
from ukfr_graph.errors import (
    BusyError,
    DataError,
    DatasetError,
    ForbiddenError,
    PreconditionError,
    SettingsError,
    UnsupportedMediaTypeError,
)
from ukfr_graph.query import Executor
from ukfr_graph.query.dump import dump_dataset
from ukfr_graph.resources import data_folder
from ukfr_graph.store import (
    NextVersion,
    Rights,
    install_dataset,
    installation,
    load_graph,
    next_version,
    open_snapshot,
    put_graph,
    run_update,
    staging_folder,
    verify_version,
    write_lock,
)
from ukfr_graph.store.layout import STAGING_PREFIX
from ukfr_graph.store.text_index import open_index
from ukfr_graph.store.text_pass import make_index_of_files
from ukfr_graph.store.user_files import is_intact

MINE = "https://example.org/mine"
SMALL = Path(__file__).parents[1] / "workspaces/costa-verde-norland"


@pytest.fixture
def root(dataset: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))


def turtle(tmp_path: Path, text: str, name: str = "mine.ttl") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def subjects(root: Path, graph: str) -> list[str]:
    query = f"SELECT ?s {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?s"
    _, rows = Executor(open_snapshot(root), with_user_graphs=True).run(query).rows()
    return [getattr(row[0], "value", "") for row in rows]


def test_same_inputs_give_the_same_bytes(built: Built, tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_dataset(built, tmp_path / name)
        folder = tmp_path / name
        files = [path for path in folder.rglob("*") if path.is_file()]
        contents.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})
    assert contents[0] == contents[1]
    text = "sources/govuk-2016-08-30/text.txt"
    own = {name for name in contents[0] if not name.startswith("queries/")}  # questions of its workspaces
    assert own == {"dataset.nq", "dataset.ttl", "manifest.json", text}


def test_another_process_builds_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    """Another hash seed must not show."""
    assert run_command("build", "--out", str(tmp_path / "out")).returncode == 0
    for name in ("dataset.nq", "dataset.ttl", "manifest.json"):
        assert (tmp_path / "out" / name).read_bytes() == (dataset / name).read_bytes(), name


def test_the_files_hold_what_the_store_holds(dataset: Path) -> None:
    snapshot = open_snapshot(dataset)
    from_file = set(ox.parse(path=str(dataset / "dataset.nq"), format=ox.RdfFormat.N_QUADS))
    assert len(from_file) == len(snapshot.store) == snapshot.manifest["counts"]["triples"]
    assert set(ox.parse(dump_dataset(snapshot, "nq"), ox.RdfFormat.N_QUADS)) == from_file
    union = {q.triple for q in from_file}
    assert len(list(ox.parse(path=str(dataset / "dataset.ttl"), format=ox.RdfFormat.TURTLE))) == len(union)


def test_a_damaged_file_is_refused_with_how_to_rebuild(root: Path) -> None:
    path = (root / "dataset.nq").resolve()
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DatasetError, match=r"damaged.*ukfr-graph build"):
        open_snapshot(root)


def test_a_store_without_its_triples_is_refused(root: Path) -> None:
    store = (root / "current" / "store").resolve()
    shutil.rmtree(store)
    ox.Store(store).flush()
    with pytest.raises(DatasetError, match=r"damaged.*ukfr-graph build"):
        open_snapshot(root)


def test_no_dataset_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="ukfr-graph build"):
        open_snapshot(tmp_path)


def test_a_graph_of_ones_own_stands_beside_the_curated_ones(root: Path, tmp_path: Path) -> None:
    before = len(open_snapshot(root).store)
    count = load_graph([turtle(tmp_path, "<https://a/1> <https://a/p> 1 .")], MINE, root)
    assert (count, subjects(root, MINE)) == (1, ["https://a/1"])
    assert len(open_snapshot(root).store) == before + 1


def test_loading_adds_and_replacing_replaces(root: Path, tmp_path: Path) -> None:
    load_graph([turtle(tmp_path, "<https://a/1> <https://a/p> 1 .")], MINE, root)
    assert load_graph([turtle(tmp_path, "<https://a/2> <https://a/p> 1 .")], MINE, root) == 2
    assert load_graph([turtle(tmp_path, "<https://a/3> <https://a/p> 1 .")], MINE, root, replace=True) == 1
    assert subjects(root, MINE) == ["https://a/3"]


def test_what_is_loaded_is_counted_once_and_as_the_store_holds_it(root: Path, tmp_path: Path) -> None:
    text = '<https://a/1> <https://a/p> "01"^^<http://www.w3.org/2001/XMLSchema#integer>, 1, "e\u0301\\n.", [] .'
    assert load_graph([turtle(tmp_path, text)], MINE, root) == 3
    assert load_graph([turtle(tmp_path, text)], MINE, root) == 4  # the blank node is another
    store = open_snapshot(root).store
    assert sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(MINE))) == 4
    (file,) = (root / "current/user").iterdir()
    assert is_intact(file)
    lines = file.read_bytes().splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == 4


def test_a_rebuild_keeps_the_graphs_of_ones_own(root: Path, built: Built, tmp_path: Path) -> None:
    load_graph([turtle(tmp_path, "<https://a/1> <https://a/p> 1 .")], MINE, root)
    with write_lock(root), staging_folder(root) as staging:
        write_dataset(built, staging)
        install_dataset(staging, root)
    assert subjects(root, MINE) == ["https://a/1"]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_large_dataset_is_asked_before_its_text_index_is_made_where_it_replaces_none(
    dataset: Path, root: Path, built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    is_awaited, may_end = Event(), Event()

    def make_late(path: Path, known: None, nquads: Path) -> None:
        path.write_bytes(b"not whole yet")
        is_awaited.set()
        assert may_end.wait(60)
        path.unlink()
        make_index_of_files(path, known, nquads)

    monkeypatch.setattr(installation, "_INDEXED_LATER_BYTES", 0)
    monkeypatch.setattr(installation, "make_index_of_files", make_late)
    where = tmp_path / "first" if is_first else root
    steps: list[str] = []

    def install() -> Path:
        with write_lock(where), staging_folder(where) as staging:
            write_dataset(built, staging)
            return install_dataset(staging, where, steps.append)

    with ThreadPoolExecutor(1) as thread:
        try:
            version = thread.submit(install)
            assert is_awaited.wait(60)
            before = None if is_first else open_snapshot(where)
            if is_first:
                while not (where / "current").exists() and not version.done():
                    time.sleep(0.01)
                before = open_snapshot(where)
                with pytest.raises(DatasetError, match="gets it by itself"):
                    open_index(Path(before.folder))
                verify_version(where)
        finally:
            may_end.set()
        folder = version.result()
    after = open_snapshot(where)
    assert before is not None
    assert (after.folder, after.version, len(after.store)) == (str(folder), before.version, len(before.store))
    assert len(steps) == is_first
    assert (folder / "search.sqlite").read_bytes() == (dataset / "current/search.sqlite").read_bytes()
    assert len(list((where / "versions").iterdir())) == 2
    assert not list(where.glob(".staging*"))


def test_an_open_snapshot_stays_as_it_was_while_others_are_put_in_force(root: Path, tmp_path: Path) -> None:
    snapshot = open_snapshot(root)
    before = len(snapshot.store)
    for number in range(4):
        load_graph([turtle(tmp_path, f"<https://a/{number}> <https://a/p> 1 .")], MINE, root)
    assert len(snapshot.store) == before
    assert len(list(snapshot.store)) == before
    assert len(open_snapshot(root).store) == before + 4


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("bad.ttl", "<https://a/1> <https://a/p> 1 .\n<https://a/2> oops", DataError),
        ("mine.doc", "x", UnsupportedMediaTypeError),
        ("bad.rdf", '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>', DataError),
        ("bad.jsonld", '{"@context": "http://127.0.0.1:9/context", "@id": "https://a/1"}', DataError),
    ],
)
def test_a_bad_file_changes_nothing(root: Path, tmp_path: Path, name: str, text: str, error: type[Exception]) -> None:
    good = turtle(tmp_path, "<https://a/1> <https://a/p> 1 .", "good.ttl")
    in_force = (root / "current").readlink()
    with pytest.raises(error):
        load_graph([good, turtle(tmp_path, text, name)], MINE, root)
    assert (root / "current").readlink() == in_force
    assert subjects(root, MINE) == []


@pytest.mark.parametrize("graph", ["https://w3id.org/ukfr/graph/entities", "https://w3id.org/ukfr/mine", "not an iri"])
def test_a_curated_or_unusable_graph_name_is_refused(root: Path, tmp_path: Path, graph: str) -> None:
    with pytest.raises((SettingsError, ForbiddenError)):
        load_graph([turtle(tmp_path, "<https://a/1> <https://a/p> 1 .")], graph, root)


def test_a_second_writer_is_refused(root: Path, tmp_path: Path) -> None:
    with write_lock(root), pytest.raises(BusyError, match="Another process"):
        load_graph([turtle(tmp_path, "<https://a/1> <https://a/p> 1 .")], MINE, root)


CURATED = "INSERT DATA { GRAPH <https://w3id.org/ukfr/graph/entities> { <https://a/1> <https://a/p> 1 } }"


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (lambda draft: put_graph(draft, ox.NamedNode(MINE), [], Rights(), replace=True, if_match="other"), PreconditionError),
        (lambda draft: run_update(draft, CURATED, Rights()), ForbiddenError),
        (lambda draft: None, None),
    ],
    ids=["another is there", "it is curated", "nothing is written"],
)  # fmt: skip
def test_what_is_not_written_is_closed_before_its_folder_goes(
    root: Path, write: Callable[[NextVersion], object], error: type[Exception] | None
) -> None:
    """The engine would look for the files that are gone, for a second."""

    def attempt() -> None:
        with next_version(root) as draft:
            write(draft)

    if error is None:
        attempt()
    else:
        with pytest.raises(error) as caught:  # it keeps the frames of whoever had the store
            attempt()
        assert caught
    targets = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert [target for target in targets if STAGING_PREFIX in target] == []


def canonical(root: Path) -> set[ox.Quad]:
    dataset = ox.Dataset(open_snapshot(root).store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@pytest.mark.parametrize(
    ("data", "moments"), [(SMALL, 2), pytest.param(data_folder(), 8, marks=pytest.mark.exhaustive)]
)
def test_a_build_that_is_killed_leaves_the_dataset_before_it_whole(tmp_path: Path, data: Path, moments: int) -> None:
    """Killed at moments spread over the build; each time what was in force still opens, verified."""
    root = tmp_path / "out"
    command = ("build", "--data", str(data), "--out", str(root))
    started = time.monotonic()
    assert run_command(*command).returncode == 0
    whole = time.monotonic() - started
    before, content = open_snapshot(root).version, canonical(root)
    killed = 0
    with Path(os.devnull).open("r+b") as nothing:
        for step in range(moments):
            process = Forked(command, os.environ, tmp_path, [nothing.fileno()] * 3)
            time.sleep(whole * (step + 1) / (moments + 1))
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
            assert open_snapshot(root).version == before
            assert canonical(root) == content
    assert killed >= moments / 2
    assert run_command(*command).returncode == 0
    assert not list(root.glob(".staging-*"))
