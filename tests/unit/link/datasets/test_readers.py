"""What people and programs write, read as they mean it: tables, dates, parties, identifiers and titles."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ukfr_graph.link.datasets.dates import Day, read_date
from ukfr_graph.link.datasets.parties import find_code_list, name_party, name_then, read_party, split_parties
from ukfr_graph.link.datasets.reader import find_adapter, read_treaties
from ukfr_graph.link.datasets.references import names_others, split_references
from ukfr_graph.link.datasets.tables import open_table
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

CASES = Path(__file__).parents[1] / "cases"
MAPPING = (CASES / "mapping.yaml").read_text("utf-8")


def read(path: Path, mapping: Path | None = CASES / "mapping.yaml") -> tuple[list[Treaty], list[str]]:
    items = list(read_treaties(path, find_adapter("table"), mapping))
    return [i for i in items if isinstance(i, Treaty)], [str(i) for i in items if isinstance(i, Fault)]


def read_text(folder: Path, table: str | bytes, mapping: str = MAPPING) -> tuple[list[Treaty], list[str]]:
    (folder / "t.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    (folder / "m.yaml").write_text(mapping, "utf-8")
    return read(folder / "t.csv", folder / "m.yaml")


@pytest.mark.parametrize(("name", "count"), [("unclosed-quote.csv", 5), ("unclosed-quote.tsv", 4)])
def test_an_unclosed_quotation_mark_swallows_no_row_and_names_its_line(name: str, count: int) -> None:
    treaties, told = read(CASES / name)
    assert [t.line for t in treaties] == list(range(2, 2 + count))
    assert told == ["line 2: row: a quotation mark is opened and not closed; it is left out"]
    assert '"' not in treaties[0].title


def test_a_cell_that_holds_what_may_be_rows_is_told_with_its_lines(tmp_path: Path) -> None:
    table = 'No;Title;Date;Parties;Reference\n1;"A;1;2;3\n2;B;1;2;3\n3;C";2001;UK;\n4;D;2002;UK;\n'
    treaties, told = read_text(tmp_path, table)
    assert [t.line for t in treaties] == [2, 5]
    assert told == ["line 2: row: a cell goes on to line 4 and holds what may be rows: is a quotation mark not closed?"]


@pytest.mark.parametrize(
    "name",
    [
        "Multilateral",
        "various",
        "Various states",
        "Others (12)",
        "15 states",
        "et al.",
        "Plusieurs États",
        "autres pays",
    ],
)
def test_what_names_no_party_is_told_and_is_no_state(tmp_path: Path, name: str) -> None:
    head = "No;Title;Date;Parties;Reference\n"
    (alone, beside), told = read_text(tmp_path, f"{head}1;a;1950;{name};\n2;b;1950;France, {name};\n")
    assert (alone.parties, beside.parties) == (frozenset(), frozenset({"FR", "others"}))
    assert told == [f"line {line}: parties: {name} names no state; the list of parties is not whole" for line in (2, 3)]


@pytest.mark.parametrize("name", ["Oman", "Togo", "Mali", "Niger", "Other Ruritania", "Alland", "Multistan"])
def test_a_state_is_not_taken_for_a_list(name: str) -> None:
    assert read_party(name).code != "others"


def test_a_row_that_the_reader_of_cells_loses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ukfr_graph.link.datasets import tables

    rows = tables._rows
    monkeypatch.setattr(
        tables, "_rows", lambda *given: (row for row in rows(*given) if not isinstance(row, tuple) or row[0] != 3)
    )
    _, told = read_text(tmp_path, "No;Title;Date;Parties;Reference\n1;a;;;\n2;b;;;\n3;c;;;\n")
    assert told == [
        "line 4: row: 2 rows are read or told, but 3 begin in the file by its lines and quotation marks; from here on, "
        "look at what was read"
    ]


def test_each_unclosed_quotation_mark_is_told_with_its_line(tmp_path: Path) -> None:
    head = "No;Title;Date;Parties;Reference\n"
    treaties, told = read_text(tmp_path, f'{head}1;"a;;;\n2;b;;;\n3;"c;;;\n4;"d;;;\n')
    assert [t.identifier for t in treaties] == ["mine:1", "mine:2", "mine:3", "mine:4"]
    assert [line.partition(":")[0] for line in told if "not closed" in line] == ["line 2", "line 4", "line 5"]


def test_what_spreadsheets_leave_is_read_as_people_mean_it(tmp_path: Path) -> None:
    for name in ("trailing-empty-columns.csv", "short-rows.csv"):
        treaties, told = read(CASES / name)
        assert treaties[0].parties == {"GB", "FR"}
        assert all("left out" not in line for line in told)
    (treaty,), told = read(CASES / "excel-sep-line.csv")
    assert (treaty.identifier, treaty.references, treaty.line) == ("mine:2", frozenset({"cets:185"}), 3)
    head = "No;Title;Date;Parties;Reference\n"
    for encoding in ("utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "utf-32", "utf-32-le", "utf-32-be"):
        (treaty,), told = read_text(tmp_path, f"{head}1;Traité;2003;;\n".encode(encoding))
        assert (treaty.title, told) == ("Traité", [])
    (treaty,), told = read_text(tmp_path, 'No,Title,Date,Parties,Reference\n1, "Peace, and trade",2003,,\n')
    assert treaty.title == "Peace, and trade"


@pytest.mark.parametrize("missing", ["NA", "N/A", "NULL", "null", "-", "—", "nan", "<NA>", "#N/A"])
def test_what_says_that_there_is_no_value_is_none(tmp_path: Path, missing: str) -> None:
    table = f"No;Title;Date;Parties;Reference\n1;T;{missing};UK,{missing};{missing}\n2;{missing};2001;;\n"
    (treaty,), told = read_text(tmp_path, table)
    assert (treaty.signed, treaty.parties, treaty.references) == (None, frozenset({"GB"}), frozenset())
    assert told == ["line 3: title: there is none (row left out)"]


CELL = st.text(st.sampled_from("ab \"';,\t\n\r1\x0b\u2028"), max_size=8)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=6), st.booleans())
def test_every_line_is_in_a_row_or_told_or_empty(tmp_path: Path, rows: list[list[str]], is_quoted: bool) -> None:
    out = io.StringIO(newline="")
    if is_quoted:
        csv.writer(out, delimiter=";").writerows(rows)
    else:
        out.write("\n".join(";".join(row) for row in rows))
    (tmp_path / "t.csv").write_bytes(b"A;B;C\n" + out.getvalue().encode())
    lines = out.getvalue().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    with open_table(tmp_path / "t.csv", ";") as table:
        found = list(table.rows)
    starts = sorted({row.line if isinstance(row, Fault) else row[0] for row in found})
    assert all(2 <= start <= len(lines) + 1 for start in starts)
    read = "".join("".join(cells.values()) for cells in (row[1] for row in found if not isinstance(row, Fault)))
    lost = [row for row in found if isinstance(row, Fault) and row.is_lost]
    assert not any("begin in the file" in str(row) for row in found)
    if not lost:
        letters = sum(c in "ab1" for c in out.getvalue())
        assert sum(c in "ab1" for c in read) == letters, "no letter of the file is lost untold"


def test_codes_are_read_by_the_list_that_their_column_is_from(tmp_path: Path) -> None:
    assert find_code_list(["UKG", "AUS"]) == "cow"
    assert find_code_list(["826", "040"]) == "iso"
    head = "No;Title;Date;Parties;Reference\n"
    (one, two), _ = read_text(tmp_path, head + "1;T;2001;UKG,AUS;\n2;U;2001;FRN,SWZ;\n")
    assert (one.parties, two.parties) == (frozenset({"GB", "AT"}), frozenset({"FR", "CH"}))
    (one, two), _ = read_text(tmp_path, head + "1;T;2001;GBR,AUS;\n2;U;2001;FRA,SWZ;\n")
    assert (one.parties, two.parties) == (frozenset({"GB", "AU"}), frozenset({"FR", "SZ"}))
    (one,), told = read_text(tmp_path, head + "1;T;2001;USA,AUS;\n")
    assert "AUS may be Australia or Austria" in told[0]
    (one,), told = read_text(tmp_path, head + "1;T;2001;USA,AUS;\n", MAPPING + "party_codes: cow\n")
    assert one.parties == {"US", "AT"}


def test_reviewers_see_the_name_of_today_and_that_of_then() -> None:
    (treaty,), _ = read(CASES / "turkey.csv")
    assert treaty.parties == {"TR", "YE", "VN"}
    assert treaty.former == (("TR", "Turkey"),)
    assert (name_party("TR"), name_then("CD", "1980")) == ("Türkiye", "Zaire")
    assert read_party("Ottoman Empire", "1856").then == "Ottoman Empire"


def test_official_names_of_states_are_not_those_of_others() -> None:
    treaties, _ = read(CASES / "official-names.csv")
    assert [sorted(t.parties - {"GB"}) for t in treaties] == [["KP"], ["CD"], ["TW"], ["YD"]]
    assert split_parties("Korea, Republic of, Moldova, Republic of", ",") == [
        "Korea, Republic of",
        "Moldova, Republic of",
    ]


def test_a_column_of_dates_is_looked_at_as_a_whole(tmp_path: Path) -> None:
    treaties, told = read(CASES / "month-first-dates.csv")
    assert [t.signed for t in treaties] == [Day(2003, 2, 4), Day(2001, 11, 23), Day(1999, 12, 31)]
    assert "the month is read first, as '11/23/2001' shows" in told[0]
    treaties, told = read(CASES / "yyyymm-dates.csv")
    assert [t.signed for t in treaties] == [Day(2003, 2), Day(2003, 12), Day(1904, 11)]
    assert "year and month" in told[0]
    head = "No;Title;Date;Parties;Reference\n"
    with pytest.raises(InputError, match=r'day or the month first.*dates: "%d/%m/%Y"'):
        read_text(tmp_path, head + "1;T;02/04/2003;;\n2;U;2003-02-04;;\n")
    with pytest.raises(InputError, match="in two ways"):
        read_text(tmp_path, head + "1;T;13/04/2003;;\n2;U;04/13/2003;;\n")
    (treaty,), _ = read_text(tmp_path, head + "1;T;02/04/2003;;\n", MAPPING + 'dates: "%m/%d/%Y"\n')
    assert treaty.signed == Day(2003, 2, 4)


def test_years_without_a_century_are_told(tmp_path: Path) -> None:
    treaties, told = read(CASES / "two-digit-years.csv", CASES / "two-digit-years.yaml")
    assert [t.signed for t in treaties] == [Day(2001, 11, 23), Day(1976, 8, 14), Day(2001, 11, 23)]
    assert treaties[0].in_force == Day(1953, 7, 1)
    assert sum("has no century" in line for line in told) == 4
    (treaty,), told = read_text(tmp_path, "No;Title;Date;Parties;Reference\n1;T;23/11/01;;\n")
    assert treaty.signed is None
    assert "without a century" in told[0]


def test_what_is_known_of_a_date_is_kept(tmp_path: Path) -> None:
    treaties, _ = read(CASES / "split-dates.csv", CASES / "split-dates.yaml")
    assert [t.signed for t in treaties] == [Day(2001, 11), Day(2001)]
    for text in ("2001-11-00", "2001-11-", "2001-11-??", "--.11.2001", "November 2001", "00.11.2001", "2001.0-11.0-"):
        assert read_date(text) == Day(2001, 11), text


def test_an_identifier_of_another_is_named_and_not_its_own(tmp_path: Path) -> None:
    treaties, _ = read(CASES / "identifier-of-another.csv")
    assert {t.references for t in treaties} == {frozenset()}
    assert [set(t.mentions) for t in treaties] == [{"cets:185"}] * 4 + [{"celex:32013R0604"}]
    assert all(t.is_change for t in treaties)
    for column in ("Amends", "Legal basis", "basis_legal", "cites", "See also", "References", "visa", "repealedBy"):
        assert names_others(column), column
        mapping = MAPPING.replace("references: Reference", f"references: {column}")
        (treaty,), _ = read_text(tmp_path, f"No;Title;Date;Parties;{column}\n1;T;;;ETS 185\n", mapping)
        assert (treaty.references, treaty.mentions) == (frozenset(), frozenset({"cets:185"}))
    assert split_references("ETS 189; amends ETS 185") == (frozenset({"cets:189"}), frozenset({"cets:185"}))
