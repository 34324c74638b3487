"""How often the search finds the right thing first, and among the first five: ``search_queries.tsv``.

    python benchmarks/search.py DATASET [--half NAME] [--misses]

An answer is right where it is one of those that the list names: a resource, or a saved question that was recognised;
for ``nothing`` it is right to say which words nothing has, and to show no answer to a question.
What is counted is the list as a page shows it: questions that were surely meant, then what was found.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from pathlib import Path

from ukfr_graph.iris import shorten
from ukfr_graph.query.recognition import MOST_CARDS, QuestionIndex
from ukfr_graph.query.saved_files import read_queries
from ukfr_graph.query.search import search_labels
from ukfr_graph.store import current_version
from ukfr_graph.store.text_index import open_index

LISTS = Path(__file__).parent / "search_queries.tsv"
NOTHING = "nothing"
_PREFIXES = {
    "topic": "vocab:topic/",
    "indicator": "vocab:indicator/",
    "clause": "id:clause/uk-fr-2016-08-30/",
    "act": "id:instrument/",
    "q": "question:",
    "col": "id:collective/",
    "org": "id:organisation/",
}


def expand(answer: str) -> str:
    """Write out an answer of the list."""
    kind, _, name = answer.partition(":")
    return _PREFIXES.get(kind, f"id:{kind}/") + name


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, help="a dataset that 'ukfr-graph build' has made")
    parser.add_argument("--half", help="the queries of this part of the list alone (its first column)")
    parser.add_argument("--misses", action="store_true", help="print the queries whose answer is not the first")
    options = parser.parse_args()
    index = open_index(current_version(options.dataset))
    questions = QuestionIndex(read_queries().values())
    with LISTS.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if options.half in (None, row["half"])]
    times: list[float] = []
    ranks: dict[str, list[int]] = {}
    search_labels(index, "warm", prefer="en")
    for row in rows:
        began = time.process_time()
        found = search_labels(index, row["query"], 10, prefer=row["language"], with_facets=True)
        meant = questions.recognise(row["query"], found)
        times.append((time.process_time() - began) * 1000)
        cards = [f"question:{question.name}" for question in meant if question.is_sure][:MOST_CARDS]
        shown = cards + [shorten(hit.iri) for hit in found.hits]
        answers = row["answers"].split()
        right = {expand(answer) for answer in answers if answer != NOTHING}
        rank = next((place for place, thing in enumerate(shown, 1) if thing in right), 99)
        if NOTHING in answers and not cards and (found.missing or not found.total):
            rank = 1  # the page says that there is nothing, or for which words
        ranks.setdefault(row["half"], []).append(rank)
        if options.misses and rank > 1:
            print(f"{rank:3} {row['language']} {row['query']}: {shown[:6]}")
            print("      ", [(q.name, q.score) for q in meant[:3]], found.corrected, found.missing)
    for half, places in ranks.items():
        first, five = (sum(rank <= most for rank in places) / len(places) for most in (1, 5))
        print(f"{half}: {len(places)} queries, first {first:.1%}, among the first five {five:.1%}")
    print(
        f"processor time: median {statistics.median(times):.1f} ms, 95 % under {sorted(times)[int(len(times) * 0.95)]:.1f} ms"
    )


if __name__ == "__main__":
    main()
