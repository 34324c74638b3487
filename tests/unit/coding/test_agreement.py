"""Two coders of one text: what they agree on, and what is left to settle."""

import json
import random
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.coding.agreement import compare, measure_agreement
from ukfr_graph.coding.differences import find_differences
from ukfr_graph.coding.units import UNCODED, CodedRole, Unit, find_words, number_words
from ukfr_graph.drafting.gate import KINDS
from ukfr_graph.sources import Span
from unit.test_cli import run

WORKSPACE = Path(__file__).parents[2] / "workspaces/norland-isles"
FIRST = WORKSPACE / "statements/no-is-2021-03-02.yaml"
HEAD = """\
'@context':
  - https://w3id.org/ukfr/context.jsonld
  - '@base': https://example.org/isles/id/
defaults:
  languages: [en]
  coder: coder/second
  codedOn: 2021-06-02
  confidence: high
  we: [government/norland-of-isles, government/isles]
  reasons: {no-word: No word marks it.}
'@graph':
"""
FERRIES = """\
  - Pledge: body/ferries
    quote: Norland and the Isles will build 2 ferries without delay
    speaker: we "Norland and the Isles"
    holder: we "Norland and the Isles"
    novelty: unmarked no-word
    testability: testable (One can count.)
"""
PIER = """\
  - Recognition: body/light
    quote: The Isles welcome the light of the new pier
    speaker: we (who speaks)
    holder: government/isles "The Isles"
    novelty: unmarked no-word
    testability: not-testable (Nothing is named.)
"""


def agree(tmp_path: Path, records: str, *more: str, first: Path = FIRST) -> subprocess.CompletedProcess[str]:
    second = tmp_path / "no-is-2021-03-02.yaml"
    second.write_text(HEAD + records, "utf-8")
    return run("code", "agreement", str(first), str(second), *more)


def read(done: subprocess.CompletedProcess[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = json.loads(done.stdout)
    return {row["measure"]: row for row in found["agreement"]}, found["differences"]


def test_a_coding_in_the_short_forms_agrees_with_the_same_in_the_long_ones(tmp_path: Path) -> None:
    same = PIER.replace("speaker: we (who speaks)", 'speaker: we "The Isles"')
    done = agree(tmp_path, FERRIES + same, "--format", "json")
    measures, differences = read(done)
    assert (done.returncode, differences) == (0, [])
    assert measures["kind of each word"] == {
        "measure": "kind of each word", "items": 24, "share": 1.0, "kappa": 1.0, "alpha": 1.0
    }  # fmt: skip
    assert {row["share"] for row in measures.values()} == {1.0}


def test_what_differs_is_listed_with_the_section_of_the_codebook_that_settles_it(tmp_path: Path) -> None:
    other = PIER.replace("Recognition", "Reaffirmation").replace("not-testable", "partly-testable")
    other = other.replace('government/isles "The Isles"', "government/norland-of-isles (a guess)")
    meet = "  - Pledge: body/meet\n    quote: Both sides will meet again\n"
    ferries = FERRIES.replace("ferries without delay", "ferries")
    done = agree(tmp_path, ferries + other + meet, "--format", "json")
    measures, differences = read(done)
    assert done.returncode == 1
    assert [(d["what"], d["line"], d["first"], d["second"], d["section"]) for d in differences] == [
        ("boundary", 4, "Pledge 'Norland and the Isles … 2 ferries without delay'",
         "Pledge 'Norland and the Isles will build 2 ferries'", "2. Where a clause begins and ends"),
        ("kind", 5, "Recognition", "Reaffirmation", "1. What is coded"),
        ("role", 5, "holder: government/isles (stated)", "holder: government/norland-of-isles (inferred)", "3. Who"),
        ("role", 5, "speaker: government/isles, government/norland-of-isles (stated)",
         "speaker: government/isles, government/norland-of-isles (inferred)", "3. Who"),
        ("testability", 5, "not-testable", "partly-testable", "6. Judgements"),
        ("kind", 7, "uncoded", "Pledge 'Both sides will meet again'", "1. What is coded"),
    ]  # fmt: skip
    assert measures["kind of shared clauses"]["share"] == 0.5
    assert measures["kind of each word"]["share"] == pytest.approx(1 - (2 + 9 + 5) / 24)
    assert measures["boundary before each word"]["share"] == pytest.approx(23 / 24)
    assert measures["whether a holder is named"]["share"] == 0.5
    assert measures["who has each role"]["share"] == 0.75


def test_the_table_shows_measures_and_differences(tmp_path: Path) -> None:
    done = agree(tmp_path, FERRIES)
    assert done.returncode == 1
    assert "Krippendorff's α" in done.stdout
    assert "Recognition 'The Isles welcome the … of the new pier'" in done.stdout


@pytest.mark.parametrize(
    ("records", "code", "told"),
    [
        (FERRIES.replace("2 ferries", "3 ferries"), 1, ["no-is-2021-03-02.yaml:12", "will build 2 ferries"]),
        (FERRIES + FERRIES.replace("body/ferries", "body/again"), 1, ["in two records", ":18: [clause/no-is-2021-03-02/again]", "line 4"]),
        (FERRIES.replace("quote: Norland and the Isles will build 2 ferries without delay", "quote: the"), 1,
         ["stands 3 times", "prefix"]),
        ("  - id: state/isles\n    type: State\n", 2, ["records of no statement", "--statement"]),
        ("  - id: clause/other/x\n    type: Pledge\n    section: section/other/x\n", 2, ["There is no text", "other"]),
        ("  - Pledge: [\n", 1, ["no-is-2021-03-02.yaml"]),
    ],
)  # fmt: skip
def test_a_coding_that_cannot_be_compared_is_told_with_its_place(
    tmp_path: Path, records: str, code: int, told: Sequence[str]
) -> None:
    done = agree(tmp_path, records)
    assert (done.returncode, done.stdout) == (code, "")
    for words in told:
        assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_codings_of_two_texts_are_not_compared(tmp_path: Path) -> None:
    other = WORKSPACE.parent / "costa-verde-norland"
    done = run("code", "agreement", str(FIRST), str(other / "statements/cv-no-2019-05-14.yaml"),
               "--data", str(other), "--data", str(WORKSPACE))  # fmt: skip
    assert done.returncode == 2
    assert "no-is-2021-03-02" in done.stderr
    assert "cv-no-2019-05-14" in done.stderr


def test_a_missing_file_and_an_unknown_format_are_told(tmp_path: Path) -> None:
    missing = run("code", "agreement", str(FIRST), str(tmp_path / "none.yaml"))
    assert "none.yaml" in missing.stderr
    assert missing.returncode in (1, 2)
    unknown = run("code", "agreement", str(FIRST), str(FIRST), "--format", "xml")
    assert (unknown.returncode, "table or json" in unknown.stderr) == (2, True)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=2, max_size=60))
def test_the_coefficients_are_those_of_another_implementation(labels: list[tuple[str, str]]) -> None:
    from nltk.metrics.agreement import AnnotationTask  # slow to import

    found = measure_agreement("kind", labels)
    task = AnnotationTask(
        [(coder, n, label) for n, pair in enumerate(labels) for coder, label in zip("xy", pair, strict=True)]
    )
    if found.share == 1:
        assert (found.kappa, found.alpha) == (1, 1)
    else:
        assert found.kappa == pytest.approx(task.kappa())
        assert found.alpha == pytest.approx(task.alpha())


@st.composite
def codings(draw: st.DrawFn) -> list[Unit]:
    """Draw a coding of forty words."""
    cuts = sorted(draw(st.sets(st.integers(0, 40), max_size=12)))
    roles = st.dictionaries(
        st.sampled_from(["holder", "target"]),
        st.builds(
            CodedRole, st.frozensets(st.sampled_from("ab")), st.frozensets(st.sampled_from(["stated", "inferred"]))
        ),
    )
    return [
        Unit(range(start, stop), draw(st.sampled_from([*KINDS, UNCODED])), draw(roles), {"novelty": draw(st.sampled_from("un"))})
        for start, stop in pairwise(cuts)
        if draw(st.booleans())
    ]  # fmt: skip


TEXT = " ".join(f"w{number}" for number in range(40))
WORDS = number_words(TEXT, [Span(0, len(TEXT))])


@given(codings(), codings())
def test_agreement_does_not_depend_on_who_comes_first(first: list[Unit], second: list[Unit]) -> None:
    ours, theirs = compare(first, second, 40), compare(second, first, 40)
    assert [(m.measure, m.items, m.share, m.kappa and round(m.kappa, 9)) for m in ours] == [
        (m.measure, m.items, m.share, m.kappa and round(m.kappa, 9)) for m in theirs
    ]
    mirrored = find_differences(second, first, TEXT, WORDS)
    assert sorted((d.what, d.words, d.first, d.second) for d in find_differences(first, second, TEXT, WORDS)) == sorted(
        (d.what, d.words, d.second, d.first) for d in mirrored
    )


@given(codings(), codings())
def test_there_is_nothing_to_settle_just_where_all_measures_are_full(first: list[Unit], second: list[Unit]) -> None:
    assert find_differences(first, first, TEXT, WORDS) == []
    assert {m.share for m in compare(first, first, 40)} <= {1.0, None}
    if not find_differences(first, second, TEXT, WORDS):
        kinds = next(m for m in compare(first, second, 40) if m.measure == "kind of each word")
        assert kinds.share == 1


def test_a_long_text_with_many_clauses_is_compared_at_once() -> None:
    """Work grows with the length of the text, not with its square: 30,000 words in 6,000 clauses each."""
    pick = random.Random(5)
    text = " ".join("w" for _ in range(30_000))
    words = number_words(text, [Span(0, len(text))])
    first, second = ([Unit(range(n, n + 5), pick.choice(KINDS)) for n in range(0, 30_000, 5)] for _ in "ab")
    assert compare(first, second, len(words))[2].items == 6_000
    assert len(find_differences(first, second, text, words)) > 4_000


@given(st.integers(0, 120), st.integers(0, 120))
def test_the_words_of_a_stretch_are_those_that_stand_in_it_whole(start: int, length: int) -> None:
    found = find_words(WORDS, Span(start, start + length))
    assert list(found) == [n for n, w in enumerate(WORDS) if start <= w.start and w.end <= start + length]
