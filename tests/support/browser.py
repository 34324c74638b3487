"""A real browser, watched: what it asked for, what it complained about, and what axe-core finds."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    WebError,
    sync_playwright,
)

CHROMIUM = shutil.which("chromium") or ""
IS_REQUIRED = os.environ.get("UKFR_E2E") == "1"
PICTURES = os.environ.get("UKFR_E2E_PICTURES", "")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",  # WebGL without a graphics card
    "--enable-unsafe-swiftshader",
)
_LOCALES = {"en": "en-GB", "fr": "fr-FR"}
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_WITHOUT_WEBGL = """
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return /webgl/.test(kind) ? null : getContext.call(this, kind, ...rest);
};
"""

Open = Callable[..., Page]


@dataclass
class Watch:
    """What pages of one test did that no page may do; ``expected`` are patterns of complaints that a test causes."""

    host: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.on("request", self.see_request)
        context.on("console", self.see_console)
        context.on("weberror", self.see_error)

    def expect(self, pattern: str) -> None:
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [f for f in self.faults if not any(re.search(p, f) for p in self.expected)]

    def see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc != self.host:
            self.faults.append(f"request to another host: {request.url}")

    def see_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":  # violations of the Content-Security-Policy are said here too
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def see_error(self, error: WebError) -> None:
        self.faults.append(f"uncaught: {error.error}")


class Pages:
    """The pages of one browser, kept for the next test: to open another takes five times as long as to go on.

    A page that is given back has no cookies, storage, routes and rights any more.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}
        self._names: dict[Page, str] = {}
        self._sizes: dict[Page, ViewportSize | None] = {}
        self._watches: dict[BrowserContext, Watch] = {}

    def take(self, base: str, watch: Watch, **reader: Any) -> Page:
        """Take a page of such a reader, or open one; ``watch`` sees it until it is given back.

        A reader who is ``new=True`` has nothing in the cache.
        """
        is_new = reader.pop("new", False)
        name = repr((base, sorted(reader.items())))
        free = self._free.setdefault(name, [])
        if free and not is_new:
            page = free.pop()
        else:
            context = open_context(self._browser, base, **reader)
            page = context.new_page()
            self._names[page], self._sizes[page] = name, page.viewport_size
            context.on("request", lambda request: self._watches[context].see_request(request))
            context.on("console", lambda message: self._watches[context].see_console(message))
            context.on("weberror", lambda error: self._watches[context].see_error(error))
        self._watches[page.context] = watch
        return page

    def give_back(self, page: Page) -> None:
        context = page.context
        page.unroute_all(behavior="ignoreErrors")
        context.clear_cookies()
        context.clear_permissions()
        page.emulate_media(media="null")
        if (size := self._sizes[page]) and page.viewport_size != size:
            page.set_viewport_size(size)
        page.evaluate("() => { try { localStorage.clear(); sessionStorage.clear() } catch { /* of no site */ } }")
        page.goto("about:blank")
        self._free[self._names[page]].append(page)


@contextmanager
def start_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


def open_context(
    browser: Browser,
    base: str,
    language: str = "en",
    scheme: str = "light",
    javascript: bool = True,
    webgl: bool = True,
    width: int = 1280,
    height: int = 900,
    **more: Any,
) -> BrowserContext:
    options = {"color_scheme": scheme, "reduced_motion": "reduce", **more}
    context = browser.new_context(
        base_url=base,
        locale=_LOCALES[language],
        java_script_enabled=javascript,
        viewport={"width": width, "height": height},
        **options,
    )
    context.set_default_timeout(30_000)
    if not webgl:
        context.add_init_script(_WITHOUT_WEBGL)
    return context


def thin_out(page: Page) -> None:
    """Leave no more than five of what is repeated in a list, a table or a page: the others are made alike."""
    page.evaluate(
        """() => {
          for (const parent of document.querySelectorAll("main, main ul, main ol, main tbody, main section, main article")) {
            const seen = {};
            for (const child of [...parent.children]) {
              const kind = `${child.tagName}.${child.className}`;
              seen[kind] = (seen[kind] ?? 0) + 1;
              if (seen[kind] > 5 && /^(LI|TR|SECTION|ARTICLE|DETAILS)$/.test(child.tagName)) child.remove();
            }
          }
        }"""
    )


def find_faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Run axe-core, or some of its rules; return each finding with its rule, what it found and where."""
    chosen = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(_TAGS)}
    response = Axe().run(page, options={"runOnly": chosen, "resultTypes": ["violations"]}).response
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['html'][:160]}\n      {node['failureSummary']}" for node in violation["nodes"][:5])
        for violation in response["violations"]
    ]


def check_accessibility(page: Page, rules: Sequence[str] = ()) -> None:
    faults = find_faults(page, rules)
    assert not faults, f"axe-core on {page.url}:\n" + "\n".join(faults)


def take_picture(page: Page, name: str, *, full: bool = True) -> None:
    """Keep a screenshot in the folder that UKFR_E2E_PICTURES names, if it names one."""
    if PICTURES:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=full)
