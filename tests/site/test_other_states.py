"""A dataset of other states, served alone: nothing on any page or in any description speaks of the bundled workspace."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from support.agents import open_agent
from support.crawling import crawl
from support.servers import start_server
from support.words import find_bundled_words
from ukfr_graph.build import build_graphs, write_dataset
from ukfr_graph.new_workspace import begin_workspace
from ukfr_graph.query.saved_files import read_library
from ukfr_graph.query.tabular import make_package
from ukfr_graph.store import install_dataset, open_snapshot, staging_folder

HARBOURS = Path(__file__).parents[1] / "workspaces" / "costa-verde-norland"
OWN = "https://example.org/costa-verde/"
FEDERATED = re.compile(r"/queries/(?:eu-act|linked-items)")
"""Questions that call other endpoints, which the settings of a test do not allow."""

MOSTLY_EMPTY = """Declaración conjunta de México y Chile

Los Gobiernos de México y Chile se reunieron el 4 de abril de 2024. Construiremos 12 puertos por 30 millones de dólares.

Anexo
| 2024 | 10 millones |
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("harbours") / "out"
    root.mkdir()
    with staging_folder(root) as staging:
        write_dataset(build_graphs(HARBOURS), staging)
        install_dataset(staging, root)
    return root


@pytest.fixture(scope="module")
def server(dataset: Path) -> Iterator[str]:
    with start_server("--store", str(dataset)) as running:
        yield running.url


@pytest.fixture(scope="module")
def first_draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What a newcomer sees after ``init``: a text of two other states, in another language, and nothing coded."""
    folder = tmp_path_factory.mktemp("first")
    begun = begin_workspace(
        folder / "own", ["Mexico", "CL"], date(2024, 4, 4), MOSTLY_EMPTY.encode(), "t.txt", languages=["es", "en"]
    )
    with start_server("--data", str(begun.folder), settings={"store": str(folder / "out")}) as running:
        yield running.url


@pytest.mark.parametrize(
    ("served", "most"),
    [
        ("server", 1),
        ("first_draft", 0),
        pytest.param("server", 3, marks=pytest.mark.exhaustive),
        pytest.param("first_draft", 1, marks=pytest.mark.exhaustive),
    ],
)
def test_no_page_that_a_link_leads_to_fails_or_names_another_state_publisher_or_licence(
    served: str, most: int, request: pytest.FixtureRequest
) -> None:
    found: dict[str, object] = {}
    sorts: set[str] = set()
    for path, answer in crawl(request.getfixturevalue(served), most=most):
        sorts.add(path.split("/")[1].partition("?")[0])
        if answer.status_code != (403 if FEDERATED.match(path) else 200):
            found[path] = answer.status_code
        elif words := find_bundled_words(answer.text):
            found[path] = words
    assert found == {}
    assert {"export", "guides", "ontology", "queries", "statements", "vocab", *(["doc"] if most else [])} <= sorts


def test_a_first_draft_has_a_page_with_its_whole_text(first_draft: str) -> None:
    page = httpx.get(first_draft + "/statements/mx-cl-2024-04-04", headers={"Accept": "text/html"}).text
    article = re.sub("<[^>]+>", "", page.partition("<article")[2].partition("</article>")[0])
    assert [line for line in MOSTLY_EMPTY.splitlines() if line and line not in article] == []
    assert "is a draft" in httpx.get(first_draft + "/statements/mx-cl-2024-04-04?lang=en").text


@pytest.mark.parametrize("path", ["/sparql", "/catalog", "/.well-known/void"])
def test_no_description_for_programs_does(server: str, path: str) -> None:
    told = httpx.get(server + path, headers={"Accept": "text/turtle"}).text
    assert find_bundled_words(told) == set()
    if path != "/sparql":
        assert "Costa Verde and Norland, harbour by harbour" in told
        assert "Costa Verde y Norlandia, puerto a puerto" in told
        assert "The Harbour Desk" in told
        assert "https://creativecommons.org/publicdomain/zero/1.0/" in told
        assert '"@fr' not in told


def test_no_package_of_tables_does(dataset: Path) -> None:
    files = make_package(open_snapshot(dataset))
    package = json.loads(files["datapackage.json"])
    assert find_bundled_words(files["datapackage.json"].decode()) == set()
    assert package["title"] == "Costa Verde and Norland, harbour by harbour"
    assert not [f["name"] for t in package["resources"] for f in t["schema"]["fields"] if f["name"].endswith("_fr")]
    assert "label_es" in files["topics.csv"].decode().splitlines()[0]
    assert "Condenan el ataque al faro" in files["clauses.csv"].decode()
    assert {name: words for name, content in files.items() if (words := find_bundled_words(content.decode()))} == {}


def test_agents_are_told_of_nothing_else(dataset: Path) -> None:
    async def work() -> tuple[str, set[str]]:
        async with open_agent("--out", str(dataset)) as client:
            tools = (await client.list_tools()).tools
            told = "".join(tool.model_dump_json() for tool in tools)
            return f"{client.instructions} {told}", {tool.name for tool in tools}

    told, names = asyncio.run(work())
    assert find_bundled_words(told) == set()
    assert "What two made-up states say to each other about fish" in told
    assert "berths" in names
    assert "networks-by-period" not in names


def test_pages_are_in_the_languages_of_the_dataset_and_its_own_labels(server: str) -> None:
    page = httpx.get(server + "/?lang=es").text
    assert '<html lang="es"' in page
    assert "Costa Verde y Norlandia, puerto a puerto" in page
    assert "Gaceta del Puerto" in page
    assert 'hreflang="en"' in page
    assert 'hreflang="fr"' not in page
    french = httpx.get(server + "/?lang=fr", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en"' in french


@pytest.mark.parametrize(
    "path", ["clause/cv-no-2019-05-14/open-harbours", "state/norland", "instrument/harbour-convention"]
)
def test_an_iri_under_the_own_namespace_has_its_page_and_its_data(server: str, path: str) -> None:
    assert httpx.get(f"{server}/id/{path}").headers["location"] == f"/doc/{path}"
    data = httpx.get(f"{server}/doc/{path}", headers={"Accept": "application/n-triples"})
    assert f"<{OWN}id/{path}>" in data.text
    assert httpx.get(f"{server}/doc/{path}", headers={"Accept": "text/html"}).status_code == 200
    assert httpx.get(f"{server}/vocab/unit/dollar", headers={"Accept": "text/html"}).status_code == 200


def test_a_question_is_asked_about_what_the_workspace_says_and_as_of_the_day_of_the_dataset(dataset: Path) -> None:
    snapshot = open_snapshot(dataset)
    library = read_library(dataset=snapshot.folder)
    values = {
        p.name: p.default for name in ("clauses-on-topic", "office-holders") for p in library.find(name).parameters
    }
    assert values["topic"] == OWN + "vocab/topic/fisheries"
    assert values["day"] == snapshot.manifest["date"]


def test_a_question_of_the_dataset_is_shown_as_a_network_and_one_of_another_is_not_there(server: str) -> None:
    assert httpx.get(server + "/export/network", params={"projection": "berths"}).status_code == 200
    assert httpx.get(server + "/export/network", params={"projection": "networks-by-period"}).status_code == 404


def test_the_words_of_a_clause_are_read_in_the_text_that_the_dataset_carries(server: str) -> None:
    page = httpx.get(server + "/statements/cv-no-2019-05-14", headers={"Accept": "text/html"}).text
    assert "condemn the attack on the lighthouse" in page
    assert 'id="clause-open-harbours"' in page
    assert "12 million dollars" in page
    answer = httpx.get(server + "/queries/berths", headers={"Accept": "text/csv"})
    assert "Puerto" not in answer.text
    assert "2 berths" in answer.text
