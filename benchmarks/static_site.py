"""The cost of a site of files: seconds of processor time to make it, its bytes, and answers of the engine in Chromium.

``python benchmarks/static_site.py SITE`` publishes the bundled dataset into SITE (in this process alone, so that its time
is the whole), again where nothing has changed, and then asks the site's engine: from the start of its worker, and warm.
"""

from __future__ import annotations

import argparse
import shutil
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from unittest.mock import patch

from playwright.sync_api import sync_playwright

from ukfr_graph.iris import ENDPOINT_BASE, PREFIXES
from ukfr_graph.publishing import making
from ukfr_graph.publishing.static_site import publish_site
from ukfr_graph.settings import read_settings
from ukfr_graph.site.addresses import Offers
from ukfr_graph.workspace_datasets import build_dataset

ROUNDS, WARM = 5, 30
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


class Quiet(SimpleHTTPRequestHandler):
    """A host of files without a log."""

    def log_message(self, *_: object) -> None:
        """Write nothing."""


class Here:
    """A pool of one process, this one: its time can be measured."""

    def __init__(self, _processes: int, _context: object, opener: object, given: tuple[object, ...]) -> None:
        opener(*given)  # type: ignore[operator]

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    map = staticmethod(map)


def publish(folder: Path, dataset: Path) -> None:
    """Publish twice, and tell what that took."""
    settings = read_settings().model_copy(update={"dataset": dataset, "endpoint": None})
    wishes = making.Wishes("https://example.org/graph", ("en", "fr"), Offers(("ttl", "jsonld")))
    for what in ("made", "made again"):
        started, cpu = time.perf_counter(), time.process_time()
        with patch.object(making, "ProcessPoolExecutor", Here):
            done = publish_site(folder, settings, wishes)
        spent = f"{time.process_time() - cpu:.1f} s of a processor, {time.perf_counter() - started:.1f} s"
        print(f"{what}: {done.files} files, {done.size_bytes / 1e6:.1f} MB, {done.written} written; {spent}")


def ask(folder: Path) -> None:
    """Ask the engine of a site in Chromium, and tell how long that took."""
    handler = partial(Quiet, directory=str(folder))
    (worker,) = (folder / "static").glob("engine-worker-*.js")
    cold, warm = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(ROUNDS):
            page = browser.new_context().new_page()  # without what the one before has kept
            page.goto(f"http://127.0.0.1:{server.server_port}/about.html")
            first, *rest = page.evaluate(ASK, [f"static/{worker.name}", QUERY, dict(PREFIXES), ENDPOINT_BASE, WARM])
            cold.append(first)
            warm += rest
        browser.close()
        server.shutdown()
    print(
        f"first answer: {median(cold):.0f} ms (least {min(cold):.0f}); later: {median(warm):.1f} ms (most {max(warm):.0f})"
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
    ask(site)


if __name__ == "__main__":
    main()
