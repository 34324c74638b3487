"""Several statements served together: a reader chooses one, a draft says that it is one, and no link leads astray."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.crawling import ROOMS, crawl
from support.servers import start_server
from ukfr_graph.build import build_graphs, write_dataset
from ukfr_graph.store import install_dataset, staging_folder
from ukfr_graph.workspace import read_workspaces

WORKSPACES = Path(__file__).parents[1] / "workspaces"
PAGE = {"Accept": "text/html"}
NAMES = {
    "no-is-2021-03-02": "Statement of Norland and the Isles",
    "cv-no-2019-05-14": "Joint communiqué of Costa Verde and Norland",
}
CLAUSES = {
    "/doc/clause/cv-no-2019-05-14/open-harbours": "cv-no-2019-05-14",
    "/doc/clause/no-is-2021-03-02/pier": "no-is-2021-03-02",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("several") / "out"
    root.mkdir()
    with staging_folder(root) as staging:
        write_dataset(build_graphs(read_workspaces(sorted(WORKSPACES.iterdir()))), staging)
        install_dataset(staging, root)
    with start_server("--store", str(root)) as running:
        yield running.url


def test_the_home_page_shows_the_latest_statement_and_lets_choose_another(server: str) -> None:
    latest, other = NAMES
    page = httpx.get(server + "/", headers=PAGE).text
    assert re.findall(r'<option value="([^"]+)" selected>', page) == [latest]
    assert f'<a href="/statements/{latest}">{NAMES[latest]}</a>' in page
    chosen = httpx.get(server + "/", params={"statement": other}, headers=PAGE).text
    assert re.findall(r'<option value="([^"]+)" selected>', chosen) == [other]
    assert f'<a href="/statements/{other}">{NAMES[other]}</a>' in chosen
    answers = chosen.partition('id="answers"')[2].partition("</section>")[0]
    assert f"/statements/{other}#" in answers or "report-nets" in answers
    assert f"/statements/{latest}" not in answers


def test_a_network_is_of_one_statement_or_of_all_as_the_reader_chooses(server: str) -> None:
    page = httpx.get(server + "/graph", headers=PAGE).text
    picker = page.partition('id="graph-statement"')[2].partition("</select>")[0]
    statements = re.findall('value="(http[^"]+)"', picker)
    assert sorted(iri.rpartition("/")[2] for iri in statements) == sorted(NAMES)
    networks = {}
    for iri in ("", *statements):
        answer = httpx.get(server + "/export/network", params={"projection": "all", "statement": iri}).json()
        networks[iri] = {clause for edge in answer["edges"] for clause in edge["clauses"]}
    assert networks[""] == networks[statements[0]] | networks[statements[1]]
    for iri in statements:
        assert {clause.split("/clause/")[1].split("/")[0] for clause in networks[iri]} == {iri.rpartition("/")[2]}
    assert "no-such" in httpx.get(server + "/graph", params={"statement": "urn:no-such"}, headers=PAGE).text


def test_a_section_is_offered_with_the_statement_that_it_is_of(server: str) -> None:
    page = httpx.get(server + "/graph", headers=PAGE).text
    sections = page.partition('id="graph-section"')[2].partition("</select>")[0]
    assert all(" – " in label for label in re.findall('value="http[^>]*>([^<]+)<', sections))


def test_a_draft_says_that_it_is_one_wherever_it_is_shown(server: str) -> None:
    draft, finished = NAMES
    assert "is a draft" in httpx.get(f"{server}/statements/{draft}", headers=PAGE).text
    assert "is a draft" not in httpx.get(f"{server}/statements/{finished}", headers=PAGE).text
    listed = httpx.get(server + "/statements", headers=PAGE).text
    assert re.search(rf'href="/statements/{draft}".*?\(draft\)</li>', listed, re.DOTALL)
    assert listed.count("(draft)") == 1


@pytest.mark.parametrize("most", [0, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_no_link_is_dead_and_no_page_of_a_clause_leads_to_another_statement(server: str, most: int) -> None:
    dead: dict[str, int] = {}
    astray: list[tuple[str, str]] = []
    for path, answer in crawl(server, [*ROOMS, *CLAUSES], most):
        if answer.status_code != (403 if re.match(r"/queries/(?:eu-act|linked-items)", path) else 200):
            dead[path] = answer.status_code
        if of := re.match(r"/doc/clause/([^/?]+)/", path):
            others = set(NAMES) - {of[1]}
            astray += [(path, name) for name in others if f"/statements/{name}" in answer.text]
    assert dead == {}
    assert astray == []


def test_a_page_of_either_namespace_links_to_its_own(server: str) -> None:
    for path, statement in CLAUSES.items():
        page = httpx.get(server + path, headers=PAGE).text
        assert f"/statements/{statement}" in page
        other = next(name for name in NAMES if name != statement)
        assert f"/statements/{other}" not in page
