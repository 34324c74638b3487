"""The coding workbench in a browser: by keys alone, by a selection, and for a screen reader."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import find_faults, open_context
from support.servers import start_server
from unit.coding.test_acts import MEET, NAME, PIER, make_root, read

PAGE = f"/code/{NAME}"


@pytest.fixture
def bench(browser: Browser, dataset: Path, tmp_path: Path) -> Iterator[tuple[Page, Path]]:
    root = make_root(tmp_path / "isles")
    own = shutil.copytree(dataset, tmp_path / "out", symlinks=True)
    with start_server("--store", str(own), settings={"edit": str(root)}) as running:
        page = open_context(browser, running.url).new_page()
        page.goto(PAGE)
        page.get_by_label("The id of your record").fill("coder/isles-desk")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", name=MEET)).to_be_visible()
        expect(page.get_by_label("Single keys")).to_be_visible()  # the script is there
        yield page, root
        page.context.close()


def test_a_text_is_coded_by_keys_alone(bench: tuple[Page, Path]) -> None:
    page, root = bench
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Proposals: 0.")
    expect(page.get_by_label("Single keys")).to_be_visible()
    assert f"id: {MEET}" in read(root)
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("Proposals: 1.")
    expect(page.get_by_label("Single keys")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_role("status")).to_contain_text("Gaps: 1.")
    page.goto(f"{PAGE}?record={PIER}")
    expect(page.get_by_label("Single keys")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="call", exact=True)).to_have_attribute("aria-pressed", "true")
    assert "type: Call" in read(root)
    page.get_by_label("Single keys").uncheck()
    page.keyboard.press("u")
    page.wait_for_timeout(300)
    assert "type: Call" in read(root)


def test_selected_words_are_those_of_the_new_clause(bench: tuple[Page, Path]) -> None:
    page, root = bench
    page.keyboard.press("x")
    expect(page.get_by_role("status")).to_contain_text("Gaps: 1.")
    page.locator(".coded-text").evaluate(
        """text => {
            const node = [...text.childNodes].find(each => each.textContent.includes("Both sides"));
            const start = node.textContent.indexOf("Both sides");
            getSelection().setBaseAndExtent(node, start, node, start + "Both sides will meet".length);
        }"""
    )
    expect(page.get_by_label("Words, as the text has them")).to_have_value("Both sides will meet")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Coding")).to_be_visible()
    page.wait_for_function("!document.querySelector('#add-words').value.includes('Both')")
    assert "exact: Both sides will meet\n" in read(root)


def test_the_workbench_has_no_barriers(bench: tuple[Page, Path]) -> None:
    page, _ = bench
    for width, address in ((1280, PAGE), (390, f"{PAGE}?record={PIER}"), (1280, f"{PAGE}?record={PIER}&lang=fr")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        assert find_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
