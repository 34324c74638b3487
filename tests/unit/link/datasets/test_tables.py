"""Any table by a mapping file, and what cannot be read."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ukfr_graph.link.datasets.dates import Day
from ukfr_graph.link.datasets.reader import find_adapter, read_treaties
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

MAPPING = """
prefix: mine
namespace: https://example.org/t/
columns:
  identifier: No
  title: {en: Title, fr: Titre}
  signed: Date
  parties: [A, B]
  references: Ref
  page: "https://example.org/t/{No}"
dates: ["%d.%m.%Y", "%Y"]
"""
HEAD = "No;Title;Titre;Date;A;B;Ref"


def read(folder: Path, table: str | bytes, mapping: str = MAPPING) -> tuple[list[Treaty], list[Fault]]:
    (folder / "t.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    (folder / "m.yaml").write_text(mapping, "utf-8")
    items = list(read_treaties(folder / "t.csv", find_adapter("table"), folder / "m.yaml"))
    return [i for i in items if isinstance(i, Treaty)], [i for i in items if isinstance(i, Fault)]


def test_columns_become_fields(tmp_path: Path) -> None:
    (treaty,), faults = read(tmp_path, f"{HEAD}\n1;Treaty;Traité;04.02.2003;UK;Royaume-Uni;TS 18 (2004)\n")
    assert faults == []
    assert treaty == Treaty(
        identifier="mine:1", titles=(("en", "Treaty"), ("fr", "Traité")), signed=Day(2003, 2, 4), parties=frozenset({"GB"}),
        kind="treaty", references=frozenset({"ukts:2004-18"}), page="https://example.org/t/1", line=2,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    (treaty,), faults = read(tmp_path, f"{HEAD}\n1;x;Traité;2003;;;\n".encode(encoding))
    assert treaty.titles[1] == ("fr", "Traité")
    assert [f.field for f in faults] == (["encoding"] if encoding == "cp1252" else [])


def test_a_row_that_cannot_be_read_is_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    treaties, faults = read(tmp_path, f'{HEAD}\n1;a;;;;;\n2;b\n\n3;"c\nd";;31.02.2003;;;\n;e;;;;;\n4;;;;;;\n')
    assert [(t.identifier, t.title) for t in treaties] == [("mine:1", "a"), ("mine:2", "b"), ("mine:3", "c d")]
    assert [(f.line, f.field, f.is_lost) for f in faults] == [
        (3, "row", False), (5, "signed", False), (7, "identifier", True), (8, "title", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("\nNo;Title\n", "begins with an empty line"),
        (b"\x00\x01\x02" * 100, "binary"),
        ("1;2;3\n4;5;6\n", "no column 'No'"),
        (HEAD.replace(";", "-") + "\n1-2\n", "no column 'No'"),
        (f'{HEAD}\n1;"{"x" * 200_000}', "line 2: a row has more than 100,000 characters"),
        ("No;No\n1;2\n", "two columns named 'No'"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path, table: str | bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, table)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (MAPPING.replace("signed: Date", "signed: Datum"), "no column 'Datum'"),
        (MAPPING.replace("prefix: mine", "prefix: skos"), "taken"),
        (MAPPING.replace("namespace: https", "namespace: javascript"), "namespace"),
        (MAPPING.replace("  signed", "  unknown"), "columns.unknown"),
        (MAPPING + "encoding: klingon\n", "no encoding"),
        ("a: [1", "is not YAML"),
        ("- 1", "does not say what is needed"),
        ("", "does not say what is needed"),
        ("a: " + "x" * 200_000, "is it the right file"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path: Path, mapping: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, f"{HEAD}\n", mapping)


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(CELL, min_size=7, max_size=7), min_size=1, max_size=5))
def test_every_row_gives_a_treaty_or_a_fault_of_its_line(tmp_path: Path, rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([HEAD.split(";"), *rows])
    treaties, faults = read(tmp_path, out.getvalue())
    kept = {t.line for t in treaties} | {f.line for f in faults if f.is_lost}
    assert len(kept) <= len(rows)
    assert len(treaties) + sum(f.is_lost for f in faults) == sum(any(c.strip() for c in row) for row in rows)
    assert all("\n" not in t.title and t.title.strip() for t in treaties)


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)))  # fmt: skip
def test_any_yaml_is_a_mapping_or_an_input_error(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    folder = tmp_path_factory.mktemp("yaml")
    out = io.StringIO()
    YAML(typ="safe", pure=True).dump(content, out)
    with pytest.raises(InputError):
        read(folder, f"{HEAD}\n", out.getvalue())
