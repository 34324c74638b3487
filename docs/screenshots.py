"""Takes the pictures of the README from a running server, into ``docs/pictures``.

    make serve                                     # in another window
    .venv/bin/python docs/screenshots.py [http://127.0.0.1:8000]

They need Debian's chromium, and may weigh 300 kB together. Exit code 1: a page is missing, or they weigh more.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
MOST_BYTES = 300_000
_SIZE = {"width": 1200, "height": 750}
_QUALITY = 76
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
_QUERY = (
    "SELECT ?holder (COUNT(?pledge) AS ?pledges)\n{ ?pledge a ukfr:Pledge ; ukfr:holder ?holder }\nGROUP BY ?holder"
)


def main(base: str) -> int:
    """Take each picture; say what it weighs."""
    FOLDER.mkdir(exist_ok=True)
    total, missing = 0, []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        for name, (path, scheme, prepare) in PICTURES.items():
            context = browser.new_context(base_url=base, viewport=_SIZE, color_scheme=scheme, reduced_motion="reduce")
            page = context.new_page()
            answer = page.goto(path, wait_until="networkidle")
            if answer is None or not answer.ok:
                missing.append(path)
            else:
                prepare(page)
                size = write(page.screenshot(), FOLDER / f"{name}.webp")
                total += size
                print(f"{name}: {size / 1000:.0f} kB")
            context.close()
        browser.close()
    print(f"together: {total / 1000:.0f} kB of {MOST_BYTES / 1000:.0f}")
    for path in missing:
        print(f"no picture of {path}: the server at {base} has no such page", file=sys.stderr)
    return int(bool(missing) or total > MOST_BYTES)


def write(picture: bytes, path: Path) -> int:
    """Write a picture as WebP; give its size in bytes."""
    Image.open(io.BytesIO(picture)).convert("RGB").save(path, "WEBP", quality=_QUALITY, method=6)
    return path.stat().st_size


def _point_at_a_clause(page: Page) -> None:
    page.locator("#clause-adopt-firearms-directive").scroll_into_view_if_needed()
    page.locator("[data-number='14']").first.click()
    page.locator(".record").first.wait_for()


def _wait_for_the_drawing(page: Page) -> None:
    page.wait_for_timeout(3_000)


def _nothing(page: Page) -> None:
    page.mouse.move(0, 0)


PICTURES: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "home": ("/", "light", _nothing),
    "source": ("/statements/uk-fr-2016-08-30", "light", _point_at_a_clause),
    "graph": ("/graph", "dark", _wait_for_the_drawing),
    "workbench": ("/sparql#query=" + quote(_QUERY), "light", _wait_for_the_drawing),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
