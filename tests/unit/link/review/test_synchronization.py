"""Identifiers refreshed from a saved answer: shown, written only when asked, never replaced."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from support.commands import run_command
from ukfr_graph.documents import read_document
from ukfr_graph.link.datasets.treaties import InputError, Treaty
from ukfr_graph.link.review.synchronization import find_changes, write_changes
from ukfr_graph.resources import data_folder

PAGE = "http://www.wikidata.org/entity/Q1"


def ours(name: str, *references: str) -> Treaty:
    return Treaty(f"id:instrument/{name}", (("en", name),), references=frozenset(references))


def answer(*references: str) -> Treaty:
    return Treaty("wd:Q1", (("en", "x"),), references=frozenset(references), page=PAGE)


def test_what_an_answer_adds_is_told_with_its_source() -> None:
    (change,) = find_changes([ours("a", "cets:185"), ours("b", "cets:24")], [answer("cets:185", "wikidata:Q1")])
    assert (change.instrument, change.scheme, change.notation, change.source) == (
        "id:instrument/a",
        "wikidata",
        "Q1",
        PAGE,
    )
    assert change.doubt == ""
    assert str(change) == "+ id:instrument/a  wikidata Q1"


@pytest.mark.parametrize(
    ("targets", "given", "said"),
    [
        ([ours("a", "cets:185", "wikidata:Q9")], ("cets:185", "wikidata:Q1"), "the record has Q9"),
        ([ours("a", "cets:185"), ours("b", "wikidata:Q1")], ("cets:185", "wikidata:Q1"), "has identifiers of"),
    ],
)
def test_what_contradicts_a_record_is_in_doubt(targets: list[Treaty], given: tuple[str, ...], said: str) -> None:
    changes = find_changes(targets, [answer(*given)])
    assert changes
    assert all(said in change.doubt for change in changes)


def test_what_a_record_has_already_is_no_change() -> None:
    assert find_changes([ours("a", "cets:185", "wikidata:Q1")], [answer("cets:185", "wikidata:Q1")]) == []


def test_new_identifiers_are_written_into_the_record_and_doubtful_ones_are_not(tmp_path: Path) -> None:
    data = Path(shutil.copytree(data_folder(), tmp_path / "data"))
    changes = find_changes(
        [ours("service-weapons-agreement", "nor:MAEJ1123570D")],
        [answer("nor:MAEJ1123570D", "wikidata:Q1", "celex:32016L0681")],
    )
    before = {path: path.read_text("utf-8") for path in data.glob("*/*.yaml")}
    (written,) = write_changes([changes[1]], data)
    record = next(
        r for r in read_document(written, data).records() if r["id"] == "instrument/service-weapons-agreement"
    )
    assert record["identifier"][-1] == {
        "type": "adms:Identifier", "identifierScheme": "wikidata", "notation": "Q1", "identifiedAs": PAGE, "source": PAGE,
    }  # fmt: skip
    after = {path: path.read_text("utf-8") for path in before}
    assert {path for path in before if before[path] != after[path]} == {written}
    added = [line for line in after[written].splitlines() if line not in before[written].splitlines()]
    assert len(added) <= 5, "the rest of the file stays as it was"


def test_an_instrument_without_a_record_stops_the_writing(tmp_path: Path) -> None:
    (tmp_path / "entities").mkdir()
    changes = find_changes([ours("nowhere", "cets:185")], [answer("cets:185", "wikidata:Q1")])
    with pytest.raises(InputError, match="nothing was written"):
        write_changes(changes, tmp_path)


def test_the_command_shows_and_writes_nothing_unasked(dataset: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(data_folder(), tmp_path / "data"))
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    rows = [
        {"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q99999999"},
         "itemLabel": {"type": "literal", "value": "made up"}, "nor": {"type": "literal", "value": "MAEJ1123570D"}},
    ]  # fmt: skip
    content = {"head": {"vars": ["item", "itemLabel", "nor"]}, "results": {"bindings": rows}}
    (tmp_path / "answer.json").write_text(json.dumps(content))
    call = ("link", "sync", "answer.json", "--data", str(data), "--out", str(dataset))
    done = run_command(*call, cwd=tmp_path)
    assert done.stdout == "+ id:instrument/service-weapons-agreement  wikidata Q99999999\n"
    assert "1 new identifiers, 0 in doubt; nothing written." in done.stderr
    assert {path: path.read_bytes() for path in before} == before
    done = run_command(*call, "--write", cwd=tmp_path)
    assert "written into" in done.stderr
    assert {path: path.read_bytes() for path in before} != before
