"""Short forms say what the long ones say, fail with a line and a form to write, and can be had from old files."""

import re
import shutil
import statistics
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.build.shortening import shorten_file
from ukfr_graph.documents import read_document
from ukfr_graph.errors import DataError
from ukfr_graph.records import to_records
from ukfr_graph.resources import data_folder
from ukfr_graph.shorthand import write_out

WORKSPACES = Path(__file__).parents[1] / "workspaces"
HEAD = """'@context':
  - https://w3id.org/ukfr/context.jsonld
  - '@base': https://w3id.org/ukfr/id/
"""
DEFAULTS = """defaults:
  languages: [en, es]
  coder: coder/desk
  codedOn: 2021-06-01
  confidence: high
  speakers: participation/~/speakers
  we: [state/a, state/b]
  reasons:
    none: No word. | Ninguna palabra.
"""


def read(folder: Path, text: str, name: str = "pact.yaml") -> Any:
    path = folder / "statements" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return to_records(write_out(read_document(path, folder))).triples


def clause(*lines: str) -> str:
    return HEAD + DEFAULTS + "'@graph':\n  - Pledge: body/one\n" + "".join(f"    {line}\n" for line in lines)


LONG = """'@graph':
  - id: clause/pact/one
    type: Pledge
    section: section/pact/body
    label: {en: Act, es: Actuar}
    evidence: {quote: {exact: we will act soon}}
    participation:
      - participation/pact/speakers
      - type: Participation
        role: holder
        basis: stated
        participant: [state/a, state/b]
        evidence: {quote: {exact: we will}}
      - type: Participation
        role: holder
        basis: inherited
        participant: [state/c]
        evidence: {quote: {exact: they}}
      - type: Participation
        role: beneficiary
        basis: inferred
        participant: [state/a, state/d]
        reason: {en: Who else (and why)?, es: ¿Quién?}
    timeframe:
      - type: Timeframe
        wording: soon
        timeAspect: performing
        evidence: {quote: {exact: soon}}
    judgement:
      - type: NoveltyJudgement
        verdict: unmarked
        reason: {en: No word., es: Ninguna palabra.}
        confidence: high
        coder: coder/desk
        codedOn: 2021-06-01
        settled: true
      - type: TestabilityJudgement
        verdict: testable
        reason: {en: 'Count: them.', es: Contarlos.}
        confidence: low
        coder: coder/desk
        codedOn: 2021-06-01
        settled: true
"""
SHORT = clause(
    "label: Act | Actuar",
    "quote: we will act soon",
    "holder:",
    '  - we "we will"',
    '  - state/c inherited "they"',
    "beneficiary: state/a, state/d (Who else (and why)? | ¿Quién?)",
    "timeframe: {wording: soon, timeAspect: performing}",
    "novelty: unmarked none",
    "testability: 'testable low (Count: them. | Contarlos.)'",
)


def test_a_clause_in_short_forms_has_the_triples_of_the_long_one(tmp_path: Path) -> None:
    assert read(tmp_path, SHORT) == read(tmp_path, HEAD + LONG)


def test_without_defaults_nothing_is_read_otherwise(tmp_path: Path) -> None:
    text = HEAD + "'@graph':\n  - id: event/a\n    type: Event\n    label: {en: a | b}\n    seeAlso: x/~\n"
    values = {triple.object.value for triple in read(tmp_path, text)}
    assert {"a | b", "https://w3id.org/ukfr/id/x/~"} <= values


@pytest.mark.parametrize(
    ("line", "words", "fix"),
    [
        ("label: Act", "1 texts for the languages en, es", "[en] | [es]"),
        ("label: a | b | c", "3 texts", "[en] | [es]"),
        ("holder: state/a", "does not say who, and by which words or why", 'holder: record "words that name it"'),
        ('holder: "we"', "does not say who", "(why)"),
        ("novelty: unmarked", "has no verdict and reason", "novelty: verdict confidence (reason)"),
        ("novelty: unmarked nothing", "one of the reasons none", "(reason)"),
        ("novelty: [a, b]", "has no verdict", "(reason)"),
        ("id: clause/a/b", "stands beside an id", "Pledge: section/name"),
    ],
)
def test_a_short_form_that_cannot_be_read_is_told_with_its_line_and_the_form(
    tmp_path: Path, line: str, words: str, fix: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, clause("quote: a", line))
    (problem,) = caught.value.problems
    assert problem.rule == "short-form"
    assert words in str(problem.message)
    assert fix in str(problem.fix)
    told = (tmp_path / "statements/pact.yaml").read_text("utf-8").splitlines()[problem.line - 1]
    assert told.strip() in (line, "- Pledge: body/one")


@pytest.mark.parametrize("defaults", ["defaults: 3\n", "defaults: {coders: a}\n", "defaults: {reasons: [a]}\n"])
def test_defaults_that_are_none_are_told(tmp_path: Path, defaults: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, HEAD + defaults + "'@graph': []\n")
    assert caught.value.problems[0].rule == "short-form"


@given(st.text(max_size=40))
def test_no_text_breaks_a_short_form(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "odd"
    folder.mkdir(exist_ok=True)
    quoted = "'" + text.replace("'", "''") + "'"
    for key in ("label", "holder", "novelty", "quote", "timeframe", "Pledge", "participation"):
        try:
            read(folder, clause(f"{key}: {quoted}").replace("Pledge: body/one\n    Pledge", "Pledge"))
        except DataError as error:
            assert all(problem.fix for problem in error.problems)


FILES = [
    WORKSPACES / "costa-verde-norland/statements/cv-no-2019-05-14.yaml",
    WORKSPACES / "costa-verde-norland/sources/harbour-gazette-2019/source.yaml",
    WORKSPACES / "norland-isles/statements/no-is-2021-03-02.yaml",
    data_folder() / "statements/outlines.yaml",
    data_folder() / "outcomes/uk-fr-2016-08-30.yaml",
    data_folder() / "entities/actors.yaml",
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_rewritten_file_has_the_same_triples_and_is_not_rewritten_again(tmp_path: Path, path: Path) -> None:
    folder = Path(shutil.copytree(path.parent, tmp_path / path.parent.name))
    copy = folder / path.name
    before = to_records(write_out(read_document(copy, tmp_path))).triples
    text = shorten_file(copy, tmp_path)
    copy.write_text(text, "utf-8")
    assert to_records(write_out(read_document(copy, tmp_path))).triples == before
    assert shorten_file(copy, tmp_path) == text


def test_comments_and_order_are_kept_where_a_file_is_rewritten(tmp_path: Path) -> None:
    marked = LONG.replace("    timeframe:\n", "    # when\n    timeframe:\n").replace(
        "role: beneficiary\n", "role: beneficiary  # inferred by two coders\n"
    )
    read(tmp_path, HEAD + marked)
    text = shorten_file(tmp_path / "statements/pact.yaml", tmp_path)
    assert "# when\n" in text
    assert "# inferred by two coders\n" in text
    assert text.index("quote:") < text.index("participation:") < text.index("# when") < text.index("novelty:")


def test_an_ordinary_clause_of_the_statement_of_2016_takes_at_most_12_lines() -> None:
    text = (data_folder() / "statements/uk-fr-2016-08-30.yaml").read_text("utf-8")
    clauses = re.findall(r"(?m)^  - (?:Pledge|Call|Report|Recognition|Reaffirmation): .*\n(?:    .*\n)*", text)
    lines = [clause.count("\n") for clause in clauses]
    assert len(lines) == 53
    assert statistics.mean(lines) <= 12
    assert statistics.median(lines) <= 12
