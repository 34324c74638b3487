"""The coding workbench in a browser: by keys alone, by a selection, for a screen reader, and against a hostile page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from support.browser import find_faults, open_context
from support.coding import FERRIES, MEET, NAME, PIER, make_root, read
from support.servers import start_server
from unit.coding.test_parts import WITH_PARTS, propose
from unit.coding.test_settling import code_second

PAGE = f"/code/{NAME}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("coding")
    root = make_root(folder / "isles")
    with start_server("--empty", "--store", str(folder / "own"), settings={"edit": str(root)}, forked=False) as running:
        yield root, running.url


@pytest.fixture
def bench(browser: Browser, served: tuple[Path, str], scripts: None) -> Iterator[tuple[Page, Path]]:
    root, url = served
    while root.exists():  # the server may still write what the test before has asked for
        shutil.rmtree(root, ignore_errors=True)
    make_root(root)
    with open_context(browser, url) as context:
        page = context.new_page()
        page.goto(PAGE)
        page.get_by_label("The id of your record").fill("coder/isles-desk")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_label("Single keys")).to_be_visible()  # the script is there
        yield page, root


def show(page: Page, address: str = PAGE) -> None:
    page.goto(address)
    expect(page.get_by_label("Single keys")).to_be_visible()  # the script is there


def test_a_text_is_coded_by_keys_alone_and_each_act_is_announced(bench: tuple[Page, Path]) -> None:
    page, root = bench
    told = page.get_by_role("status")
    page.evaluate("document.querySelector('#status').dataset.same = 'yes'")
    page.keyboard.press("Enter")
    expect(told).to_contain_text("Accepted. In records")
    expect(told).to_contain_text("Proposals: 0.")
    expect(told).to_have_attribute("data-same", "yes")  # the live region stays, so that what is new in it is read out
    assert f"id: {MEET}" in read(root)
    page.keyboard.press("u")
    expect(told).to_contain_text("Undone.")
    page.keyboard.press("r")
    expect(told).to_contain_text("Redone.")
    page.keyboard.press("u")
    expect(told).to_contain_text("Proposals: 1.")
    page.keyboard.press("x")
    expect(told).to_contain_text("Gaps: 1.")
    page.keyboard.press("g")
    expect(page.get_by_label("Words, as the text has them")).to_be_focused()
    page.keyboard.type("no such words")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("stand 0 times")
    show(page, f"{PAGE}?record={FERRIES}")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name=PIER)).to_be_focused()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="call", exact=True)).to_have_attribute("aria-pressed", "true")
    assert "type: Call" in read(root)
    page.keyboard.press("e")
    page.keyboard.type("norland goverment")
    page.keyboard.press("Enter")
    expect(told).to_contain_text("found.")
    page.get_by_label("Reason, where no words name it").fill("Its pier.")
    page.get_by_role("button", name="Government of Norland").press("Enter")
    expect(told).to_contain_text("Added.")
    assert "reason:\n" in read(root)
    page.get_by_role("heading", name=PIER).focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("To the next record in the text")
    page.keyboard.press("Escape")
    page.get_by_label("Single keys").uncheck()
    before = read(root)
    page.keyboard.press("u")
    page.wait_for_timeout(300)
    assert read(root) == before


def test_a_figure_of_the_clause_is_made_and_changed_by_keys_alone(bench: tuple[Page, Path]) -> None:
    page, root = bench
    show(page, f"{PAGE}?record={FERRIES}")
    told, keys = page.get_by_role("status"), page.keyboard
    keys.press("w")
    keys.press("Control+Home")
    words = page.locator("#quote-words").input_value()
    for _ in range(words.index("2 ferries")):
        keys.press("ArrowRight")
    for _ in "2 ferries":
        keys.press("Shift+ArrowRight")
    keys.type("typed over")
    assert page.locator("#quote-words").input_value() == words
    keys.press("Escape")
    keys.press("f")
    expect(page.locator("#new-quantity-words")).to_be_focused()
    expect(page.locator("#new-quantity-words")).to_have_value("2 ferries")
    for typed in ("2", "ferry", "exactly", "cardinality", "ferries"):
        keys.press("Tab")
        keys.type(typed)
    keys.press("Enter")
    expect(told).to_contain_text("Kept.")
    expect(page.locator("#new-quantity > summary")).to_be_focused()
    assert "comparator: exactly" in read(root)
    page.locator("#change-quantity-1 > summary").press("Enter")
    page.locator("#change-quantity-1-value").press("Control+a")
    keys.type("3")
    keys.press("Enter")
    expect(page.locator("#part-quantity-1")).to_contain_text("value 3")
    assert "value: 3" in read(root)


def test_what_was_typed_elsewhere_stays_when_something_is_kept(bench: tuple[Page, Path]) -> None:
    page, root = bench
    show(page, f"{PAGE}?record={FERRIES}")
    page.locator("#summary-en").fill("Not kept yet.")
    page.locator("#label-en").fill("Two ferries")
    page.locator("#keep-label").click()
    expect(page.get_by_role("status")).to_contain_text("Kept.")
    expect(page.locator("#summary-en")).to_have_value("Not kept yet.")
    assert "Two ferries" in read(root)


def test_what_was_typed_stays_where_the_files_have_changed_in_the_meantime(bench: tuple[Page, Path]) -> None:
    page, root = bench
    show(page, f"{PAGE}?record={FERRIES}")
    (root / "statements" / f"{NAME}.yaml").write_text("# by another hand\n" + read(root), "utf-8")
    page.locator("#label-en").fill("Two ferries")
    page.locator("#label-en").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("in the meantime")
    expect(page.locator("#label-en")).to_have_value("Two ferries")
    page.locator("#label-en").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Kept.")
    assert "Two ferries" in read(root)
    assert "# by another hand" in read(root)


def test_keys_that_come_quickly_are_all_obeyed(bench: tuple[Page, Path]) -> None:
    page, root = bench
    show(page, f"{PAGE}?record={PIER}")
    before = read(root)
    for key in ("2", "3", "4", "u", "u", "u"):
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_contain_text("Undone.")
    expect(page.locator("#fault")).to_be_empty()
    page.wait_for_timeout(500)
    expect(page.locator("main:not([aria-busy])")).to_be_visible()
    assert read(root) == before


def test_selected_words_are_those_of_the_new_clause(bench: tuple[Page, Path]) -> None:
    page, root = bench
    page.keyboard.press("x")
    expect(page.get_by_role("status")).to_contain_text("Gaps: 1.")
    page.locator("#coded").evaluate(
        """text => {
            const node = [...text.childNodes].find(each => each.textContent.includes("Both sides"));
            const start = node.textContent.indexOf("Both sides");
            getSelection().setBaseAndExtent(node, start, node, start + "Both sides will meet".length);
        }"""
    )
    expect(page.get_by_label("Words, as the text has them")).to_have_value("Both sides will meet")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name=f"clause/{NAME}/both-sides-will-meet")).to_be_visible()
    assert "exact: Both sides will meet\n" in read(root)


def test_problems_appear_beside_the_text_and_go_with_the_act_that_mends_them(bench: tuple[Page, Path]) -> None:
    page, root = bench
    problems = page.get_by_role("region", name="Problems")
    expect(problems).to_contain_text("Nothing is wrong.")
    path = root / f"statements/{NAME}.yaml"
    path.write_text(read(root).replace("verdict: not-testable", "verdict: not-testible"), "utf-8")
    show(page, f"{PAGE}?record={FERRIES}")
    problems.get_by_role("link", name=PIER).first.click()
    expect(page.get_by_role("heading", name=PIER)).to_be_focused()
    page.locator("#testability-verdict").select_option("not-testable")
    page.locator("#keep-testability").click()
    expect(problems).to_contain_text("Nothing is wrong.")


def test_a_page_of_another_site_changes_nothing_through_the_browser_of_a_coder(
    served: tuple[Path, str], bench: tuple[Page, Path]
) -> None:
    page, root = bench
    url = served[1]
    seen = page.locator('input[name="seen"]').first.get_attribute("value")
    body = f"act=reject&record={MEET}&seen={seen}"
    hostile = f"""<form method="post" action="{url}{PAGE}/act"><input name="act" value="reject">
        <input name="record" value="{MEET}"><input name="seen" value="{seen}"></form>
        <script>fetch("{url}{PAGE}/act", {{method: "POST", mode: "no-cors", credentials: "include",
        headers: {{"Content-Type": "application/x-www-form-urlencoded"}}, body: "{body}"}})
        .finally(() => document.forms[0].submit())</script>"""

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/html", body=hostile)

    page.context.route("http://hostile.example/", answer)
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    with page.expect_navigation(url=lambda address: "/act" in address):
        page.goto("http://hostile.example/", wait_until="commit")
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


def test_the_workbench_has_no_barriers_in_either_language_and_on_a_phone(bench: tuple[Page, Path]) -> None:
    page, root = bench
    propose(root, WITH_PARTS)
    code_second(root)
    for width, addresses in (
        (1280, (PAGE, f"{PAGE}?record={PIER}&q=isles", f"{PAGE}/agreement", f"{PAGE}/findings")),
        (390, (f"{PAGE}?record={PIER}&q=isles&lang=fr", f"{PAGE}/agreement")),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            assert find_faults(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
