"""A check goes through all steps whatever fails, and tells root causes; nothing that a file may hold breaks it."""

import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ukfr_graph.build.findings import Checked, Checker
from ukfr_graph.cli import app
from ukfr_graph.errors import say
from ukfr_graph.messages import load_messages
from ukfr_graph.workspace import read_workspaces

WORKSPACES = Path(__file__).parents[1] / "workspaces"
STATEMENT = "statements/no-is-2021-03-02.yaml"
ENTITIES = "entities/entities.yaml"
VOCABULARY = "vocab/terms.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WORKSPACES / "norland-isles", tmp_path / "isles"))


def change(path: Path, pattern: str, new: str, count: int = 0) -> None:
    text = path.read_text("utf-8")
    changed = re.sub(pattern, new, text, count=count)
    assert changed != text
    path.write_text(changed, "utf-8")


def check(folder: Path) -> Checked:
    return Checker().check(read_workspaces([folder]))


def test_a_draft_with_gaps_has_nothing_wrong_and_its_next_gap_is_told_by_line_and_words(folder: Path) -> None:
    checked = check(folder)
    assert checked.findings == ()
    (covered,) = checked.coverage
    assert 0 < covered.share < 1
    assert (covered.gaps[0].line, covered.gaps[0].words) == (7, "Both sides will meet again.")


def test_of_a_long_gap_the_first_twelve_words_are_told(folder: Path) -> None:
    change(folder / STATEMENT, "(?s)  - id: clause/.*", "")
    (covered,) = check(folder).coverage
    assert covered.gaps[0].words == "Norland and the Isles will build 2 ferries without delay. The Isles …"


def test_a_gap_of_a_statement_that_is_no_draft_is_wrong(folder: Path) -> None:
    change(folder / STATEMENT, "    status: draft\n", "")
    messages = [str(finding.message) for finding in check(folder).findings]
    assert "no record has the words “Both sides will meet again.”" in messages


def test_a_thing_that_is_missing_is_one_finding_however_many_records_use_it(folder: Path) -> None:
    change(folder / STATEMENT, "government/isles", "government/isle")
    (finding,) = check(folder).findings
    users = {problem.record for problem in finding.problems}
    assert str(finding.message) == f"government/isle is missing; records that use it: {len(users)}"
    assert len(users) > 1
    assert "did you mean government/isles" in str(finding.fix)


def test_for_a_term_that_is_missing_those_that_there_are_are_listed(folder: Path) -> None:
    change(folder / STATEMENT, "comparator: unqualified", "comparator: arround")
    (finding,) = check(folder).findings
    assert str(finding.message) == "comparator/arround is missing; records that use it: 1"
    assert str(finding.fix).startswith("did you mean comparator/around?; there are ")
    assert "at-least" in str(finding.fix)


def test_a_key_that_is_none_is_one_finding_with_what_it_leaves_missing(folder: Path) -> None:
    change(folder / STATEMENT, "    status: draft\n", "")  # of a draft, nothing is missing yet
    change(folder / STATEMENT, "    summary:", "    sumary:")
    finding, gap = check(folder).findings
    assert str(finding.message).startswith("'sumary' is no key; ")
    assert str(gap.message).startswith("no record has the words")
    assert str(finding.fix).startswith("did you mean summary?")
    assert {"unknown-term", "shacl MinCount"} <= {problem.rule for problem in finding.problems}


def test_what_stands_in_a_file_that_cannot_be_read_is_not_told_again_as_missing(folder: Path) -> None:
    change(folder / ENTITIES, "    type: State\n", "    type: [State\n", count=1)
    findings = check(folder).findings
    assert str(findings[0].message).startswith("yaml: ")
    assert "use what stands in it" in str(findings[0].message)
    assert not any("is missing" in str(finding.message) for finding in findings)


RECORD_FILES = [
    path.relative_to(WORKSPACES)
    for path in sorted(WORKSPACES.rglob("*.yaml"))
    if path.name not in ("workspace.yaml", "examples.yaml")
]


@pytest.mark.parametrize(
    ("pattern", "new", "rule"),
    [
        (r"(?m)^(\s*(?:- )?)type: ", r"\1type: [", "yaml"),
        (r"(?m)^(    label:).*(\n      .*)*", r"\1", "no-value"),
        (r"(?m)^(  - id: [\w/-]+).*", r"\1 of ours", "id"),
    ],
    ids=["no yaml", "a key without a value", "a blank in an id"],
)
@pytest.mark.parametrize("path", RECORD_FILES, ids=str)
def test_a_file_of_which_no_record_can_be_made_is_one_finding(
    tmp_path: Path, path: Path, pattern: str, new: str, rule: str
) -> None:
    folder = Path(shutil.copytree(WORKSPACES / path.parts[0], tmp_path / "copy"))
    change(folder.joinpath(*path.parts[1:]), pattern, new, count=1)
    (finding,) = check(folder).findings
    assert str(finding.message).startswith((f"{rule}: ", "source: "))
    assert finding.problems[0].file == Path(*path.parts[1:]).as_posix()


def test_what_an_entity_of_a_draft_lacks_is_lacking_and_nothing_wrong(folder: Path) -> None:
    with (folder / ENTITIES).open("a", encoding="utf-8") as file:
        file.write("  - id: collective/ferry-companies\n    type: Collective\n    label: {en: Ferry companies}\n")
    checked = check(folder)
    assert checked.findings == ()
    (record,) = (record for record in checked.lacking if record.record == "collective/ferry-companies")
    assert "membershipKind" in {key.key for key in record.keys}
    change(folder / STATEMENT, "    status: draft\n", "")
    assert any("membershipKind" in str(finding.message) for finding in check(folder).findings)


def test_a_quote_that_does_not_stand_in_the_text_is_one_finding(folder: Path) -> None:
    change(folder / STATEMENT, "exact: Norland and the Isles will build", "exact: Norland and the Isles will biuld")
    (finding,) = check(folder).findings
    assert {problem.rule for problem in finding.problems} == {"quote-not-found"}


def test_a_status_that_is_none_leaves_the_statement_a_draft(folder: Path) -> None:
    change(folder / STATEMENT, "status: draft", "status: drfat")
    (finding,) = check(folder).findings
    assert str(finding.fix) == "did you mean coding-status/draft?; there are draft, finished"


def test_a_key_of_types_that_is_none_and_a_type_that_is_none_are_one_finding_each(folder: Path) -> None:
    text = (folder / STATEMENT).read_text("utf-8")
    change(folder / STATEMENT, "    type: Pledge\n", "    Type: Pledge\n", count=1)
    (finding,) = check(folder).findings
    assert str(finding.fix).startswith("did you mean type?")
    (folder / STATEMENT).write_text(text.replace("    type: Pledge\n", "    type: Plege\n", 1), "utf-8")
    (finding,) = check(folder).findings
    assert str(finding.fix).startswith("did you mean Pledge")


def test_what_would_be_a_part_of_itself_is_told_where_it_says_so(folder: Path) -> None:
    clause = "clause/no-is-2021-03-02/build-ferries"
    change(folder / STATEMENT, f"  - id: {clause}\n", f"  - id: {clause}\n    elaborates: {clause}\n")
    (finding,) = check(folder).findings
    (problem,) = finding.problems
    assert (problem.rule, problem.record) == ("circular", clause)
    assert "elaborates" in (folder / STATEMENT).read_text("utf-8").splitlines()[problem.line - 1]


def test_a_text_where_texts_by_language_belong_is_told_how_to_write_them(folder: Path) -> None:
    change(folder / STATEMENT, r"(?m)^    label:.*(\n      .*)*", "    label: no", count=1)
    fixes = {str(problem.fix) for finding in check(folder).findings for problem in finding.problems}
    assert "write it by language, such as {en: a text}" in fixes


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("\tcodingLevel: full", "without U+0009"),
        ("\N{NO-BREAK SPACE}   codingLevel: full", "without U+00A0"),
        ("    note: Ports: three", "a colon and a blank"),
        ("    note: {en: “Ports: three”}", "U+201C"),
        ("    note: %full", "begins with %"),
    ],
    ids=["tab", "no-break space", "colon", "curly quotes", "reserved"],
)
def test_a_slip_of_yaml_is_told_with_what_to_do(folder: Path, written: str, told: str) -> None:
    change(folder / STATEMENT, "(?m)^    status: draft$", f"    status: draft\n{written}")
    (finding,) = check(folder).findings
    assert told in str(finding.fix)


def test_a_type_that_is_none_is_told_as_a_term_and_not_as_a_key(folder: Path) -> None:
    change(folder / ENTITIES, "    type: State\n", "    type: Stat\n", count=1)
    messages = [str(finding.message) for finding in check(folder).findings]
    assert any("ukfr:Stat is not a term of the ontology" in message for message in messages)
    assert not any("'type' is no key" in message for message in messages)


def test_what_is_wrong_is_told_in_the_language_of_the_catalogue(folder: Path) -> None:
    change(folder / STATEMENT, "comparator: unqualified", "comparator: arround")
    change(folder / STATEMENT, "exact: Norland and the Isles will build", "exact: Norland and the Isles will biuld")
    change(folder / ENTITIES, "    label:", "    labell:", count=1)
    gettext = load_messages("fr").gettext
    findings = check(folder).findings
    said = {say(text, gettext) for finding in findings for text in (finding.message, finding.fix)}
    said |= {say(text, gettext) for f in findings for p in f.problems for text in (p.message, p.fix)}
    assert "comparator/arround manque ; fiches qui l'emploient : 1" in said
    assert any(text.startswith("« labell » n'est pas une clé") for text in said)
    assert any("ne se trouve pas dans" in text for text in said)
    words = ("the", "record", "which", "write", "needs")
    quoted = [re.sub(r"'[^']*'|«[^»]*»", "", text) for text in said]
    assert [text for text in quoted if set(words) & set(re.findall(r"[a-z]+", text))] == []


def test_every_step_is_taken_though_one_before_it_fails(folder: Path) -> None:
    change(folder / STATEMENT, "exact: Norland and the Isles will build", "exact: Norland and the Isles will biuld")
    change(folder / STATEMENT, r"subject: \[ferries\]", "subject: [feries]", count=1)
    rules = {problem.rule for finding in check(folder).findings for problem in finding.problems}
    assert rules >= {"quote-not-found", "dangling-reference"}


def test_a_year_where_a_day_belongs_is_told_with_its_line(folder: Path) -> None:
    change(folder / STATEMENT, "documentDate: 2021-03-02", "documentDate: 2014")
    (problem,) = (p for f in check(folder).findings for p in f.problems if p.rule == "datatype")
    assert (folder / STATEMENT).read_text("utf-8").splitlines()[problem.line - 1].strip() == "documentDate: 2014"


@pytest.mark.parametrize(
    ("file", "pattern", "new"),
    [
        (STATEMENT, "comparator: unqualified", "comparator: arround"),
        (STATEMENT, "exact: Norland and the Isles will build", "exact: nobody will build"),
        (STATEMENT, "    type: Pledge\n", ""),
        (STATEMENT, "government/isles", "government/isle"),
        (ENTITIES, "id: coder/isles-desk", "id: coder/desk"),
        (VOCABULARY, "(?m)^    type: \\w+\n", ""),
    ],
)
def test_a_check_of_what_changed_tells_what_a_whole_check_tells(
    folder: Path, file: str, pattern: str, new: str
) -> None:
    checker = Checker()
    before = checker.check(read_workspaces([folder]))
    text = (folder / file).read_text("utf-8")
    change(folder / file, pattern, new, count=1)
    quick = checker.check_changed(read_workspaces([folder]))
    whole = checker.check(read_workspaces([folder]))
    assert whole == check(folder)
    assert whole.findings
    if file == STATEMENT:
        assert quick == whole
    (folder / file).write_text(text, "utf-8")
    checker.check_changed(read_workspaces([folder]))
    assert checker.check(read_workspaces([folder])) == before


ODD = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        (
            b"", b"- a\n", b"a", b"null", b"{}", b"'@graph': {}", b"'@graph': [1, [2]]", b"defaults: 3\n'@graph': []",
            b"[" * 500, b"a: " * 300, b"? {a: b}\n: c", b"&a [*a]", b"\xef\xbb\xbf", b"%YAML 9.9\n---\n", b"a: !!python/x y",
        )
    ),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_content_of_a_file_breaks_a_check(tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "isles"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(WORKSPACES / "norland-isles", folder)
    path = data.draw(st.sampled_from(sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".txt"))))
    if path.name == "workspace.yaml":
        return
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    key = re.match(rb"(.*?: )", lines[at])
    kind = data.draw(st.sampled_from(("value", "line", "cut", "file", "gone", "folder")))
    odd = data.draw(ODD)
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind != "gone":
        start = key[1] if key and kind == "value" else b""
        line = [start + odd + b"\n"] if kind in ("value", "line") else []
        path.write_bytes(odd if kind == "file" else b"".join([*lines[:at], *line, *lines[at + 1 :]]))
    checked = check(folder)
    assert all(f.message and f.fix and f.problems for f in checked.findings)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["check", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def test_the_command_ends_with_0_where_nothing_is_wrong_and_shows_coverage(folder: Path) -> None:
    code, shown = run("--data", str(folder))
    assert code == 0
    assert "nothing is wrong" in shown
    assert re.search(r"nordhavn-post-2021  █+░+  \d\d%", shown)
    assert "next gap: line 7: Both sides will meet again." in shown


def test_the_command_ends_with_1_where_something_is_wrong(folder: Path) -> None:
    change(folder / STATEMENT, "government/isles", "government/isle")
    code, shown = run("--data", str(folder))
    assert code == 1
    assert f"{STATEMENT}:" in shown
    assert "1 thing to mend" in shown


def test_a_watch_tells_at_each_save_what_is_wrong_until_it_is_interrupted(folder: Path) -> None:
    command = [sys.executable, "-m", "ukfr_graph.cli", "check", "--watch", "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    end = threading.Timer(120, process.kill)
    end.start()

    def read_until(words: str) -> bool:
        assert process.stdout
        return any(words in line for line in process.stdout)

    text = (folder / STATEMENT).read_text("utf-8")
    try:
        assert read_until("nothing is wrong")
        change(folder / STATEMENT, "government/isles", "government/isle")
        assert read_until("1 thing to mend")
        (folder / STATEMENT).write_text("[", "utf-8")
        assert read_until("yaml: ")
        (folder / STATEMENT).write_text(text, "utf-8")
        assert read_until("nothing is wrong")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        end.cancel()
        process.kill()
        process.wait()
