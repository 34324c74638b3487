"""Make the second to the fifth fresh set, each in other words, from records that no earlier set touches.

    UKFR_FCDO_CSV=… python benchmarks/linking/second.py second > benchmarks/linking/second.tsv

Each kind rewords a record by rule, and the label follows from the rule; ``by_hand.tsv`` adds rows that a person would
write (French titles, nicknames, near misses). Kinds of which the record is the answer: ``dated``, ``named``,
``historical``, ``numbered``. Kinds that are none of the records: ``cites``, ``acts``, ``swapped``, ``absent``.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections.abc import Iterator
from datetime import date

from labels import HERE, records_path
from wordings import DRAWS, Draw

FIELDS = ("id", "part", "group", "hard", "title", "signed", "parties", "targets", "basis", "references", "cites")


def main() -> None:
    """Write the draw that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=DRAWS, help="the set to make")
    part: str = parser.parse_args().part
    words = DRAWS[part]
    out = csv.writer(sys.stdout, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    out.writerow(FIELDS)
    draw = random.Random(words.seed)
    records = list(_untouched(part))
    draw.shuffle(records)
    counts = dict.fromkeys(words.sizes, 0)
    for row, answers in records:
        open_kinds = [kind for kind, size in words.sizes.items() if counts[kind] < size]
        draw.shuffle(open_kinds)
        for kind in open_kinds:
            made = _make(kind, row, words, draw)
            if made:
                counts[kind] += 1
                title, signed, parties, references, cites = made
                present = kind in ("dated", "named", "historical", "numbered")
                basis = f"by rule from {_name(row)}"
                out.writerow([
                    f"{part}-{kind}{counts[kind]:03d}", part, kind, kind, title, signed, ";".join(parties),
                    answers if present else "", basis, references, cites,
                ])  # fmt: skip
                break


def _name(row: dict[str, str]) -> str:
    return f"fcdo:{row['record_url'].rpartition('/')[2]}"


def _untouched(part: str) -> Iterator[tuple[dict[str, str], str]]:
    """Yield records of known day that no earlier set was made from, with all records of the same title and day."""
    used: set[str] = set()
    for name in ("labelled", "fresh", "by_hand", *list(DRAWS)[: list(DRAWS).index(part)]):
        with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                used |= {*line["targets"].split(), *(line.get("basis") or "").split()}
    with records_path().open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["signed"]) == len("1950-01-01")]
    same: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        same.setdefault((row["title"], row["signed"]), []).append(_name(row))
    for row in rows:
        row["title"] = " ".join(row["title"].replace("\t", " ").split())
        parties = [name for name in row["parties"].split("; ") if name.isupper()]
        if (
            _name(row) not in used
            and 20 < len(row["title"]) < 260
            and '"' not in row["title"]
            and 2 <= len(parties) <= 5
        ):
            row["states"] = ";".join(parties)
            yield row, " ".join(same.get((row["title"], row["signed"]), [_name(row)]))


def _make(
    kind: str, row: dict[str, str], words: Draw, draw: random.Random
) -> tuple[str, str, list[str], str, str] | None:
    """Reword one record, or return None where the kind does not fit it."""
    title, signed, states = row["title"], row["signed"], row["states"].split(";")
    day, place = date.fromisoformat(signed), row["place"].strip()
    series = re.search(r"(?:^|\| )Treaty Series (\d+)/(\d{4})", row["references"])
    own = f"UK Treaty Series No. {int(series[1])} ({series[2]})" if series else ""
    reworded = title
    for old, new in words.rewordings:
        reworded = re.sub(old, draw.choice(new), reworded)
    if kind == "dated":
        if not re.fullmatch(r"[A-Z][a-z]+( [A-Z][a-z]+)?", place) or place == "Not Known":
            return None
        form = draw.choice(words.dated)
        return (
            form.format(title, place=place, d=day.day, B=f"{day:%B}", b=f"{day:%b}", Y=day.year, m=day.month),
            "",
            states,
            "",
            "",
        )
    if kind == "named":
        if not any(name in words.names for name in states):
            return None
        return reworded, signed, [draw.choice(words.names.get(name, (name,))) for name in states], "", ""
    if kind == "historical":
        found = [words.historical[name] for name in states if name in words.historical]
        if not any(first <= signed[:4] <= last for _, first, last in found):
            return None
        then = [
            words.historical[name][0] if name in words.historical
            and words.historical[name][1] <= signed[:4] <= words.historical[name][2] else name for name in states
        ]  # fmt: skip
        return reworded, signed, then, "", ""
    if kind == "numbered":
        return (draw.choice(words.numbered), signed[:4], states, own, "") if own else None
    if kind == "cites":
        if not own:
            return None
        when = signed if draw.random() < 0.5 else f"{day.year + draw.randint(1, 9)}{signed[4:8]}{min(day.day, 28):02d}"
        return (
            draw.choice(words.cites).format(title, _cut(title), own=own),
            when,
            states,
            "",
            own if draw.random() < 0.5 else "",
        )
    if kind == "acts":
        return draw.choice(words.acts).format(title, _cut(title)), signed, states, "", ""
    if kind == "swapped":
        swapped = next((name for name in states if name in words.swaps), "")
        if not swapped or words.swaps[swapped] in states:
            return None
        return title, signed, [words.swaps[swapped] if name == swapped else name for name in states], "", ""
    return draw.choice(words.topics), signed, states, "", ""


def _cut(title: str) -> str:
    """Leave out of a title who its parties are, as people do who cite it."""
    head, between, rest = re.split(r"( between )", title, maxsplit=1) if " between " in title else (title, "", "")
    about = re.search(r" (?:concerning|regarding|for|relating|respecting|relative|on|about) .*", rest)
    return head + about[0] if between and about else title


if __name__ == "__main__":
    main()
