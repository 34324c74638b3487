"""What holds of every page: axe-core finds nothing, in either language and scheme, and nothing runs over the edge."""

from __future__ import annotations

import pytest

from e2e.browser import Open, check_accessibility

PAGES = ("/", "/editor", "/queries/money")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
def test_axe_finds_nothing(open_page: Open, path: str, language: str, scheme: str) -> None:
    page = open_page(path, language=language, scheme=scheme)
    assert page.locator("html").get_attribute("lang") == language
    check_accessibility(page)
