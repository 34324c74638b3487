"""Each adapter on a small made-up extract in its dataset's shape."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ukfr_graph.link.datasets import adapters
from ukfr_graph.link.datasets.dates import Day
from ukfr_graph.link.datasets.reader import ReadingAccount, find_adapter, list_adapters, read_treaties
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

FCDO_HEAD = "record_id,uuid,title,kind,subject,parties,signed,place,entry_into_force,terminated,references,record_url\n"
FCDO_PAGE = "https://treaties.fcdo.gov.uk/data/Library2/html/"


def read(path: Path, adapter: str) -> tuple[list[Treaty], list[Fault]]:
    items = list(read_treaties(path, find_adapter(adapter)))
    return [i for i in items if isinstance(i, Treaty)], [i for i in items if isinstance(i, Fault)]


def save(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def answer(*rows: dict[str, Any]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}})


def literal(value: str, language: str = "") -> dict[str, str]:
    return {"type": "literal", "value": value, **({"xml:lang": language} if language else {})}


def test_every_adapter_is_found_by_its_file_and_says_what_it_is() -> None:
    found = list_adapters()
    files = {path.stem for path in Path(adapters.__path__[0]).glob("*.py")} - {"__init__"}
    assert set(found) == files > {"coe", "dcad", "eurlex", "fcdo_csv", "fcdo_json", "table", "wikidata"}
    assert all(adapter.name == name and adapter.summary for name, adapter in found.items())
    with pytest.raises(InputError, match="there are coe, dcad"):
        find_adapter("nothing")


def test_fcdo_csv_keeps_dependencies_apart_and_reads_references(tmp_path: Path) -> None:
    row = (
        '1,u,"Convention with Siam &amp; others",multilateral,X,"France; SIAM; Gibraltar; UNITED KINGDOM",1925-07-14,'
        f'London,1926-03-30,,"Treaty Series 007/1926: Cmd 2643 | UN Registration United/0: 93 61",{FCDO_PAGE}77.html\n'
    )
    (treaty,), faults = read(save(tmp_path / "f.csv", FCDO_HEAD + row), "fcdo_csv")
    assert treaty.identifier == "fcdo:77.html"
    assert treaty.titles == (("en", "Convention with Siam & others"),)
    assert (treaty.signed, treaty.in_force) == (Day(1925, 7, 14), Day(1926, 3, 30))
    assert (treaty.parties, treaty.territories) == (frozenset({"TH", "GB"}), frozenset({"France", "Gibraltar"}))
    assert treaty.references == {"ukts:1926-7", "command:cmd-2643", "unts:93-61", "fcdo:77"}
    assert [f.message for f in faults] == ["HTML entities resolved", "SIAM is read as Thailand"]


def test_fcdo_json_reads_batches_once_and_passes_publications_over(tmp_path: Path) -> None:
    def record(page: str, uuid: str, **more: Any) -> dict[str, Any]:
        return {"uuid": uuid, "document_url": FCDO_PAGE[:-5].replace("/", "\\") + page, **more}

    treaty = {"title": "Agreement", "country_name": "FRANCE; UNITED KINGDOM", "signed_event_date": "24/05/2011",
              "definative_eif_event_date": "24/05/2011", "references": "Treaty Series 021/2011: Cm 8117"}  # fmt: skip
    page = "html\\5.html"
    for name, records in (
        ("1", [record(page, "a", **treaty), record("pdf\\2011-TS0021.pdf", "p", title="TS 021/2011")]),
        ("2", record(page, "a", **treaty)),
    ):
        content = {"csw:GetRecordsResponse": {"csw:SearchResults": {"iStoreRecord": records}}}
        save(tmp_path / f"{name}_batch.json", json.dumps(content))
    (found,), faults = read(tmp_path, "fcdo_json")
    assert faults == []
    assert (found.identifier, found.signed, found.parties) == ("fcdo:5.html", Day(2011, 5, 24), frozenset({"FR", "GB"}))
    assert found.references == {"ukts:2011-21", "command:cm-8117", "fcdo:5"}


def test_a_batch_of_another_shape_is_refused(tmp_path: Path) -> None:
    for name, text in (("a", "{}"), ("b", "[1]"), ("c", "not json"), ("d", "[" * 100_000)):
        with pytest.raises(InputError, match="JSON"):
            read(save(tmp_path / name, text), "fcdo_json")


def test_wikidata_rows_of_one_item_are_one_treaty(tmp_path: Path) -> None:
    item = {"type": "uri", "value": "http://www.wikidata.org/entity/Q42"}
    path = save(
        tmp_path / "w.json",
        answer(
            {"item": item, "itemLabel": literal("Convention on X", "en"), "partyLabel": literal("France")},
            {"item": item, "itemLabel": literal("Convention sur X", "fr"), "partyLabel": literal("United Kingdom")},
            {"item": item, "date": literal("2001-11-23T00:00:00Z"), "cets": literal("CETS No. 185")},
            {"itemLabel": literal("no item")},
        ),
    )
    (treaty,), faults = read(path, "wikidata")
    assert treaty.identifier == "wd:Q42"
    assert treaty.titles == (("en", "Convention on X"), ("fr", "Convention sur X"))
    assert (treaty.signed, treaty.parties) == (Day(2001, 11, 23), frozenset({"FR", "GB"}))
    assert treaty.references == {"wikidata:Q42", "cets:185"}
    assert faults == [Fault(4, "item", "there is none", is_lost=True)]


def test_eurlex_is_known_by_celex(tmp_path: Path) -> None:
    path = save(
        tmp_path / "e.json",
        answer(
            {
                "celex": literal("32016L0681"),
                "title": literal("Directive (EU) 2016/681", "en"),
                "date": literal("2016-04-27"),
            },
            {"celex": literal("nonsense"), "title": literal("x")},
        ),
    )
    (treaty,), faults = read(path, "eurlex")
    assert (treaty.identifier, treaty.kind, treaty.signed) == ("celex:32016L0681", "directive", Day(2016, 4, 27))
    assert "celex:32016L0681" in treaty.references
    assert [f.is_lost for f in faults] == [True]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.csv", "No.;Title;Opening of the treaty;Entry into Force\n185;Convention on Cybercrime;23/11/2001;01/07/2004\nx;y;;\n"),
        (
            "list.html",
            "<html><table><tr><th>No.<th>Title</th><th>Opening of the treaty</th><th>Entry into Force</th></tr>\n"
            "<tr><td>185</td><td>Convention on\n Cybercrime</td><td>23/11/2001</td><td>01/07/2004</td></tr>\n"
            "<tr><td>x</td><td>y</td><td></td><td></td></tr></table></html>",
        ),
    ],
)  # fmt: skip
def test_the_council_of_europes_list_is_read_as_csv_and_as_page(tmp_path: Path, name: str, text: str) -> None:
    (treaty,), faults = read(save(tmp_path / name, text), "coe")
    assert (treaty.identifier, treaty.title) == ("coe:185", "Convention on Cybercrime")
    assert (treaty.signed, treaty.in_force, treaty.references) == (
        Day(2001, 11, 23),
        Day(2004, 7, 1),
        frozenset({"cets:185"}),
    )
    assert [(f.field, f.is_lost) for f in faults] == [("number", True)]


def test_a_page_without_the_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table"):
        read(save(tmp_path / "p.html", "<html><p>Sign in</p></html>"), "coe")


def test_dcad_reads_states_by_abbreviation_and_the_date_as_far_as_it_is_known(tmp_path: Path) -> None:
    text = "dcaID,abbrev1,abbrev2,signYear,signMonth,signDay,title\n7,UKG,FRN,2010,11,0,Treaty on defence\n"
    (treaty,), faults = read(save(tmp_path / "d.csv", text), "dcad")
    assert (treaty.identifier, treaty.parties, treaty.signed) == ("dcad:7", frozenset({"GB", "FR"}), Day(2010, 11))
    assert faults == []


def write_rda(path: Path, tables: dict[str, dict[str, list[str]]]) -> None:
    import pandas as pd  # slow to import, as is the next
    import rdata

    frames = {n: pd.DataFrame({c: pd.Series(v, dtype=object) for c, v in t.items()}) for n, t in tables.items()}
    rdata.write_rda(path, frames)


def test_manytreaties_reads_every_table_of_an_r_file(tmp_path: Path) -> None:
    columns = {
        "manyID": ["FRA-GBR[LTQ]_2003A", "XYZ_1998P"],
        "Title": ["Treaty of Le Touquet", "Protocol to something"],
        "Begin": ["2003-02-04", "1998-01-01..1998-12-31"],
        "Force": ["2004-02-01", "NA"],
    }
    write_rda(tmp_path / "agreements.rda", {"HUGGO": columns})
    (first, second), faults = read(tmp_path / "agreements.rda", "manytreaties")
    assert faults == []
    assert (first.identifier, first.parties) == ("many:HUGGO_FRA-GBR-LTQ-_2003A", frozenset({"FR", "GB"}))
    assert (first.signed, first.in_force, second.signed) == (Day(2003, 2, 4), Day(2004, 2, 1), Day(1998, 1, 1))
    with pytest.raises(InputError, match="not an R data file"):
        read(save(tmp_path / "x.rda", b"nonsense"), "manytreaties")


def test_tables_of_other_sources_in_an_r_file_are_read_by_their_own_names(tmp_path: Path) -> None:
    tables = {
        "MEA.Nodes": {"Mitch ID": ["3001"], "Treaty Name": ["Convention on X"], "Signature Date": ["1971-02-02"]},
        "GENG": {"gengID": ["G1"], "Title": ["Convention on Y"], "Date": ["1980"], "Country": ["GBR; EUE; ROM"]},
        "TFDD": {
            "2016Update ID": ["7"],
            "DocumentName": ["Treaty on Z"],
            "DateSigned": ["1990-05-06"],
            "CCODE": ["YUG"],
        },
    }
    write_rda(tmp_path / "a.rda", tables)
    treaties, faults = read(tmp_path / "a.rda", "manytreaties")
    found = {t.identifier: (t.title, str(t.signed), t.parties) for t in treaties}
    assert found == {
        "many:MEA.Nodes_3001": ("Convention on X", "1971-02-02", frozenset()),
        "many:GENG_G1": ("Convention on Y", "1980", frozenset({"GB", "EU", "RO"})),
        "many:TFDD_7": ("Treaty on Z", "1990-05-06", frozenset({"YU"})),
    }
    assert faults == []


def test_dcad_as_published_has_no_titles(tmp_path: Path) -> None:
    text = (
        "dcaID,cowName1,cowName2,ccode1,ccode2,signYear,signMonth,signDay\n7,United Kingdom,France,200,220,2010,11,\n"
    )
    (treaty,), faults = read(save(tmp_path / "d.csv", text), "dcad")
    assert (treaty.titles, treaty.parties, str(treaty.signed)) == ((), frozenset({"GB", "FR"}), "2010-11")
    assert faults == []
    text = "ccode1,ccode2,abbrev1,abbrev2,signDate\n200,305,UKG,AUS,2005-03-01\n"
    (treaty,), faults = read(save(tmp_path / "e.csv", text), "dcad")
    assert (treaty.identifier, treaty.parties) == ("dcad:row-1", frozenset({"GB", "AT"}))
    with pytest.raises(InputError, match="lacks the two states or the date"):
        read(save(tmp_path / "f.csv", "a,b\n1,2\n"), "dcad")


def test_the_index_of_the_un_treaty_series_is_read_by_a_mapping(tmp_path: Path) -> None:
    table = (
        '"Registration Number","Title","Participant(s)","Submitter","Places/dates of conclusion","UNTS Vol."\n'
        '"2545","Convention relating to the Status of Refugees. Geneva, 28 July 1951","France\nUnited Kingdom of Great '
        'Britain and Northern Ireland","Ex officio","Geneva, 28/07/1951","UNTS vol. 189, p. 137"\n'
    )
    mapping = (
        "prefix: un\nnamespace: https://example.org/\ncolumns:\n  identifier: Registration Number\n  title: {en: Title}\n"
        "  signed: Places/dates of conclusion\n  parties: Participant(s)\n  references: [Registration Number, UNTS Vol.]\n"
        'parties_separator: "\\n"\n'
    )
    items = list(
        read_treaties(save(tmp_path / "u.csv", table), find_adapter("table"), save(tmp_path / "u.yaml", mapping))
    )
    (treaty,) = [item for item in items if isinstance(item, Treaty)]
    assert (treaty.signed, treaty.parties) == (Day(1951, 7, 28), frozenset({"FR", "GB"}))
    assert treaty.references == {"unts-number:I-2545", "unts:189-137"}


def test_duplicates_and_future_dates_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    def row(number: int, title: str, day: str) -> str:
        return f"1,u,{title},bilateral,X,FRANCE; UNITED KINGDOM,{day},,,,,{FCDO_PAGE}{number}.html\n"

    rows = [
        row(1, "One", "1950-01-01"),
        row(1, "One", "1950-01-01"),
        row(2, "One", "1950-01-01"),
        row(3, "T", "2999-01-01"),
    ]
    treaties, faults = read(save(tmp_path / "f.csv", FCDO_HEAD + "".join(rows)), "fcdo_csv")
    assert [t.identifier for t in treaties] == ["fcdo:1.html", "fcdo:2.html", "fcdo:3.html"]
    assert treaties[2].signed is None
    assert [(f.line, f.field, f.is_lost) for f in faults] == [
        (3, "identifier", True), (4, "row", False), (5, "signed", False),
    ]  # fmt: skip
    assert "future" in faults[2].message


def test_an_account_puts_lost_rows_first_and_counts_the_rest() -> None:
    account = ReadingAccount()
    for line in range(2, 9):
        account.add(Fault(line, "parties", "SIAM is read as Thailand"))
    account.add(Fault(4, "title", "there is none", is_lost=True))
    assert account.lost == 1
    assert list(map(str, account.write())) == [
        "title: there is none (row left out): line 4",
        "parties: SIAM is read as Thailand: 7 times, line 2, 3, 4, 5, 6, …",
    ]
    assert str(account.write(1)[-1]) == "and 1 more kinds of fault"


def test_a_record_whose_address_is_a_pdf_is_read(tmp_path: Path) -> None:
    file = tmp_path / "fcdo.csv"
    head = "title,parties,signed,entry_into_force,references,record_url\n"
    page = "https://treaties.fcdo.gov.uk/data/Library2/html/2310.pdf"
    file.write_text(f"{head}Agreement on films,FRANCE; UNITED KINGDOM,1958-12-15,,,{page}\n", encoding="utf-8")
    (found,) = read(file, "fcdo_csv")[0]
    assert (found.identifier, found.page) == ("fcdo:2310.pdf", page)


def test_the_real_records_are_all_read() -> None:
    if not (path := os.environ.get("UKFR_FCDO_CSV")):
        pytest.skip("UKFR_FCDO_CSV does not name the CSV of UK Treaties Online")
    treaties, faults = read(Path(path), "fcdo_csv")
    assert len(treaties) == 8133
    assert not any(f.is_lost for f in faults)


GENG = " ,GENG-B,Title,Country.x,Country.y,DocDate,InForce,End,GEN.ID,IEA,ECOLEX,Form,Type,Subject,subject"
NODES = ";;GENG.ID;ECOLEX.ID;IEA.ID;DocSign;DocForce;DocValidUntilDate;Title;Text;Notes;Download;Type;Ambit"
TFDD = "Entry ID,BCCODE,Basin Name,CCODE,Country_Name,2016Update ID,TFDDID,DocumentName,DateSigned,Signatories,DocType"
IEADB = "IEA# (click for add'l info),Treaty Name,Signature Date,Date IEA entered into force,Agreement Type (level 2)"


@pytest.mark.parametrize(
    ("name", "text", "identifier", "signed", "parties", "kind"),
    [
        ("GENG v1.2.csv", f"{GENG}\n?,GENG-7,Of Frogs,AFG,GBR,1921-11-22,NA,NA,,NA,NA,,Agreement,Water,\n",
         "many:GENG-v1.2_GENG-7", Day(1921, 11, 22), frozenset({"AF", "GB"}), "agreement"),
        ("MEA.Nodes v1.0.csv", f"{NODES}\n18;?;MGENG-0018;NA;IEA-1;1897-11-06;NA;NA;Of Seals;NA;NA;No;MEA (Protocol);NA\n",
         "many:MEA.Nodes-v1.0_MGENG-0018", Day(1897, 11, 6), frozenset(), "protocol"),
        ("TFDD.csv", f'{TFDD}\n1051,MEKO_CHN,Mekong,CHN,China,623,,Agreement on Floods,01.04.2002,"Cambodia, China,Lao PDR",-1\n',
         "many:TFDD_623", Day(2002, 4, 1), frozenset({"KH", "CN", "LA"}), "agreement"),
        ("IEADB.csv", f"{IEADB}\n3001,Of Whales,1946-12-02,1948-11-10,Exchange of Notes\n",
         "many:IEADB_3001", Day(1946, 12, 2), frozenset(), "notes"),
    ],
)  # fmt: skip
def test_tables_that_manytreaties_is_made_of_are_read_by_the_names_that_they_have(
    tmp_path: Path, name: str, text: str, identifier: str, signed: Day, parties: frozenset[str], kind: str
) -> None:
    (treaty,), faults = read(save(tmp_path / name, text), "manytreaties")
    assert (treaty.identifier, treaty.signed, treaty.parties, treaty.kind) == (identifier, signed, parties, kind)
    assert faults == []


def test_the_main_file_of_dcad_is_read_by_the_names_that_it_has(tmp_path: Path) -> None:
    head = "ccode1,cowName1,ccode2,cowName2,signDay,signMonth,signYear,EIFDay,EIFMonth,EIFYear,type,UNTS,source,DCAid"
    rows = "200,United Kingdom,220,France,2,11,2010,1,7,2011,general,49750,x,1\n"
    rows += "200,United Kingdom,140,Brazil,-9,9,2010,NA,NA,2011,general,NA,x,2\n"
    (first, second), faults = read(save(tmp_path / "DCAD-v1.0-main.csv", f"{head}\n{rows}"), "dcad")
    assert (first.identifier, first.parties, first.signed) == ("dcad:1", frozenset({"GB", "FR"}), Day(2010, 11, 2))
    assert (first.in_force, first.references) == (Day(2011, 7, 1), frozenset({"unts-number:I-49750"}))
    assert (second.signed, second.in_force, second.parties) == (Day(2010, 9), Day(2011), frozenset({"GB", "BR"}))
    assert faults == []
