"""How far two independent codings of one statement agree, and each with what was settled.

``python docs/coding/agreement.py`` prints the table of ``README.md``; a test holds the two together.

The two passes are of an older form than the records, and name who has a role otherwise; what is compared is the rest of
what ``ukfr-graph code agreement`` compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ukfr_graph.coding.agreement import compare
from ukfr_graph.coding.units import UNCODED, CodedRole, Unit, find_words, number_words, read_coding, read_units
from ukfr_graph.drafting.texts import TextToDraft, read_source_text
from ukfr_graph.resources import data_folder
from ukfr_graph.sources import Span
from ukfr_graph.workspace import read_workspaces

HERE = Path(__file__).parent
STATEMENT = "uk-fr-2016-08-30"
NOT_COMPARED = ("who has each role", "basis of each role")


def read_pass(name: str, text: TextToDraft, words: Sequence[Span]) -> list[Unit]:
    """Read one coder's pass."""
    content = json.loads((HERE / name).read_text("utf-8"))

    def locate(unit: Mapping[str, str]) -> range:
        """Find the words of a quote; the body is meant where they stand outside it as well."""
        before = unit.get("prefix", "")
        start = text.text.index(before + unit["quote"] + unit.get("suffix", ""), text.body[0].start) + len(before)
        return find_words(words, Span(start, start + len(unit["quote"])))

    units = [
        Unit(
            locate(unit),
            unit["kind"],
            {"holder": CodedRole(frozenset(unit["holder"]), frozenset({unit["holder_basis"]}))}
            if unit["holder"]
            else {},
            {name: unit[name] for name in ("novelty", "testability")},
        )
        for unit in content["units"]
    ]
    units += [Unit(locate(unit), UNCODED) for unit in content["not_coded"]]
    return sorted(units, key=lambda unit: (unit.words.start, unit.words.stop))


def table() -> str:
    """Write the agreement of each pair of codings as a Markdown table."""
    text = read_source_text(STATEMENT, read_workspaces([data_folder()]))
    words = number_words(text.text, text.body)
    first, second = (read_pass(f"{name}.json", text, words) for name in ("first", "second"))
    settled = read_units(read_coding(data_folder() / f"statements/{STATEMENT}.yaml"), text.text, text.body)
    lines = ["| codings | what | items | agree | Cohen's κ | Krippendorff's α |", "|---|---|---:|---:|---:|---:|"]
    for name, a, b in (
        ("first, second", first, second),
        ("first, settled", first, settled),
        ("second, settled", second, settled),
    ):
        for row in compare(a, b, len(words)):
            if row.measure not in NOT_COMPARED:
                figures = f"{row.share:.1%} | {row.kappa:.3f} | {row.alpha:.3f}"
                lines.append(f"| {name} | {row.measure} | {row.items} | {figures} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
