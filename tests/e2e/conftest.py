"""A server over the built dataset, and a watched browser that reads its pages.

Without Debian's chromium the tests are skipped; with ``UKFR_E2E=1`` they fail instead. ``UKFR_E2E_PICTURES`` names a
folder for screenshots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import CHROMIUM, IS_REQUIRED, Open, Pages, Watch, start_browser, take_picture
from ukfr_graph.site.static import find_asset

expect.set_options(timeout=30_000)  # a slow machine is no fault of the page


HERE = Path(__file__).parent
_running = ExitStack()
_browsers: list[tuple[Browser, Pages]] = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith("tests/e2e/"):
            item.add_marker(pytest.mark.programs)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """End the browser with the last test of this folder: its event loop would be in the way of others."""
    if _browsers and (nextitem is None or HERE not in nextitem.path.parents):
        _browsers.clear()
        _running.close()


def _find_browser() -> tuple[Browser, Pages]:
    if not CHROMIUM:
        if IS_REQUIRED:
            pytest.fail("chromium is not installed, and UKFR_E2E=1 says that it must be: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    if not _browsers:
        browser = _running.enter_context(start_browser())
        _browsers.append((browser, Pages(browser)))
    return _browsers[0]


@pytest.fixture
def browser() -> Browser:
    return _find_browser()[0]


@pytest.fixture(scope="session")
def scripts() -> None:
    """What needs the scripts of the pages is skipped where they are not built; with UKFR_E2E=1 it fails."""
    if find_asset("statement") is None:
        if IS_REQUIRED:
            pytest.fail("the scripts are not built, and UKFR_E2E=1 says that they must be: python hatch_build.py")
        pytest.skip("the scripts of the pages are not built (python hatch_build.py)")


@pytest.fixture
def watch(server: str) -> Watch:
    return Watch(urlsplit(server).netloc)


@pytest.fixture
def open_page(server: str, watch: Watch, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open a page for a reader: ``language``, ``scheme``, ``javascript``, ``webgl``, ``width``, ``height``, ``new``.

    Whatever the test looks at, a request to another host, a console error or a violation of the
    Content-Security-Policy fails it, unless ``watch.expect`` says that the test causes it.
    """
    _, kept = _find_browser()
    pages: list[Page] = []

    def open_one(path: str = "/", *, base: str = server, **reader: object) -> Page:
        page = kept.take(base, watch, **reader)
        pages.append(page)
        page.goto(path)
        return page

    yield open_one
    name = re.sub(r"[^\w.-]+", "_", request.node.name)
    for number, page in enumerate(pages):
        take_picture(page, f"{name}-{number}")
        kept.give_back(page)
    assert not watch.unexpected(), "\n".join(watch.unexpected())
