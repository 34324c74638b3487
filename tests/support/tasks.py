"""Readers who try a task: in both languages, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from support.browser import Open


def each_reader(
    open_page: Open, path: str, languages: tuple[str, ...] = ("en", "fr")
) -> Iterator[tuple[Page, str, int]]:
    """Open a page for a reader of each language, on a desk and on a phone; nothing of it may stand beside the window."""
    for language in languages:
        page = open_page("about:blank", language=language)
        for width, height in ((1280, 800), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(path)
            yield page, language, width
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def find(page: Page, words: str) -> None:
    """Search by the box that every page has."""
    box = page.locator("#site-search")
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/search?*")
