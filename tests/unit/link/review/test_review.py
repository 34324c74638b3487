"""From candidates to reviewed links: nothing is lost, nothing is written twice, everything is valid SSSOM."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from support.commands import run_command
from ukfr_graph import iris
from ukfr_graph.build.link_files import read_link_set
from ukfr_graph.link.datasets.reader import Dataset
from ukfr_graph.link.datasets.treaties import InputError
from ukfr_graph.link.matching.matcher import match_all
from ukfr_graph.link.review.acceptance import accept
from ukfr_graph.link.review.candidate_files import open_whole, plain, read_candidates, write_candidates
from ukfr_graph.link.review.decisions import Decision, Decisions
from ukfr_graph.link.review.session import Review, report
from unit.link.matching.test_matching import ESTATES, INCOME, MOTHER, OTHERS, PROTOCOL, treaty

MINE = Dataset("mine", "mine", "https://example.org/t/", "https://example.org/")
TARGETS = [MOTHER, PROTOCOL, INCOME, ESTATES, *OTHERS]
OURS = [t.__class__(**{**t.__dict__, "identifier": f"id:instrument/{t.identifier}"}) for t in TARGETS]
SOURCES = [
    treaty("mine:1", '=Treaty on "Frontier Controls" at the Sea Ports', "2003-02-04", page="https://example.org/t/1"),
    treaty("mine:2", "Protocol to the Treaty on frontier controls at sea ports", "2003"),
    treaty("mine:3", "Double Taxation Convention on Taxes\ton Income", "1945-04-16", "GB US"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "c.sssom.tsv"
    matches = [match for _, piece in match_all(OURS, SOURCES) for match in piece]
    with open_whole(path) as out:
        write_candidates(out, matches, MINE, date(2026, 11, 24))
    return path


def review_of(path: Path) -> Review:
    return Review(read_candidates(path))


def valid(path: Path) -> bool:
    from sssom.parsers import parse_sssom_table  # slow to import
    from sssom.validators import validate

    reports = validate(parse_sssom_table(str(path)), fail_on_error=False)
    return not any(entry.results for entry in reports.values())


def test_candidates_are_valid_sssom_and_read_back(file: Path) -> None:
    assert valid(file)
    read = read_candidates(file)
    assert read.dataset == MINE
    first = read.pairs[0]
    assert (first.subject, first.object, first.outcome, first.rank) == ("id:instrument/mother", "mine:1", "accepted", 1)
    assert first.object_label == "'=Treaty on 'Frontier Controls' at the Sea Ports"
    assert first.theirs["signed"] == "2003-02-04"
    assert ("date", "signed on the same day", 6.5) in first.evidence
    assert {p.object for p in read.pairs} == {"mine:1", "mine:2", "mine:3"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert plain(text) == "'" + text


@pytest.mark.parametrize(
    "content", ["", "a\tb\n", "#curie_map: 1\n", "#curie_map:\n#  x: y\n#mapping_set_id: z\na\tb\n"]
)
def test_another_file_is_no_file_of_candidates(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.tsv").write_text(content)
    with pytest.raises(InputError, match="not a file of candidates"):
        read_candidates(tmp_path / "x.tsv")


def test_a_broken_row_is_named_by_its_line(file: Path) -> None:
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, "x\ty"]) + "\n")
    with pytest.raises(InputError, match=f"line {len(lines) + 1}"):
        read_candidates(file)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("before")
    with pytest.raises(ZeroDivisionError), open_whole(path) as out:
        out.write("half")
        raise ZeroDivisionError
    assert (path.read_text(), list(tmp_path.iterdir())) == ("before", [path])


def test_a_review_settles_a_treaty_by_its_first_match_and_brings_skipped_pairs_back(file: Path) -> None:
    review = review_of(file)
    seen = []
    while (pair := review.next_pair()) and pair.key not in seen:
        seen.append(pair.key)
        review.decide(pair, "exact" if pair.object != "mine:2" else "skip", "A")
    assert [obj for _, obj in seen].count("mine:1") == 1
    assert pair is not None
    assert pair.object == "mine:2"
    state = review.progress()
    assert (state.decided, state.open) == (2, state.skipped)


def test_the_latest_decision_is_taken_back(file: Path) -> None:
    review = review_of(file)
    first = review.next_pair()
    assert first
    review.decide(first, "reject", "A")
    assert review.next_pair() != first
    assert review.undo("A") == first
    assert review.next_pair() == first
    assert review.undo("A") is None


def test_a_line_that_was_cut_off_is_passed_over_and_the_next_decision_stands(file: Path) -> None:
    decisions = Decisions(file)
    decisions.append(Decision("id:a", "mine:1", "exact", "A"))
    with decisions.path.open("ab") as out:
        out.write(b'{"subject": "id:b", "obj')
    assert list(decisions.read()) == [("id:a", "mine:1")]
    decisions.append(Decision("id:c", "mine:2", "reject", "A"))
    assert list(decisions.read()) == [("id:a", "mine:1"), ("id:c", "mine:2")]


def test_accepting_writes_links_that_the_build_reads_and_twice_is_once(file: Path, tmp_path: Path) -> None:
    review = review_of(file)
    for obj, verdict in (("mine:1", "exact"), ("mine:2", "close"), ("mine:3", "reject")):
        pair = next(p for p in review.candidates.pairs if p.object == obj and p.rank == 1)
        review.decide(pair, verdict, 'Ada "Countess"', "orcid:0000-0002-1825-0097")  # type: ignore[arg-type]
    path = tmp_path / "mine.sssom.tsv"
    done = accept(review, path)
    assert (done.added, done.present, done.conflicts) == (3, 0, ())
    assert valid(path)
    links = {link.object.rpartition("/")[2]: link for link in read_link_set(path, tmp_path).links}
    assert links["1"].predicate.endswith("exactMatch")
    assert not links["1"].negated
    assert links["2"].predicate.endswith("closeMatch")
    assert links["3"].negated
    assert links["1"].author == "https://orcid.org/0000-0002-1825-0097"
    assert (links["1"].author_label, links["1"].confidence, links["2"].confidence) == ("Ada 'Countess'", "1.0", "0.7")
    assert links["1"].date == review.decisions.read()["id:instrument/mother", "mine:1"].when[:10]
    before = path.read_bytes()
    assert accept(review, path).present == 3
    assert path.read_bytes() == before


def test_links_of_a_workspace_have_its_prefix_and_lie_with_its_data(tmp_path: Path) -> None:
    ours = [t.__class__(**{**t.__dict__, "identifier": f"bay:instrument/{t.identifier}"}) for t in TARGETS]
    path = tmp_path / "c.sssom.tsv"
    with iris.using({"bay": "https://example.org/bay/"}), open_whole(path) as out:
        write_candidates(
            out, [match for _, piece in match_all(ours, SOURCES) for match in piece], MINE, date(2026, 11, 24)
        )
    review = review_of(path)
    assert review.candidates.dataset == MINE
    review.decide(next(p for p in review.candidates.pairs if p.object == "mine:1"), "exact", "Ada")
    (tmp_path / "bay" / "links").mkdir(parents=True)
    done = run_command("link", "accept", str(path), cwd=tmp_path, variables={"UKFR_DATA": str(tmp_path / "bay")})
    assert done.returncode == 0, done.stderr
    (link,) = read_link_set(tmp_path / "bay" / "links" / "mine.sssom.tsv", tmp_path).links
    assert link.subject == "https://example.org/bay/id/instrument/mother"


def test_what_stands_in_a_file_of_links_is_never_edited(file: Path, tmp_path: Path) -> None:
    review, path = review_of(file), tmp_path / "mine.sssom.tsv"
    pair = review.next_pair()
    assert pair
    review.decide(pair, "exact", "A")
    accept(review, path)
    before = path.read_bytes()
    review.decide(pair, "reject", "B")
    done = accept(review, path)
    assert tuple(map(str, done.conflicts)) == ("id:instrument/mother and mine:1: the file says the opposite",)
    assert path.read_bytes() == before
    path.write_text("nonsense")
    with pytest.raises(InputError, match="not a file of links"):
        accept(review, path)
    with pytest.raises(InputError, match="Name the file"):
        accept(review, tmp_path / "mine.tsv")


def test_a_report_says_how_often_the_rule_was_right(file: Path) -> None:
    review = review_of(file)
    for pair in review.candidates.pairs:
        if pair.rank == 1:
            review.decide(pair, "exact" if pair.outcome == "accepted" else "reject", "A")
    lines = list(map(str, report(review)))
    assert any("were accepted by rule and reviewed" in line and "(100%) are right" in line for line in lines)
    assert any("first candidates that were reviewed" in line and "0 (0%)" in line for line in lines)


class Terminal:
    """The review in a terminal of its own, played by keys."""

    def __init__(self, file: Path) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ |= {"COLUMNS": "120", "LINES": "40", "TERM": "xterm"}
            os.execv(
                sys.executable, [sys.executable, "-m", "ukfr_graph.cli", "link", "review", str(file), "--author", "A"]
            )

    def read_until(self, text: str) -> str:
        shown, deadline = "", time.monotonic() + 30
        while text not in shown and time.monotonic() < deadline:
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    shown += os.read(self.master, 65_536).decode("utf-8", "replace")
                except OSError:
                    break
        assert text in shown, shown
        return shown

    def press(self, key: str) -> None:
        os.write(self.master, key.encode())

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)


def test_a_decision_outlives_the_reviewers_terminal_being_killed(file: Path) -> None:
    terminal = Terminal(file)
    screen = terminal.read_until("quit")
    assert "id:instrument/mother" in screen
    assert "signed on the same day" in screen
    terminal.press("a")
    terminal.read_until("accepted as exactly the same")
    terminal.kill()
    held = Decisions(file).read()
    assert [(key, decision.verdict, decision.author) for key, decision in held.items()] == [
        (("id:instrument/mother", "mine:1"), "exact", "A")
    ]
    again = Terminal(file)
    assert "1 decided" in again.read_until("quit")
    again.press("u")
    again.read_until("taken back")
    again.press("q")
    again.read_until("0 decided")
    os.waitpid(again.pid, 0)
    assert Decisions(file).read() == {}


def test_without_a_terminal_the_review_says_so(file: Path) -> None:
    done = run_command("link", "review", str(file), "--author", "A")
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal" in done.stderr


def test_decisions_are_json_lines(file: Path) -> None:
    Decisions(file).append(Decision("id:a", "mine:1", "skip", "Ünï", "orcid:x"))
    (line,) = Decisions(file).path.read_text("utf-8").splitlines()
    assert json.loads(line)["author"] == "Ünï"
    assert Decisions(file).path.name == "c.sssom.tsv.decisions.jsonl"


def as_saved_by_a_spreadsheet(path: Path) -> None:
    """Write a file as spreadsheets do: a byte order mark, CRLF, every line as long as the longest, cells quoted."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    width = max(map(len, lines)) + 1

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if '"' in text or "," in text or text.startswith("#  ") else text

    rows = ["\t".join([cell(text) for text in line] + [""] * (width - len(line))) for line in lines]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*rows, ""]).encode())


def test_sssom_that_a_spreadsheet_saved_is_read(file: Path, tmp_path: Path) -> None:
    before = read_candidates(file)
    as_saved_by_a_spreadsheet(file)
    assert read_candidates(file) == before
    review = review_of(file)
    pair = review.next_pair()
    assert pair
    review.decide(pair, "exact", "A, B")
    path = tmp_path / "mine.sssom.tsv"
    accept(review, path)
    links = read_link_set(path, tmp_path)
    as_saved_by_a_spreadsheet(path)
    assert read_link_set(path, tmp_path) == links
    assert accept(review, path).present == 1


def test_the_home_of_a_dataset_is_a_curie_of_a_declared_prefix(file: Path) -> None:
    head = file.read_text("utf-8").splitlines()
    assert "#  mine-site: https://example.org" in head
    assert "#object_source: mine-site:/" in head
