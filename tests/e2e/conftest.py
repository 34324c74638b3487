"""A server over the built dataset, and a watched browser that reads its pages.

Without Debian's chromium the tests are skipped; with ``UKFR_E2E=1`` they fail instead. ``UKFR_E2E_PICTURES`` names a
folder for screenshots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.browser import CHROMIUM, IS_REQUIRED, Open, Watch, open_context, start_browser, take_picture
from support.servers import start_server
from ukfr_graph.site.static import find_asset

expect.set_options(timeout=30_000)  # a slow machine is no fault of the page


@pytest.fixture(scope="session")
def server(dataset: Path) -> Iterator[str]:
    with start_server("--store", str(dataset)) as running:
        yield running.url


@pytest.fixture(scope="module")  # not longer: its event loop would be in the way of other tests
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if IS_REQUIRED:
            pytest.fail("chromium is not installed, and UKFR_E2E=1 says that it must be: apt-get install chromium")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with start_browser() as running:
        yield running


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
def open_page(browser: Browser, server: str, watch: Watch, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open a page for a reader: ``language``, ``scheme``, ``javascript``, ``webgl``, ``width``, ``height``.

    Whatever the test looks at, a request to another host, a console error or a violation of the
    Content-Security-Policy fails it, unless ``watch.expect`` says that the test causes it.
    """
    contexts: list[BrowserContext] = []

    def open_one(path: str = "/", *, base: str = server, **reader: object) -> Page:
        context = open_context(browser, base, **reader)  # type: ignore[arg-type]  # a test's own words
        contexts.append(context)
        watch.attach(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_one
    name = re.sub(r"[^\w.-]+", "_", request.node.name)
    for number, context in enumerate(contexts):
        for page in context.pages:
            take_picture(page, f"{name}-{number}")
        context.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())
