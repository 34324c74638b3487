"""What became of a clause, and how the acts that it rests on stand, wherever the clause is shown."""

import csv
import io
import re

import httpx
import pytest

STATEMENT = "/statements/uk-fr-2016-08-30/records"
CLAUSE = "/doc/clause/uk-fr-2016-08-30/"


def show(server: str, path: str, day: str, language: str = "en") -> str:
    given = {"at": day, "lang": language}
    return httpx.get(server + path, params=given, headers={"Accept": "text/html"}).text


def badges(page: str) -> dict[str, str]:
    found = re.findall(r'<a class="chip verdict" href="/outcomes#outcome-([^"]+)">(.*?)</a>', page, re.DOTALL)
    return {name: " ".join(re.sub("<[^>]*>", "", text).split()) for name, text in found}


@pytest.mark.parametrize("day", ["2016-12-31", "2026-11-01"])
def test_every_pledge_and_call_leads_to_its_outcome_of_the_day(server: str, day: str) -> None:
    answer = httpx.get(f"{server}/queries/outcomes", params={"day": day, "format": "csv"})
    rows = {row["clause"].rpartition("/")[2]: row for row in csv.DictReader(io.StringIO(answer.text))}
    shown = badges(show(server, STATEMENT, day))
    assert shown.keys() == rows.keys()
    for name, row in rows.items():
        assert (row["verdict_label"] or "no outcome recorded") in shown[name]
    page = show(server, "/outcomes", day)
    assert all(f'id="outcome-{name}"' in page for name in shown)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2016-08-30", "taking part for: United Kingdom"),
        ("2019-06-01", "taking part for: United Kingdom"),
        ("2026-11-01", "ended for: United Kingdom, 1 January 2021"),
    ],
)
def test_a_clause_tells_how_its_act_stood_on_the_day(server: str, day: str, words: str) -> None:
    for path in (STATEMENT, CLAUSE + "pnr-implementation"):
        page = show(server, path, day)
        lines = re.findall(r"<dt>State of the act</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
        assert any("PNR" in line and "in force for: France" in line and words in line for line in lines), lines


def test_the_state_is_told_in_french(server: str) -> None:
    page = show(server, CLAUSE + "pnr-implementation", "2026-11-01", "fr").replace("\u202f", " ")
    assert "État de l'acte" in page
    assert "a pris fin pour : Royaume-Uni" in page


def test_what_never_bound_a_state_has_no_state_to_tell(server: str) -> None:
    lines = re.findall(r"<dt>State of the act</dt>\s*<dd>(.*?)</dd>", show(server, STATEMENT, "2026-11-01"), re.DOTALL)
    assert lines
    assert not any("joint-declaration-calais-2015" in line for line in lines)
