"""Looking into a network as a person does: by mouse and by keyboard, with and without WebGL and scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from playwright.sync_api import Page, expect

from support.browser import Open, Watch, check_accessibility
from support.servers import start_server

pytestmark = pytest.mark.usefixtures("scripts")

DUBLIN = "https://w3id.org/ukfr/id/instrument/dublin-iii"
RUDD = "https://w3id.org/ukfr/id/person/amber-rudd"


def count_nodes(number: int) -> str:
    """What the page says of so many nodes, where all are shown."""
    return "1 node" if number == 1 else f"All {number} nodes"


def ask(server: str, **asked: str) -> dict[str, Any]:
    answer = httpx.get(server + "/export/network", params={**asked, "format": "json"}, timeout=60)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module", autouse=True)
def _warm(server: str) -> None:
    """The first network of a server takes its time: the libraries are imported, and this machine may be busy."""
    ask(server)


def rows(page: Page) -> list[str]:
    page.locator(".nodes [role=option]").first.wait_for()
    return [row.locator(".name").inner_text() for row in page.locator(".nodes [role=option]").all()]


def length(page: Page) -> int:
    return int(page.locator(".nodes [role=option]").first.get_attribute("aria-setsize") or 0)


def view(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_list_has_what_is_drawn_and_the_keyboard_moves_through_it(open_page: Open, server: str) -> None:
    page = open_page("/graph")
    nodes = ask(server)["nodes"]
    rows(page)
    assert length(page) == len(nodes)
    assert page.locator(".nodes [role=option]").count() < 60  # only what is in view
    expect(page.locator(".stage canvas").first).to_be_visible()
    page.get_by_label("Search the nodes").focus()
    page.keyboard.press("Tab")
    for key in ("ArrowDown", "ArrowDown", "PageDown", "Home", "ArrowDown"):
        page.keyboard.press(key)
    selected = page.locator(".nodes [aria-selected=true]")
    expect(selected).to_have_attribute("aria-posinset", "2")
    box = page.get_by_role("listbox", name="Nodes")
    expect(box).to_have_attribute("aria-activedescendant", selected.get_attribute("id") or "")
    page.keyboard.press("End")
    expect(selected).to_have_attribute("aria-posinset", str(len(nodes)))
    page.keyboard.press("Enter")
    expect(page.locator(".record h2")).to_be_focused()
    assert view(page)["select"]


def test_a_record_has_its_words_its_ties_and_its_page(open_page: Open) -> None:
    page = open_page("/graph")
    page.get_by_label("Search the nodes").fill("dublin")
    page.keyboard.press("Enter")
    record = page.get_by_role("region", name="Record of the node")
    expect(record.get_by_role("heading", level=2)).to_contain_text("Dublin III Regulation")
    expect(record.locator("q").first).to_contain_text("Dublin III")
    expect(record.get_by_role("link", name="Open its page")).to_have_attribute("href", "/doc/instrument/dublin-iii")
    place = record.get_by_role("link", name="in the text").first.get_attribute("href") or ""
    page.goto(place)
    expect(page.locator("#" + place.partition("#")[2])).to_be_visible()


def test_the_mouse_selects_and_focuses_a_node(open_page: Open) -> None:
    page = open_page("/graph?" + urlencode({"focus": DUBLIN, "steps": "0"}))
    assert len(rows(page)) == 1
    page.wait_for_timeout(500)
    page.locator(".stage-host").click()  # the one node is in the middle
    expect(page.locator(".record h2")).to_contain_text("Dublin III")
    page.get_by_role("button", name="One step more").click()
    expect(page.locator(".steps")).to_contain_text("1 step")
    page.locator(".record dl.ties button").first.click()
    expect(page.locator(".record h2")).not_to_contain_text("Dublin III")
    page.get_by_role("button", name="Only around it").click()
    assert view(page)["focus"] != [DUBLIN]


@pytest.mark.parametrize("webgl", [True, False])
def test_steps_show_what_the_server_says_is_around_a_node(open_page: Open, server: str, webgl: bool) -> None:
    page = open_page("/graph?" + urlencode({"focus": DUBLIN}), webgl=webgl)
    for steps in ("1", "2", "3"):
        expect(page.locator(".steps")).to_contain_text("1 step" if steps == "1" else f"{steps} steps")
        assert length(page) == len(ask(server, focus=DUBLIN, steps=steps)["nodes"])
        if not webgl:
            assert page.locator(".stage circle").count() == length(page)
        page.get_by_role("button", name="One step more").click()
    page.get_by_role("button", name="Show the whole network").click()
    assert length(page) == len(ask(server)["nodes"])


def test_a_path_is_found_from_the_keyboard_and_is_the_servers(open_page: Open, server: str) -> None:
    page = open_page("/graph", language="fr")
    search = page.get_by_label("Chercher parmi les nœuds")
    search.fill("amber rudd")
    search.press("Enter")
    page.get_by_role("button", name="Chemin depuis ici").press("Enter")
    search.fill("dublin iii")
    search.press("Enter")
    page.get_by_role("button", name="Chemin jusqu'ici").press("Enter")
    search.fill("")
    answer = ask(server, **{"from": RUDD, "to": DUBLIN})
    path = answer["graph"]["path"]
    label = {node["id"]: node["label_fr"] for node in answer["nodes"]}
    expect(page.locator("ol.path li")).to_have_text([label[iri] for iri in path])
    expect(page.locator(".notice")).to_contain_text(f"Le plus court chemin a {len(path) - 1} pas")
    assert length(page) == len(answer["nodes"])
    assert (view(page)["from"], view(page)["to"]) == ([RUDD], [DUBLIN])


def test_types_are_hidden_and_the_address_restores_the_view(open_page: Open, server: str) -> None:
    page = open_page("/graph")
    rows(page)
    page.get_by_role("button", name="Clauses").click()
    expect(page.get_by_role("button", name="Clauses")).to_have_attribute("aria-pressed", "false")
    kept = [node for node in ask(server)["nodes"] if node["type"] != "ukfr:Clause"]
    assert length(page) == len(kept)
    page.locator(".nodes [role=option]").nth(3).click()
    name = page.locator(".record h2").inner_text()
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
    page.wait_for_url("**camera=**")
    again = open_page(page.url.removeprefix(server))
    expect(again.locator(".record h2")).to_have_text(name)
    assert length(again) == len(kept)
    expect(again.get_by_role("button", name="Clauses")).to_have_attribute("aria-pressed", "false")
    again.wait_for_timeout(500)
    assert view(again) == view(page)


def test_the_form_chooses_another_network(open_page: Open, server: str) -> None:
    page = open_page("/graph")
    rows(page)
    page.get_by_label("Connections", exact=True).select_option("topic-topic")
    expect(page.locator(".seen")).to_contain_text(f"All {len(ask(server, projection='topic-topic')['nodes'])} nodes")
    page.get_by_label("Connections", exact=True).select_option("all")
    page.get_by_label("Kind of clause").select_option(label="pledge")
    pledges = ask(server, kind="ukfr:Pledge")
    expect(page.locator(".seen")).to_contain_text(f"All {len(pledges['nodes'])} nodes")
    assert view(page)["kind"] == ["https://w3id.org/ukfr/ontology#Pledge"]


def test_a_network_is_seen_as_of_a_day(open_page: Open, server: str) -> None:
    page = open_page("/graph")
    rows(page)
    everything = length(page)
    page.get_by_label("As of", exact=True).fill("2016-08-30")
    page.wait_for_url("**at=2016-08-30**")
    rows(page)
    assert length(page) == len(ask(server, at="2016-08-30")["nodes"]) < everything
    expect(page.locator(".as-of")).to_contain_text("30 August 2016")
    page.get_by_label("Search the nodes").fill("2017/853")
    expect(page.locator(".seen")).to_contain_text("0 found")


def test_what_is_seen_is_saved(open_page: Open, server: str) -> None:
    page = open_page("/graph?" + urlencode({"focus": DUBLIN, "steps": "2"}))
    rows(page)
    count = length(page)
    files = {}
    for name in ("SVG", "PNG", "PDF", "GraphML", "GEXF", "JSON"):
        page.locator("summary", has_text="Save as").click()
        with page.expect_download() as waiting:
            page.locator(".menu li").get_by_text(name, exact=True).click()
        files[name] = waiting.value.path().read_bytes()
        page.keyboard.press("Escape")
    circles = ElementTree.fromstring(files["SVG"]).findall(".//{*}circle")
    assert len(circles) == count
    told = files["SVG"].decode()
    for words in ("licence CC BY 4.0 · dataset ", "https://w3id.org/ukfr/graph", "Instruments: "):
        assert words in told
    assert files["PNG"].startswith(b"\x89PNG")
    assert len(files["PNG"]) > 5_000
    assert files["PDF"].startswith(b"%PDF")
    assert len(ElementTree.fromstring(files["GraphML"]).findall(".//{*}node")) == count
    assert len(ElementTree.fromstring(files["GEXF"]).findall(".//{*}node")) == count
    assert {node["id"] for node in json.loads(files["JSON"])["nodes"]} == {
        node["id"] for node in ask(server, focus=DUBLIN, steps="2")["nodes"]
    }
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = page.locator(".printed svg")
    expect(printed).to_be_visible()
    expect(printed.locator("circle")).to_have_count(count)
    expect(printed).to_contain_text("licence CC BY 4.0")
    expect(page.locator(".stage")).to_be_hidden()


@pytest.mark.parametrize(
    "asked",
    [
        {"query": "CONSTRUCT { ?a ukfr:elaborates ?b } WHERE { ?a ukfr:elaborates ?b }"},
        {"query": "SELECT ?clause ?act { ?clause ukfr:cites ?act }"},
        {"saved": "clause-network"},
        {"saved": "clauses-of-holder", "param": "holder=id:body/british-authorities"},
    ],
)
def test_any_query_is_shown_as_a_graph(open_page: Open, asked: dict[str, str]) -> None:
    page = open_page("/graph?" + urlencode(asked))
    assert len(rows(page)) > 1
    expect(page.locator(".record")).to_contain_text("Choose a node")


def test_a_query_that_is_no_network_says_why(open_page: Open, watch: Watch) -> None:
    watch.expect("400")
    page = open_page("/graph?" + urlencode({"query": "ASK {}"}))
    expect(page.get_by_role("alert")).to_contain_text("An ASK answers yes or no")


@pytest.fixture(scope="module")
def narrow(dataset: Path) -> Iterator[str]:
    """A server for which a network of more than fifty nodes is large."""
    with start_server("--store", str(dataset), settings={"max_network_nodes": "50"}) as running:
        yield running.url


def test_a_large_network_is_seen_by_its_communities_first(
    open_page: Open, narrow: str, watch: Watch, server: str
) -> None:
    watch.host = narrow.removeprefix("http://")
    page = open_page("/graph", base=narrow)
    rows(page)
    everything = len(ask(server)["nodes"])
    expect(page.locator(".notice")).to_contain_text(f"The network has {everything} nodes")
    assert length(page) < 50
    page.locator(".nodes [role=option]").first.click()  # one that no scrolling moves
    members = int(page.locator(".record h2").inner_text().rpartition("+")[2].rstrip(")")) + 1
    page.get_by_role("button", name="Open this community").click()
    expect(page.locator(".seen")).to_contain_text(f"All {members} nodes")
    assert view(page)["community"]
    page.goto("/graph")
    page.get_by_role("button", name="draw all").click()
    expect(page.locator(".seen")).to_contain_text(f"All {everything} nodes")
    assert view(page)["whole"] == ["true"]


def test_in_a_large_network_the_server_finds_what_the_communities_hide(
    open_page: Open, narrow: str, watch: Watch, server: str
) -> None:
    watch.host = narrow.removeprefix("http://")
    page = open_page("/graph?" + urlencode({"focus": DUBLIN}), base=narrow)
    around = [len(ask(server, focus=DUBLIN, steps=steps)["nodes"]) for steps in "0123"]
    assert around[2] < 50 < around[3]
    expect(page.locator(".seen")).to_contain_text(count_nodes(around[1]))
    page.get_by_role("button", name="One step fewer").click()
    expect(page.locator(".seen")).to_contain_text(count_nodes(around[0]))
    for steps in (1, 2):
        page.get_by_role("button", name="One step more").click()
        expect(page.locator(".seen")).to_contain_text(count_nodes(around[steps]))
    page.get_by_role("button", name="One step more").click()
    expect(page.locator(".notice").first).to_contain_text(f"The network has {around[3]} nodes")
    page.get_by_role("button", name="End").click()
    expect(page.locator(".notice")).to_contain_text(f"The network has {len(ask(server)['nodes'])} nodes")
    page.goto("/graph?" + urlencode({"from": RUDD, "to": DUBLIN}))
    expect(page.locator("ol.path li")).to_have_count(len(ask(server, **{"from": RUDD, "to": DUBLIN})["graph"]["path"]))


def test_without_scripts_there_is_a_picture_and_a_list(open_page: Open, server: str) -> None:
    page = open_page("/graph", javascript=False)
    picture = page.get_by_role("img", name="Drawing of the network")
    assert picture.evaluate("image => image.naturalWidth") > 100
    assert page.locator("main tbody tr").count() == min(200, len(ask(server)["nodes"]))  # which the page says
    page.get_by_label("Topic").select_option(label="asylum")
    page.get_by_role("button", name="Show").click()
    fewer = page.locator("main tbody tr").count()
    assert 1 < fewer < 60
    page.get_by_role("link", name="1 step – Dublin III").click()
    page.wait_for_url("**focus=**")
    assert 1 < page.locator("main tbody tr").count() < fewer


@pytest.mark.parametrize(("language", "scheme", "webgl"), [("en", "light", True), ("fr", "dark", False)])
def test_axe_finds_nothing(open_page: Open, language: str, scheme: str, webgl: bool) -> None:
    page = open_page(
        "/graph?" + urlencode({"select": DUBLIN, "focus": DUBLIN, "steps": "2"}),
        language=language,
        scheme=scheme,
        webgl=webgl,
    )
    expect(page.locator(".record q").first).to_be_visible()
    check_accessibility(page)


def test_nothing_runs_over_the_edge_of_a_narrow_window(open_page: Open) -> None:
    page = open_page("/graph?" + urlencode({"select": DUBLIN}), width=320)
    expect(page.locator(".record q").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
