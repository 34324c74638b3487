"""Measure drafting against codings: of the bundled statement, of texts made up for it, and of workspaces given.

Run: python benchmarks/drafting.py [WORKSPACE…] [--write benchmarks/drafting.md]
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.documents import read_document
from ukfr_graph.drafting.draft import Draft, draft_text
from ukfr_graph.drafting.known import Known
from ukfr_graph.drafting.texts import find_known, read_source_text
from ukfr_graph.plain_yaml import Mapping
from ukfr_graph.resources import data_folder
from ukfr_graph.shorthand import write_out
from ukfr_graph.sources import Span
from ukfr_graph.workspace import read_workspaces

MADE_UP = Path(__file__).parent / "made_up"
_KINDS = {"P": "Pledge", "C": "Call", "R": "Report", "G": "Recognition", "A": "Reaffirmation"}
_MARK = re.compile(r"⟦([PCRGA])\|([^⟦⟧]*)⟧")
_RUNS = 5


@dataclass(frozen=True)
class Gold:
    """A text with its coding: clauses as (start, end, kind), the rest as words or values."""

    name: str
    text: str
    body: tuple[Span, ...]
    clauses: tuple[tuple[int, int, str], ...]
    figures: tuple[str, ...]
    times: tuple[str, ...]
    instruments: tuple[str, ...]
    actors: tuple[str, ...]
    known: Known
    language: str = "en"


@dataclass(frozen=True)
class Score:
    """The result, in counts; ``seconds`` is the median of some runs."""

    name: str
    clauses: int
    proposed: int
    same_words: int
    right: int
    starts: tuple[int, int, int]
    figures: tuple[int, int, int]
    times: tuple[int, int, int]
    instruments: tuple[int, int, int]
    actors: tuple[int, int, int]
    seconds: float


def read_marked(path: Path) -> Gold:
    """Read a made-up text, in which ⟦K|…⟧ marks a clause of a kind and the head lists what is named."""
    head, _, marked = path.read_text("utf-8").partition("---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    text, at = "", 0
    clauses = []
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        clauses.append((len(text), len(text) + len(match[2]), _KINDS[match[1]]))
        text += match[2]
        at = match.end()
    text += marked[at:]

    def listed(key: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in fields.get(key, "").split("|") if part.strip())

    return Gold(path.stem, text, (Span(0, len(text)),), tuple(clauses), tuple(fields.get("figures", "").split()),
                listed("times"), listed("instruments"), listed("actors"), Known(),
                fields.get("language", "en"))  # fmt: skip


def read_coded(root: Path) -> Iterable[Gold]:
    """Read the statements of a workspace that are coded clause by clause."""
    workspaces = read_workspaces([root])
    for path in sorted((root / "statements").glob("*.yaml")):
        records = list(write_out(read_document(path, root)).records())
        clauses = [record for record in records if record.get("type") in _KINDS.values()]
        if not clauses:
            continue
        statement = next(r for r in records if str(r.get("id", "")).startswith("statement/"))
        source = read_source_text(str(statement["expression"]).removeprefix("expression/"), workspaces)
        spans = [(_span(source.text, record), record) for record in clauses]
        inner = {key: [part for _, record in spans for part in _mappings(record.get(key))]
                 for key in ("quantity", "timeframe", "citation", "participation")}  # fmt: skip
        yield Gold(
            source.statement,
            source.text,
            source.body,
            tuple((span.start, span.end, str(record["type"])) for span, record in spans),
            tuple(str(q["value"]) for q in inner["quantity"]),
            tuple(dict.fromkeys(str(t["wording"]) for t in inner["timeframe"])),
            tuple(dict.fromkeys(str(c["citedInstrument"]) for c in inner["citation"])),
            tuple(dict.fromkeys(str(who) for p in inner["participation"] if p.get("basis") == "stated"
                                for who in p.get("participant", []))),
            find_known(workspaces),
        )  # fmt: skip


def _span(text: str, record: Mapping) -> Span:
    quote = record["evidence"]["quote"]
    return find_quote(text, quote["exact"], quote.get("prefix", ""), quote.get("suffix", ""))[0]


def _mappings(value: object) -> list[Mapping]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Mapping)]


def measure(gold: Gold) -> Score:
    """Draft a text and compare."""
    seconds = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        draft = draft_text(gold.text, gold.known, body=gold.body, language=gold.language)
        seconds.append(time.perf_counter() - started)
    wanted = {_words(gold.text, start, end): kind for start, end, kind in gold.clauses}
    clauses = [drafted.leaf for drafted in draft.leaves if drafted.leaf.is_clause]
    got = {_words(gold.text, leaf.start, leaf.end): leaf.kind.value for leaf in clauses if leaf.kind}
    same = [span for span in wanted if span in got]
    return Score(
        gold.name,
        len(wanted),
        len(got),
        len(same),
        sum(wanted[span] == got[span] for span in same),
        _compare({first for first, _ in wanted}, {first for first, _ in got}),
        _compare(gold.figures, [f.value for d in draft.leaves for f in d.figures]),
        _compare_parts(gold.times, [gold.text[t.start : t.end] for d in draft.leaves for t in d.times]),
        _compare_parts(gold.instruments, _named(gold, draft, actors=False)),
        _compare_parts(gold.actors, _named(gold, draft, actors=True)),
        sorted(seconds)[_RUNS // 2],
    )


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the first and the last word of a stretch start: signs at its ends do not count."""
    found = [match.start() for match in re.finditer(r"\w+", text[start:end])]
    return start + found[0], start + found[-1]


def _named(gold: Gold, draft: Draft, *, actors: bool) -> list[str]:
    """List what the draft names: ids where records are known, words else; of actors those in roles and names."""
    named = [
        n for d in draft.leaves for n in d.names if (n.entity.is_actor if actors else n.entity.type == "Instrument")
    ]
    roles = [who for d in draft.leaves for role in d.roles for who in role.participants] if actors else []
    if gold.known.by_id:
        return list(dict.fromkeys([*(n.entity.id for n in named), *roles]))
    return list(dict.fromkeys(" ".join(gold.text[n.start : n.end].split()) for n in named))


def _compare(wanted: Iterable[object], got: Iterable[object]) -> tuple[int, int, int]:
    """Count what is wanted, what of it was found, and what was found besides."""
    one, other = Counter(wanted), Counter(got)
    return one.total(), (one & other).total(), (other - one).total()


def _compare_parts(wanted: Sequence[str], got: Sequence[str]) -> tuple[int, int, int]:
    found = sum(any(w in g or g in w for g in got) for w in wanted)
    return len(wanted), found, sum(not any(w in g or g in w for w in wanted) for g in got)


def write_table(scores: Sequence[Score]) -> str:
    """Write the scores as a table of Markdown."""
    lines = [
        "| text | clauses | right at once | words | starts: recall | precision | kinds | figures | false | times | instruments | new or wrong | actors | ms |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for s in scores:
        wanted, found, false = s.starts
        lines.append(
            f"| {s.name} | {s.clauses} | {s.right / s.clauses:.0%} | {s.same_words / s.clauses:.0%} | {found / wanted:.2f} | "
            f"{found / (found + false):.2f} | {s.right / max(1, s.same_words):.0%} | {s.figures[1]} of {s.figures[0]} | {s.figures[2]} | "
            f"{s.times[1]} of {s.times[0]} | {s.instruments[1]} of {s.instruments[0]} | {s.instruments[2]} | {s.actors[1]} of {s.actors[0]} | {s.seconds * 1000:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table; with ``--write`` put it between the marks of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspaces", nargs="*", type=Path, help="further workspaces with a coded statement")
    parser.add_argument("--write", type=Path, help="the report whose table is to be replaced")
    arguments = parser.parse_args()
    golds = [gold for root in (data_folder(), *arguments.workspaces) for gold in read_coded(root)]
    golds += [read_marked(path) for path in sorted(MADE_UP.glob("*.txt"))]
    draft_text("We will help.")  # what is read once is not measured
    table = write_table([measure(gold) for gold in golds])
    if arguments.write:
        report = arguments.write.read_text("utf-8")
        before, mark, rest = report.partition("<!-- table -->\n")
        after = rest.partition("<!-- end of table -->")[2]
        arguments.write.write_text(f"{before}{mark}\n{table}\n\n<!-- end of table -->{after}", "utf-8")
    else:
        print(table)


if __name__ == "__main__":
    main()
