"""Files of candidates: SSSOM mapping sets with the evidence for each pair, written once and then only read.

They have the columns of SSSOM (https://mapping-commons.github.io/sssom/Mapping/) that apply; its column ``other``
holds, as JSON, what a reviewer needs: both treaties, the outcome and its reason, and the finding and weight of each
comparison. Cells hold no tab, line break or quotation mark outside that JSON, and none begins like a formula.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ukfr_graph import __version__, iris
from ukfr_graph.build.link_files import SOURCE_SUFFIX, compact_source
from ukfr_graph.documents import read_table
from ukfr_graph.errors import DataError
from ukfr_graph.files import open_text
from ukfr_graph.link.datasets.parties import name_party
from ukfr_graph.link.datasets.reader import Dataset
from ukfr_graph.link.datasets.treaties import InputError, Treaty
from ukfr_graph.link.matching.comparisons import COMPARISONS, REVIEW_WEIGHT, probability

if TYPE_CHECKING:  # a page that reviews candidates needs no matrices
    from ukfr_graph.link.matching.matches import Match

COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "mapping_tool",
    "mapping_tool_version", "mapping_date", "confidence", "similarity_score", "similarity_measure", "see_also",
    "other", "comment",
)  # fmt: skip
_MEASURE = "cosine of TF-IDF-weighted character n-grams"
_SET_END = "/candidates"
_FORMULA = re.compile(r"^[=+\-@]")
_MAX_LABEL = 500


@dataclass(frozen=True)
class Pair:
    """One of our instruments and one outside treaty that may be the same.

    ``ours`` and ``theirs`` are facts for people, by field; ``evidence`` is (comparison, finding, weight in bits);
    ``rank`` is the pair's place among those of its outside treaty, from 1.
    """

    subject: str
    subject_label: str
    object: str
    object_label: str
    page: str
    confidence: float
    outcome: str
    reason: str
    rank: int
    ours: Mapping[str, str]
    theirs: Mapping[str, str]
    evidence: tuple[tuple[str, str, float], ...]

    @property
    def key(self) -> tuple[str, str]:
        """Subject and object, by which decisions are kept."""
        return self.subject, self.object


@dataclass(frozen=True)
class CandidateFile:
    """A file of candidates, read: the pairs in its order, and what the prefixes of workspaces stand for in it."""

    path: Path
    dataset: Dataset
    pairs: tuple[Pair, ...]
    namespaces: Mapping[str, str] = field(default_factory=dict)


def plain(text: str) -> str:
    r"""Write a text as a cell: one line, no quotation mark, and nothing that a spreadsheet would run.

    >>> plain('=HYPERLINK("x")'), plain("a\tb")
    ("'=HYPERLINK('x')", 'a b')
    """
    cell = " ".join(text.replace('"', "'").split())[:_MAX_LABEL]
    return _FORMULA.sub(lambda start: "'" + start[0], cell)


@contextlib.contextmanager
def open_whole(path: Path) -> Iterator[TextIO]:
    """Open a file of candidates or links that is there whole or not at all (see ``files.open_whole``)."""
    with open_text(path) as file:
        yield file


def write_head(file: TextIO, head: Mapping[str, Any]) -> None:
    """Write the head of a mapping set: ``#`` lines of YAML, keys in order."""
    from io import StringIO

    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = 10_000
    out = StringIO()
    yaml.dump(dict(head), out)
    file.writelines(f"#{line}\n" for line in out.getvalue().splitlines())


def write_candidates(file: TextIO, matches: Iterable[Match], dataset: Dataset, day: date) -> int:
    """Write the candidates of matches, head first; the number of pairs."""
    site, source = compact_source(dataset.name, dataset.source or dataset.namespace)
    own = {prefix: space for prefix, space in iris.prefixes().items() if prefix not in iris.PREFIXES}
    write_head(
        file,
        {
            "curie_map": {"id": iris.ID, dataset.prefix: dataset.namespace, **site, **own},
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "mapping_set_description": "Candidates found by comparison, not yet reviewed",
            "mapping_set_id": f"{iris.LINKS}{dataset.name}{_SET_END}",
            "mapping_set_title": f"Candidates for links to {dataset.name}",
            "object_source": source,
        },
    )
    file.write("\t".join(COLUMNS) + "\n")
    count = 0
    for match in matches:
        for row in _rows(match, day):
            file.write("\t".join(row) + "\n")
            count += 1
    return count


def _rows(match: Match, day: date) -> Iterator[list[str]]:
    theirs = _facts(match.source)
    for rank, candidate in enumerate(match.candidates, 1):
        if candidate.weight < REVIEW_WEIGHT and not (candidate.shared or candidate.level("identifier") == "named"):
            continue
        outcome = match.outcome if rank == 1 else "review"
        other = {
            "outcome": outcome,
            "reason": match.reason if rank == 1 else "",
            "rank": rank,
            "ours": _facts(candidate.target),
            "theirs": theirs,
            "evidence": [
                *([["identifier", f"the same {', '.join(sorted(candidate.shared))}", 0.0]] if candidate.shared else []),
                *(
                    [c.name, c.levels[at].words, c.levels[at].weight]
                    for c, (_, at) in zip(COMPARISONS, candidate.levels, strict=True)
                    if at
                ),
            ],
        }
        yield [
            candidate.target.identifier,
            plain(candidate.target.title),
            "skos:exactMatch",
            match.source.identifier,
            plain(match.source.title),
            "semapv:CompositeMatching",
            "ukfr-graph",
            __version__,
            day.isoformat(),
            f"{1.0 if candidate.shared and outcome == 'accepted' else probability(candidate.weight):.3f}",
            f"{min(max(candidate.cosine, 0.0), 1.0):.3f}",
            _MEASURE,
            match.source.page,
            json.dumps(other, ensure_ascii=False),
            plain(f"{outcome}: {match.reason}" if rank == 1 else f"candidate {rank}"),
        ]


def _facts(treaty: Treaty) -> dict[str, str]:
    then = {code: f" (then {name})" for code, name in treaty.former}
    by_language = [f"{text} ({language})" if language else text for language, text in treaty.titles]
    return {
        "title": " / ".join(by_language),
        "signed": str(treaty.signed or ""),
        "in force": str(treaty.in_force or ""),
        "parties": ", ".join(sorted(name_party(code) + then.get(code, "") for code in treaty.parties)),
        "kind": treaty.kind + (" (changes another)" if treaty.is_change else ""),
        "identifiers": ", ".join(sorted(treaty.references)),
        "names others": ", ".join(sorted(treaty.mentions)),
        "page": treaty.page,
    }


def read_candidates(path: Path) -> CandidateFile:
    """Read a file of candidates.

    Raises:
        InputError: it is missing, or is not a file that ``link match`` wrote; with the line.
    """
    if not path.is_file():
        raise InputError("%(file)s is not a file. 'ukfr-graph link match' makes one.", file=path)
    try:
        head, table, first = read_table(path, path.parent)
        curies, set_id = dict(head["curie_map"]), str(head["mapping_set_id"])
        ours = {"id", *(line.partition(":")[0] for line in table.split("\n")[1:] if line)}
        prefix = next(prefix for prefix in curies if prefix not in ours and not prefix.endswith(SOURCE_SUFFIX))
        site, _, rest = str(head.get("object_source", "")).partition(":")
        source = curies.get(site, f"{site}:") + rest
        name = set_id.removeprefix(iris.LINKS).removesuffix(_SET_END)
        dataset = Dataset(name, prefix, str(curies[prefix]), source)
    except (DataError, KeyError, TypeError, ValueError, StopIteration, OSError):
        raise InputError("%(file)s is not a file of candidates: its head cannot be read.", file=path.name) from None
    lines = table.removesuffix("\n").split("\n")
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise InputError(
            "%(file)s is not a file of candidates: line %(line)s does not name its columns.", file=path.name, line=first
        )
    pairs = []
    for number, line in enumerate(lines[1:], first + 1):
        try:
            pairs.append(_pair(dict(zip(COLUMNS, line.split("\t"), strict=True))))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(
                "%(file)s, line %(line)s: the row is not one that 'link match' wrote.", file=path.name, line=number
            ) from None
    own = {name: str(curies[name]) for name in ours & curies.keys() - {"id"}}
    return CandidateFile(path, dataset, tuple(pairs), own)


def _pair(cells: Mapping[str, str]) -> Pair:
    other = json.loads(cells["other"])
    return Pair(
        cells["subject_id"], cells["subject_label"], cells["object_id"], cells["object_label"], cells["see_also"],
        float(cells["confidence"]), str(other["outcome"]), str(other["reason"]), int(other["rank"]),
        {str(k): str(v) for k, v in other["ours"].items()}, {str(k): str(v) for k, v in other["theirs"].items()},
        tuple((str(name), str(words), float(weight)) for name, words, weight in other["evidence"]),
    )  # fmt: skip
