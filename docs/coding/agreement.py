"""How far two independent codings of one statement agree, and each with what was settled.

``python docs/coding/agreement.py`` prints the table of ``README.md``; a test holds the two together.

Measures, by NLTK's ``AnnotationTask``: Cohen's kappa and Krippendorff's alpha (nominal).

- *kind of each word*: every word of the body is an item; its label is the kind of the clause it stands in,
  or ``uncoded``. It sees both what was coded and where one kind ends and another begins.
- *boundary before each word*: whether a clause or uncoded stretch begins there.
- the rest: clauses that both coders have, that is with the same words but for connectives at their edges.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nltk.metrics.agreement import AnnotationTask

from ukfr_graph.documents import read_document
from ukfr_graph.resources import data_folder
from ukfr_graph.shorthand import write_out
from ukfr_graph.sources import Source, read_sources
from ukfr_graph.workspace import read_workspaces

HERE = Path(__file__).parent
STATEMENT = "statements/uk-fr-2016-08-30.yaml"
SHARED_WORDS = 0.8  # of the longer of two spans, for them to be one clause
KINDS = ("Pledge", "Call", "Report", "Recognition", "Reaffirmation")


@dataclass(frozen=True)
class Unit:
    """One coded clause or uncoded stretch: the numbers of its words, its kind, and its judgements."""

    words: frozenset[int]
    kind: str
    novelty: str = ""
    testability: str = ""
    has_holder: str = ""


def read_source() -> Source:
    """Read the one source that was coded twice."""
    (source,) = read_sources(read_workspaces([data_folder()])[0])
    return source


def number_words(source: Source) -> list[tuple[int, int]]:
    """Give the span of every word of the body; figures with commas and hyphenated words are one word."""
    return [
        (m.start(), m.end())
        for part in source.body()
        for m in re.finditer(r"\w+(?:[,.'’/-]\w+)*", source.text[: part.end])
        if m.start() >= part.start
    ]


def locate(
    source: Source, words: list[tuple[int, int]], quote: str, prefix: str = "", suffix: str = ""
) -> frozenset[int]:
    """Give the numbers of the words of a quote; the body is meant where the words stand outside it as well."""
    body = next(source.body())
    start = source.text.index(prefix + quote + suffix, body.start) + len(prefix)
    return frozenset(n for n, (a, b) in enumerate(words) if start <= a and b <= start + len(quote))


def read_pass(name: str, source: Source, words: list[tuple[int, int]]) -> list[Unit]:
    """Read one coder's pass."""
    content = json.loads((HERE / name).read_text("utf-8"))
    units = [
        Unit(
            locate(source, words, u["quote"], u.get("prefix", ""), u.get("suffix", "")),
            u["kind"],
            u["novelty"],
            u["testability"],
            "named" if u["holder"] and u["holder_basis"] in ("stated", "inherited") else "none named",
        )
        for u in content["units"]
    ]
    return units + [
        Unit(locate(source, words, u["quote"], u.get("prefix", ""), u.get("suffix", "")), "uncoded")
        for u in content["not_coded"]
    ]


def read_settled(source: Source, words: list[tuple[int, int]]) -> list[Unit]:
    """Read what was settled: the records that the graph is built from."""
    units = []
    for record in write_out(read_document(data_folder() / STATEMENT, data_folder())).records():
        if record["type"] not in (*KINDS, "UncodedPassage"):
            continue
        quote: dict[str, str] = record["evidence"]["quote"]
        span = locate(source, words, quote["exact"], quote.get("prefix", ""), quote.get("suffix", ""))
        if record["type"] == "UncodedPassage":
            units.append(Unit(span, "uncoded"))
            continue
        roles: list[Any] = [p for p in record["participation"] if not isinstance(p, str)]
        inherits = any(isinstance(p, str) and "holders" in p for p in record["participation"])
        named = inherits or any(p["role"] == "holder" and p["basis"] != "inferred" for p in roles)
        verdicts = {j["type"]: j["verdict"] for j in record["judgement"] if j["settled"] == "true"}
        units.append(
            Unit(span, record["type"], verdicts["NoveltyJudgement"], verdicts["TestabilityJudgement"],
                 "named" if named else "none named")
        )  # fmt: skip
    return units


def pair(first: list[Unit], second: list[Unit]) -> list[tuple[Unit, Unit]]:
    """Pair the clauses that are the same in both codings, but for words at their edges."""
    return [
        (a, b)
        for a in first
        for b in second
        if a.kind != "uncoded" and b.kind != "uncoded" and a.words
        and len(a.words & b.words) >= SHARED_WORDS * max(len(a.words), len(b.words))
    ]  # fmt: skip


def agree(labels: list[tuple[str, str]]) -> tuple[int, float, float, float]:
    """Measure the agreement on items: (items, share that agrees, Cohen's kappa, Krippendorff's alpha)."""
    task = AnnotationTask(
        [(coder, n, label) for n, pair_ in enumerate(labels) for coder, label in zip("ab", pair_, strict=True)]
    )
    share = sum(a == b for a, b in labels) / len(labels)
    if share == 1:  # with no disagreement, both measures are 1 whatever is expected by chance
        return len(labels), 1.0, 1.0, 1.0
    return len(labels), share, task.kappa(), task.alpha()


def compare(first: list[Unit], second: list[Unit], count: int) -> list[tuple[str, int, float, float, float]]:
    """Compare two codings: a row (what, items, share, kappa, alpha) for each measure."""

    def by_word(units: list[Unit]) -> list[str]:
        return [next((u.kind for u in units if n in u.words), "uncoded") for n in range(count)]

    def starts(units: list[Unit]) -> list[str]:
        first_words = {min(u.words) for u in units if u.words}
        return [str(n in first_words) for n in range(count)]

    shared = pair(first, second)
    values: dict[str, Callable[[Unit], str]] = {
        "kind of shared clauses": lambda u: u.kind,
        "novelty of shared clauses": lambda u: u.novelty,
        "testability of shared clauses": lambda u: u.testability,
        "whether a holder is named": lambda u: u.has_holder,
    }
    rows = [
        ("kind of each word", *agree(list(zip(by_word(first), by_word(second), strict=True)))),
        ("boundary before each word", *agree(list(zip(starts(first), starts(second), strict=True)))),
    ]
    return rows + [(name, *agree([(get(a), get(b)) for a, b in shared])) for name, get in values.items()]


def table() -> str:
    """Write the agreement of each pair of codings as a Markdown table."""
    source = read_source()
    words = number_words(source)
    first, second = (read_pass(f"{name}.json", source, words) for name in ("first", "second"))
    settled = read_settled(source, words)
    lines = ["| codings | what | items | agree | Cohen's κ | Krippendorff's α |", "|---|---|---:|---:|---:|---:|"]
    for name, a, b in (
        ("first, second", first, second),
        ("first, settled", first, settled),
        ("second, settled", second, settled),
    ):
        for what, items, share, kappa, alpha in compare(a, b, len(words)):
            lines.append(f"| {name} | {what} | {items} | {share:.1%} | {kappa:.3f} | {alpha:.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
