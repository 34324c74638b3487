"""From decisions to a file of reviewed links (``docs/linking-files.md``): added to, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ukfr_graph import iris
from ukfr_graph.build.link_files import COLUMNS, NEGATION, SUFFIX, compact_source, read_link_set
from ukfr_graph.documents import read_table
from ukfr_graph.errors import DataError, Message, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.link.datasets.treaties import InputError
from ukfr_graph.link.review.candidate_files import Pair, open_whole, plain, write_head
from ukfr_graph.link.review.decisions import Decision
from ukfr_graph.link.review.session import Review

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
ORCID = "https://orcid.org/"
CLOSE_CONFIDENCE = "0.7"
_PREDICATES = {"exact": "skos:exactMatch", "close": "skos:closeMatch", "reject": "skos:exactMatch"}
_KEY = ("subject_id", "object_id", "predicate_id")

Row = Mapping[str, str]


@dataclass(frozen=True)
class Acceptance:
    """The result of accepting: rows added, rows that stood there already, and what stands against what was decided."""

    path: Path
    added: int
    present: int
    conflicts: tuple[Message, ...]


def accept(review: Review, path: Path) -> Acceptance:
    """Add the reviewed pairs to a file of links: matches, and rejected ones as rows with ``Not``.

    What stands in the file stays as it is. A row that says the opposite, or gives another of ours exactly the same
    outside treaty, is told and left. Doing it again changes nothing.

    Raises:
        InputError: the file exists and is not a file of links, its name does not end in ``.sssom.tsv``, or it cannot
            be written.
    """
    if not path.name.endswith(SUFFIX):
        raise InputError("Name the file of links <dataset>.sssom.tsv, not %(file)s.", file=path.name)
    head, rows = _read(path, review)
    known = {tuple(row[c] for c in _KEY): row for row in rows}
    exact = {
        row["object_id"]: row
        for row in rows
        if row["predicate_id"] == _PREDICATES["exact"] and not row["predicate_modifier"]
    }
    added: list[Row] = []
    present, conflicts = 0, []
    for decision in review.decisions.read().values():
        pair = review.find_pair(*decision.key)
        if pair is None or decision.verdict not in _PREDICATES:
            continue
        row = _row(pair, decision, review.candidates.dataset.namespace)
        standing = known.get(tuple(row[c] for c in _KEY))
        rival = exact.get(row["object_id"]) if decision.verdict == "exact" else None
        if standing:
            same = standing["predicate_modifier"] == row["predicate_modifier"]
            present += same
            if not same:
                template = _("%(ours)s and %(theirs)s: the file says the opposite")
                conflicts.append(make_message(template, ours=pair.subject, theirs=pair.object))
        elif rival:
            template = _("%(theirs)s: the file says that it is %(other)s, not %(ours)s")
            said = make_message(template, theirs=pair.object, other=rival["subject_id"], ours=pair.subject)
            conflicts.append(said)
        else:
            added.append(row)
            known[tuple(row[c] for c in _KEY)] = row
            if decision.verdict == "exact":
                exact[row["object_id"]] = row
    if added:
        with open_whole(path) as file:
            write_head(file, head)
            file.write("\t".join(COLUMNS) + "\n")
            for row in sorted([*rows, *added], key=lambda row: [row[c] for c in _KEY]):
                file.write("\t".join(row[c] for c in COLUMNS) + "\n")
    return Acceptance(path, len(added), present, tuple(conflicts))


def _read(path: Path, review: Review) -> tuple[dict[str, object], list[Row]]:
    dataset = review.candidates.dataset
    authors = {"orcid": ORCID} if any(d.author_id for d in review.decisions.read().values()) else {}
    needed = {"id": iris.ID, dataset.prefix: dataset.namespace, **review.candidates.namespaces, **authors}
    site, source = compact_source(dataset.name, dataset.source or dataset.namespace)
    if not path.exists():
        return {
            "curie_map": {**needed, **site},
            "license": LICENSE,
            "mapping_set_description": "Links found by comparison and confirmed by review",
            "mapping_set_id": iris.LINKS + path.name.removesuffix(SUFFIX),
            "mapping_set_title": f"Links to {dataset.name}",
            "object_source": source,
        }, []
    try:
        read_link_set(path, path.parent)
        head, table, _ = read_table(path, path.parent)
    except DataError as error:
        raise InputError(
            "%(file)s is not a file of links: %(fault)s. Mend it first.", file=path, fault=error.problems[0].message
        ) from None
    curies = dict(head["curie_map"])
    for prefix, namespace in needed.items():
        if curies.setdefault(prefix, namespace) != namespace:
            raise InputError(
                "In %(file)s, the prefix %(prefix)s stands for %(found)s, not for %(wanted)s.",
                file=path,
                prefix=prefix,
                found=curies[prefix],
                wanted=namespace,
            )
    lines = table.removesuffix("\n").split("\n")
    return {**head, "curie_map": curies}, [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines[1:]]


def _row(pair: Pair, decision: Decision, namespace: str) -> Row:
    local = pair.object.partition(":")[2]
    return {
        "subject_id": pair.subject,
        "subject_label": pair.subject_label,
        "predicate_id": _PREDICATES[decision.verdict],
        "predicate_modifier": NEGATION if decision.verdict == "reject" else "",
        "object_id": pair.object,
        "object_label": pair.object_label,
        "mapping_justification": "semapv:ManualMappingCuration",
        "author_id": decision.author_id,
        "author_label": plain(decision.author),
        "mapping_date": decision.when[:10],
        "confidence": CLOSE_CONFIDENCE if decision.verdict == "close" else "1.0",
        "see_also": pair.page or namespace + local,
        "comment": plain(_explain(pair.evidence)),
    }


def _explain(evidence: Iterable[tuple[str, str, float]]) -> str:
    return "; ".join(words for _, words, _ in evidence)
