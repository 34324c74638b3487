import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.documents import read_document, read_query
from ukfr_graph.errors import DataError


def read(tmp_path: Path, content: str | bytes) -> dict[str, object]:
    path = tmp_path / "record.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_document(path, tmp_path).content


@pytest.mark.parametrize("word", ["yes", "no", "null", "2016-08-30", "1e3", "0o17", "~", "0.10"])
def test_a_scalar_stays_the_text_that_was_written(tmp_path: Path, word: str) -> None:
    assert read(tmp_path, f"key: {word}\n") == {"key": word}


def test_mappings_remember_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    path.write_text('"@graph":\n  - id: a\n  - id: b\n')
    assert [record.line for record in read_document(path, tmp_path).records()] == [2, 3]


@pytest.mark.parametrize(
    ("content", "rule", "line", "words"),
    [
        ("a: 1\nb: [\n", "yaml", 3, "expected"),
        ("a: 1\na: 2\n", "yaml", 2, "stands twice"),
        ("a: &x [1]\nb: *x\n", "yaml", 1, "alias"),
        ("- a\n", "yaml", 1, "not a mapping"),
        ("", "yaml", 1, "not a mapping"),
        (b"a: 1\nb: caf\xe9\n", "encoding", 2, "0xe9"),
        ("a: 1\nb: \x07\n", "yaml", 2, "U+0007"),
    ],
)
def test_a_broken_file_is_reported_with_rule_and_line(
    tmp_path: Path, content: str | bytes, rule: str, line: int, words: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, content)
    (problem,) = caught.value.problems
    assert (problem.file, problem.rule, problem.line) == ("record.yaml", rule, line)
    assert words in str(problem.message)
    assert problem.fix


def test_aliases_that_would_explode_are_refused_before_they_grow(tmp_path: Path) -> None:
    bomb = "a: &a [x,x]\n" + "".join(
        f"{c}: &{c} [*{p},*{p}]\n" for p, c in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    with pytest.raises(DataError, match="alias"):
        read(tmp_path, bomb)


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"]), max_size=50)


@given(st.dictionaries(PRINTABLE, PRINTABLE, min_size=1))
def test_any_mapping_of_texts_written_as_json_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, mapping: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("yaml")
    assert read(folder, json.dumps(mapping, ensure_ascii=False)) == mapping


def test_query_metadata_is_read_from_its_own_lines(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("#+ summary: Who?\n#+ tags:\n#+   - a\n# a remark\nSELECT * {}\n")
    metadata, text = read_query(path, tmp_path)
    assert metadata == {"summary": "Who?", "tags": ["a"]}
    assert text.endswith("SELECT * {}\n")


def test_a_quotation_mark_that_is_not_closed_is_told_where_it_opens(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, "a: x\nb: 'y\nc:\n  fr: Ville d'essai\n  en: z\n")
    (problem,) = caught.value.problems
    assert (problem.line, problem.rule) == (2, "yaml")
    assert "a quotation mark that opens here" in str(problem.message)
