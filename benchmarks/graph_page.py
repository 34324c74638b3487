"""How long the page of the graph takes with 200, 5,000 and 50,000 nodes: on the server, to be drawn, and to react.

    python benchmarks/graph_page.py [--sizes 200 5000 50000]

A network is grown by preferential attachment (two ties for each new node, fixed seed), loaded into a plain server,
and looked at by Debian's chromium without a graphics card (WebGL by SwiftShader): times in a browser with one are
shorter. Each figure is the median of the repetitions, from the event to the second frame after it.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.browser import open_context, start_browser
from support.servers import start_server

QUERY = "CONSTRUCT WHERE { ?a <https://example.org/tied> ?b }"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
REPETITIONS = 9
SETTINGS = {"max_upload_bytes": "100000000"}  # the limits of time and memory are the ones that a server has by default
AFTER_FRAMES = (
    """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"""
)


def write_network(size: int) -> str:
    """Write a network of ``size`` nodes as N-Triples."""
    chance = random.Random(20160830)
    ends = [0, 1]
    lines = ["<https://example.org/1> <https://example.org/tied> <https://example.org/0> ."]
    for node in range(2, size):
        for other in {chance.choice(ends), chance.choice(ends)}:
            lines.append(f"<https://example.org/{node}> <https://example.org/tied> <https://example.org/{other}> .")
            ends += [node, other]
    lines += [f'<https://example.org/{node}> <{LABEL}> "Node number {node}"@en .' for node in range(size)]
    return "\n".join(lines)


def time_action(page: Page, act: Callable[[int], None]) -> float:
    """Median of the milliseconds from an action to the second frame after it."""
    times = []
    for number in range(REPETITIONS):
        started = float(page.evaluate("performance.now()"))
        act(number)
        times.append(float(page.evaluate(AFTER_FRAMES)) - started)
    return round(statistics.median(times), 1)


def look(page: Page, address: str) -> dict[str, float]:
    """Open the page and use it."""
    started = time.perf_counter()
    page.goto(address)
    page.locator(".nodes [role=option]").first.wait_for(timeout=300_000)
    page.evaluate(AFTER_FRAMES)
    shown = time.perf_counter() - started
    page.locator(".nodes").focus()
    select = time_action(page, lambda _: page.keyboard.press("ArrowDown"))
    closer = page.get_by_role("button", name="Closer")
    zoom = time_action(page, lambda _: closer.evaluate("button => button.click()"))
    page.get_by_label("Search the nodes").focus()
    search = time_action(page, lambda n: page.keyboard.press(str(n % 10) if n < 3 else "Backspace" if n < 6 else "7"))
    return {"shown_s": round(shown, 2), "select_ms": select, "zoom_ms": zoom, "search_ms": search}


def measure(size: int) -> dict[str, object]:
    """Measure one size, and say what was measured."""
    with tempfile.TemporaryDirectory() as folder, start_server(
        "--empty", "--store", folder + "/own", settings=SETTINGS
    ) as server, start_browser() as browser:  # fmt: skip
        loaded = httpx.put(
            server.url + "/graph-store?default", content=write_network(size), timeout=300,
            headers={"Content-Type": "application/n-triples"},
        )  # fmt: skip
        loaded.raise_for_status()
        asked = {"projection": "query", "query": QUERY, "format": "json"}
        found: dict[str, object] = {"nodes": size}
        page = open_context(browser, server.url).new_page()
        page.set_default_timeout(300_000)
        choices = {"overview": {"overview": "true"}, "whole": {"whole": "true"}} if size > 5_000 else {"whole": {}}
        for name, choice in choices.items():
            started = time.perf_counter()
            answer = httpx.get(server.url + "/export/network", params={**asked, **choice}, timeout=600)
            answer.raise_for_status()
            seen = len(answer.json()["nodes"])
            figures = {
                "drawn": seen,
                "server_s": round(time.perf_counter() - started, 2),
                "megabytes": round(len(answer.content) / 1e6, 2),
                **look(page, "/graph?" + urlencode({"query": QUERY, **choice})),
            }
            found[name] = figures
            print(size, name, figures, flush=True)
        return found


def main() -> None:
    """Measure each size, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 5_000, 50_000], help="numbers of nodes")
    sizes = parser.parse_args().sizes
    machine = {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
    print(json.dumps({"machine": machine, "sizes": [measure(size) for size in sizes]}, indent=2))


if __name__ == "__main__":
    main()
