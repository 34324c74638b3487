"""The cost of a site of files: seconds to make it, its bytes, and how long readers wait for SPARQL in Chromium.

``python benchmarks/static_site.py SITE`` publishes the bundled dataset into SITE, by the command and as many processes as
it takes, and again where nothing has changed. Then the site is on a host of plain files, and in Chromium, with nothing
kept: the engine is asked from the start of its worker on, and readers ask in the workbench, from its address on.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from ukfr_graph.iris import ENDPOINT_BASE, PREFIXES
from ukfr_graph.workspace_datasets import build_dataset

BASE = "https://example.org/graph"
ROUNDS, WARM = 5, 30
KINDS = 5
QUERY = "SELECT ?kind (COUNT(*) AS ?n) { ?c a ?kind . ?kind rdfs:subClassOf ukfr:Clause } GROUP BY ?kind"
ASK = """async ([worker, query, prefixes, base, times]) => {
  const started = performance.now(), told = [];
  const engine = new Worker(worker, { type: "module" });
  for (let id = 0, last = started; id < times; id++) {
    await new Promise((resolve) => {
      engine.onmessage = resolve;
      engine.postMessage({
        id, query, prefixes, base, data: new URL("export/rdf/dataset.nq.gz", location.href).href,
        rows: "application/sparql-results+json", triples: "application/n-triples",
      });
    });
    told.push(performance.now() - last);
    last = performance.now();
  }
  engine.terminate();
  return told;
}"""


ASK_PAGE = """async ([query, rows]) => {
  const started = query ? performance.now() : 0; // else from the moment on that the page was asked for
  if (query) location.hash = new URLSearchParams({ query });
  const isShown = () => document.querySelectorAll("ukfr-result-table tbody tr").length === rows;
  await new Promise((resolve) => {
    const look = () => isShown() ? resolve() : requestAnimationFrame(look);
    look();
  });
  return performance.now() - started;
}"""


class Quiet(SimpleHTTPRequestHandler):
    """A host of files without a log."""

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def publish(folder: Path, dataset: Path) -> None:
    """Publish by the command, twice, and tell what that took."""
    command = [sys.executable, "-m", "ukfr_graph.cli", "publish", "--out", str(dataset), "--static", str(folder)]
    for what in ("made", "made again"):
        started = time.perf_counter()
        done = subprocess.run([*command, "--base-url", BASE], check=True, capture_output=True, text=True)
        print(f"{what}: {time.perf_counter() - started:.1f} s; {done.stderr.strip().partition(' has ')[2]}")


@contextmanager
def open_site(folder: Path) -> Iterator[tuple[str, Browser]]:
    """Open a site on a host of files, and Chromium: the address of the site, and the browser."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            yield f"http://127.0.0.1:{server.server_port}", browser
            browser.close()
        server.shutdown()


def ask_engine(host: str, browser: Browser, worker: str) -> None:
    """Ask the engine of a site, and tell how long that took."""
    cold, warm = [], []
    for _ in range(ROUNDS):
        page = browser.new_context().new_page()  # without what the one before has kept
        page.goto(f"{host}/about.html")
        first, *rest = page.evaluate(ASK, [f"static/{worker}", QUERY, dict(PREFIXES), ENDPOINT_BASE, WARM])
        cold.append(first)
        warm += rest
        page.context.close()
    tell("the engine, from the start of its worker on", cold, warm)


def ask_page(host: str, browser: Browser) -> None:
    """Ask in the workbench, and tell how long readers wait until they see the answer."""
    cold, warm = [], []
    for _ in range(ROUNDS):
        page = browser.new_context().new_page()
        page.goto(f"{host}/sparql.html?query={quote(QUERY)}", wait_until="commit")
        cold.append(page.evaluate(ASK_PAGE, ["", KINDS]))
        for number in range(WARM):
            rows = number % (KINDS - 1) + 1
            warm.append(page.evaluate(ASK_PAGE, [f"{QUERY} LIMIT {rows} # {number}", rows]))
        page.context.close()
    tell("the workbench, from its address to the answer that is seen", cold, warm)


def tell(what: str, cold: list[float], warm: list[float]) -> None:
    """Tell how long first and later answers took, in milliseconds."""
    print(
        f"{what}: first answer {median(cold):.0f} ms (most {max(cold):.0f}); "
        f"later ones {median(warm):.1f} ms (most {max(warm):.0f})"
    )


def main() -> None:
    """Publish and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, help="the folder of the site; its dataset is made beside it")
    site: Path = parser.parse_args().site
    dataset = site.with_name(site.name + "-dataset")
    if not (dataset / "current").exists():
        build_dataset(dataset, print, ())
    publish(site, dataset)
    (worker,) = (site / "static").glob("engine-worker-*.js")
    with open_site(site) as (host, browser):
        ask_engine(host, browser, worker.name)
        ask_page(host, browser)


if __name__ == "__main__":
    main()
