"""Codings to measure drafting against: those of statements, and of texts made up for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.documents import Mapping, read_document
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.sources import Span, read_sources

_KINDS = {"P": "Pledge", "C": "Call", "R": "Report", "G": "Recognition", "A": "Reaffirmation"}
_MARK = re.compile(r"⟦([PCRGA])\|([^⟦⟧]*)⟧")


@dataclass(frozen=True)
class Gold:
    """A text with its coding: clauses as (start, end, kind), and what is named, as words."""

    name: str
    text: str
    body: tuple[Span, ...]
    clauses: tuple[tuple[int, int, str], ...]
    figures: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()


def read_marked(path: Path) -> Gold:
    """Read a made-up text in which ⟦K|…⟧ marks the clauses."""
    head, _, marked = path.read_text("utf-8").partition("---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    text, clauses, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        clauses.append((len(text), len(text) + len(match[2]), _KINDS[match[1]]))
        text += match[2]
        at = match.end()
    text += marked[at:]

    def listed(key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in fields.get(key, "").split("|") if part.strip())

    return Gold(path.stem, text, (Span(0, len(text)),), tuple(clauses), tuple(fields.get("figures", "").split()),
                listed("times"), listed("instruments"), listed("actors"))


def read_coded(folder: Path, statement: Path) -> Gold:
    """Read a workspace's first source and the coding of a statement: clauses, figures, times."""
    source = read_sources(folder)[0]
    text = normalise(source.text)
    clauses, figures, times, instruments, actors = [], [], [], [], []
    names = {record["id"]: record for file in sorted((folder / "entities").glob("*.yaml"))
             for record in read_document(file, folder).records()}
    for record in read_document(statement, folder).records():
        if record.get("type") not in _KINDS.values():
            continue
        quote = record["evidence"]["quote"]
        span = find_quote(text, quote["exact"], quote.get("prefix", ""), quote.get("suffix", ""))[0]
        clauses.append((span.start, span.end, str(record["type"])))
        figures += [str(q["value"]) for q in _mappings(record.get("quantity"))]
        times += [str(t["wording"]) for t in _mappings(record.get("timeframe"))]
        instruments += [str(c["evidence"]["quote"]["exact"]) for c in _mappings(record.get("citation")) if "evidence" in c]
        actors += [str(p["evidence"]["quote"]["exact"]) for p in _mappings(record.get("participation"))
                   if "evidence" in p and p.get("basis") == "stated"]
    body = tuple(source.body())
    assert text == source.text and names is not None
    return Gold(source.name, text, body, tuple(sorted(clauses)), tuple(figures), tuple(dict.fromkeys(times)),
                tuple(dict.fromkeys(instruments)), tuple(dict.fromkeys(actors)))


def _mappings(value: object) -> list[Mapping]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]
