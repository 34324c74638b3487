"""Measure the coding workbench with a long statement: 60 pages of text, 1,000 clauses.

Run: python benchmarks/coding.py [--write benchmarks/coding.md]. The statement is made up; but for the last hundred
clauses, which stay proposals, its draft is taken for its coding.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from servers import cpu_s, free_port, memory_mb, start
from typer.testing import CliRunner

from ukfr_graph.cli import app
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.file_names import name_files
from ukfr_graph.coding.proposed import strip_proposal
from ukfr_graph.coding.settling import SecondCoding, compare_codings
from ukfr_graph.coding.statement_texts import list_records, to_plain
from ukfr_graph.drafting.gate import LEAVES
from ukfr_graph.drafting.proposals import write_records

STATEMENT = "ke-pe-2029-05-03"
_CLAUSES, _LEFT, _RUNS = 1_000, 100, 12
_WHO = ("Kenya and Peru will", "We will", "Peru will", "We call on all states to", "Both sides will")
_VERBS = "build open train protect fund inspect repair develop share review".split()
_NOUNS = "ports schools bridges vessels pilots laboratories archives railways forests hospitals reefs".split()
_TAILS = (
    "in the northern provinces of both countries", "together with the regional authorities concerned",
    "as part of the programme agreed between the ministries", "so that trade between the two countries may grow",
    "without delay and in full respect of the law", "by 2035, subject to the availability of funds",
    "with a particular attention to women and young people",
)  # fmt: skip


def write_text(path: Path) -> None:
    """Write a statement of so many clauses, which is the same every time."""
    pick, lines = random.Random(3), ["Joint statement of Kenya and Peru"]
    for number in range(1, _CLAUSES + 1):
        if number % 40 == 1:
            lines.append(f"\n\nChapter {number // 40 + 1}: {pick.choice(_NOUNS)}")
        start = "\n\n" if number % 4 == 1 else " "
        first, second = pick.sample(_TAILS, 2)
        sentence = (
            f"{pick.choice(_WHO)} {pick.choice(_VERBS)} {number + 10} {pick.choice(_NOUNS)} {first}, and {second}"
        )
        lines.append(f"{start}{sentence}, as article {number} of the programme says.")
    path.write_text("".join(lines) + "\n", "utf-8")


def make_workspace(folder: Path) -> Path:
    """Begin a workspace with the statement, draft it, and accept all but the last clauses."""
    write_text(folder / "text.txt")
    root = folder / "long"
    run("init", str(root), "--between", "Kenya", "Peru", "--date", "2029-05-03", "--from", str(folder / "text.txt"))
    (root / "proposals").mkdir()
    run("draft", STATEMENT, "--data", str(root), "--output", str(root / name_files(STATEMENT)["proposals"]))
    files = CodingFiles(root, STATEMENT).read().files
    proposals = list_records(files, "proposals")
    left = [record for record in proposals if record.get("type") in LEAVES][-_LEFT:]
    taken = [take(r) for r in proposals if r not in left and r.get("type") != ["Statement", "Instrument"]]
    of_it = (*LEAVES, "Section", "Participation")
    parts: dict[str, list[Any]] = {
        "records": [*list_records(files, "records"), *(r for r in taken if r["type"] in of_it)],
        "entities": [r for r in taken if r["type"] not in of_it],
        "proposals": left,
    }
    for part, records in parts.items():
        if records:
            text = write_records([to_plain(record) for record in records], files.base)
            (root / files.names[part]).write_text(text, "utf-8")
    return root


def take(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Make a record of a proposal, as a person does who accepts it."""
    found: dict[str, Any] = strip_proposal(proposal)
    for judgement in found.get("judgement", ()):
        judgement |= {"coder": "coder/first", "settled": "true"}
    return found


def run(*arguments: str) -> None:
    """Run a command of the command line.

    Raises:
        RuntimeError: it failed.
    """
    done = CliRunner().invoke(app, list(arguments))
    if done.exit_code:
        raise RuntimeError(done.output)


def measure(folder: Path) -> dict[str, str]:
    """Measure over HTTP: one page, acts with the page after them, the check, two codings side by side."""
    root, port = make_workspace(folder), free_port()
    command = [sys.executable, "-m", "ukfr_graph.cli", "serve", "--empty", "--store", str(folder / "own"), "--edit",
               str(root), "--port", str(port)]  # fmt: skip
    url, page = f"http://127.0.0.1:{port}", f"/code/{STATEMENT}"
    with start("ukfr-graph", command, "/sparql", port) as server, httpx.Client(
        base_url=url, headers={"Origin": url, "Accept": "text/html", "Accept-Encoding": "br"}, timeout=300
    ) as client:  # fmt: skip
        client.get("/")  # the processes that make pages have started
        began = cpu_s(server.pid)
        client.post(page + "/sign-in", data={"coder": "coder/first"})
        first = client.get(page)
        found = {"processor for the first page, files read": f"{cpu_s(server.pid) - began:.1f} s"}
        found["the page, and as it is sent (brotli)"] = (
            f"{len(first.content) // 1000} kB, {first.num_bytes_downloaded // 1000} kB"
        )
        text, acts, pages = first.text, [], []
        for number in range(_RUNS):
            (seen,) = set(re.findall(r'name="seen" value="(\w+)"', text))
            act = {"act": "kind", "record": f"clause/{STATEMENT}/{500 + number}", "kind": "Report"}
            if number % 3 == 2:
                act = {"act": "accept", "record": f"clause/{STATEMENT}/{_CLAUSES - _LEFT // 2 + number}"}
            spent = [cpu_s(server.pid)]
            done = client.post(page + "/act", data={"seen": seen, **act})
            spent.append(cpu_s(server.pid))
            text = client.get(done.headers["location"]).text
            acts.append(spent[1] - spent[0])
            pages.append(cpu_s(server.pid) - spent[1])
        found["processor for an act, then for the page after it"] = f"{show(acts)}, {show(pages)}"
        found["memory of server and pages"] = f"{memory_mb(server.pid)[0]:.0f} MB"
        began = cpu_s(server.pid)
        client.get(page + "/findings")
        found["the whole check beside it, in a process of its own"] = (
            f"{cpu_s(server.pid) - began:.1f} s of processor, {memory_mb(server.pid)[0]:.0f} MB with it"
        )
    files = CodingFiles(root, STATEMENT).read().files
    began = time.process_time()
    compare_codings(files, SecondCoding("coder/second", list_records(files, "records")))
    return {**found, "processor to compare two codings of it": f"{time.process_time() - began:.1f} s"}


def show(seconds: list[float]) -> str:
    """Show the median and the most of some times."""
    return f"{statistics.median(seconds) * 1000:.0f} ms (at most {max(seconds) * 1000:.0f})"


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page whose table is written")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    table = "\n".join(["| what | measured |", "|---|---|", *(f"| {what} | {value} |" for what, value in found.items())])
    if given.write:
        head = given.write.read_text("utf-8").partition("<!-- table -->")[0]
        given.write.write_text(f"{head}<!-- table -->\n\n{table}\n", "utf-8")
    else:
        print(table)


if __name__ == "__main__":
    main()
