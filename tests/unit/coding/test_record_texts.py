"""A file of records is changed one record at a time: every other line stays, and what is kept of it is what it says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml.comments import CommentedMap

from ukfr_graph.coding.record_texts import RecordText, read_records
from ukfr_graph.documents import parse_document
from ukfr_graph.errors import DataError
from ukfr_graph.shorthand import write_out

NAME = "statements/made-up.yaml"
HEAD = "'@context':\n  - https://w3id.org/ukfr/context.jsonld\n  - '@base': https://example.org/id/\n"
ODD_VALUES = (
    "plain words", "'quoted: words'", '"words\n      over two lines"', '"words\n\n      over three"', "|\n      a block\n      # not a comment",
    ">-\n      folded\n        deeper", "[a, b]", "{en: words}", "\n      en: words  # which?", "\n      - one\n      - two", "plain\n      goes on",
    "'it''s - one'", '"- id: not a record"', "|\n      - id: no record either", "2029-05-03", "'007'",
)  # fmt: skip
BETWEEN = ("", "\n", "  # about the next one\n", "# far left\n\n", "      # far right\n")
TAILS = ("", "defaults:\n  languages: [en]\n", "...\n")


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a file of records as people write them."""
    indent = draw(st.sampled_from(["", "  "]))
    count = draw(st.integers(1, 5))
    lines = [
        HEAD,
        draw(
            st.sampled_from(
                ["'@graph':\n", "@graph:\n".replace("@", '"@').replace(":", '":'), "'@graph':  # records\n"]
            )
        ),
    ]
    for number in range(count):
        lines.append(draw(st.sampled_from(BETWEEN)))
        keys = draw(st.lists(st.sampled_from(ODD_VALUES), max_size=3))
        lines.append(f"{indent}- id: clause/made-up/c{number}\n")
        lines += [
            f"{indent}  k{place}: {value}\n".replace("\n      ", f"\n{indent}      ")
            for place, value in enumerate(keys)
        ]
    lines += [draw(st.sampled_from(BETWEEN)), draw(st.sampled_from(TAILS))]
    text = "".join(lines)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def read_anew(text: str) -> list[Any]:
    return list(write_out(parse_document(text, NAME)).records())


def list_comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


def touch(raw: CommentedMap) -> None:
    raw["touched"] = "words: with a colon"


@settings(max_examples=150, deadline=None)
@given(documents(), st.lists(st.tuples(st.sampled_from(["add", "remove", "edit"]), st.integers(0, 9)), max_size=5))
def test_what_is_kept_of_a_changed_text_is_what_it_says_when_it_is_read_anew(
    text: str, acts: list[tuple[str, int]]
) -> None:
    now = read_records(text, NAME)
    assert now.records == read_anew(text)
    for number, (act, place) in enumerate(acts):
        name = str(now.records[place % len(now.records)]["id"])
        comments = list_comments(now.text)
        try:
            if act == "add":
                now = now.add({"id": f"clause/made-up/n{number}", "type": "Pledge"}, name)
            elif act == "edit":
                now = now.edit(name, touch)
            elif len(now.records) > 1:
                now = now.remove(name)
        except DataError:  # refused: a comment would be lost, or a record has no clear end
            continue
        assert now.records == read_anew(now.text)
        if act != "remove":
            assert list_comments(now.text) == comments
        if "\r\n" in text:
            assert "\n" not in now.text.replace("\r\n", "")


@settings(max_examples=60, deadline=None)
@given(documents(), st.integers(0, 9))
def test_every_line_of_another_record_stays_as_it_was(text: str, place: int) -> None:
    now = read_records(text, NAME)
    name = str(now.records[place % len(now.records)]["id"])
    try:
        after = now.edit(name, touch)
    except DataError:
        return
    before, _, rest = text.partition(f"- id: {name}")
    following = rest[rest.index("- id: clause/made-up/c") :] if "- id: clause/made-up/c" in rest else ""
    assert after.text.startswith(before)
    assert after.text.endswith(following)


@pytest.mark.parametrize(
    ("graph", "told"),
    [
        ("'@graph': [{id: clause/a/b}]\n", "does not begin behind its dash"),
        ("'@graph':\n  -\n    id: clause/a/b\n", "does not begin behind its dash"),
        ("'@graph':\n  - id: clause/a/b\n    k: \"words\n  - id: clause/a/c\"\n", "does not begin behind its dash"),
        ("'@graph':\n  - id: clause/a/b\n    k: \"words\ndefaults: more\"\n", "no clear end"),
        ("'@graph':\n  - id: clause/a/b\n    k: [a,\nb: c]\n", "yaml"),
        ("'@graph':\n  - id: clause/a/b\n  - id: clause/a/c\n    id: again\n", "stands twice"),
    ],
)
def test_what_cannot_be_changed_by_records_is_refused_and_never_taken_for_something_else(graph: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        RecordText(HEAD + graph, NAME).edit("clause/a/b", touch)


def test_a_fault_in_a_changed_record_is_told_with_its_line_in_the_whole_file() -> None:
    text = HEAD + "'@graph':\n" + "".join(f"  - id: clause/a/c{n}\n    type: Pledge\n" for n in range(20))
    read_records(text, NAME)
    with pytest.raises(DataError) as fault:
        read_records(text.replace("c15\n    type: Pledge", "c15\n    type: Pledge\n    type: Call"), NAME)
    assert [problem.line for problem in fault.value.problems] == [37]
