"""Files of reviewed links to outside datasets: SSSOM mapping sets, read strictly.

Each ``data/links/<dataset>.sssom.tsv`` is one set (https://mapping-commons.github.io/sssom/spec-formats-tsv/).
``docs/linking-files.md`` describes the files; what they must hold beyond SSSOM is checked here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ukfr_graph import iris
from ukfr_graph.documents import read_table
from ukfr_graph.errors import DataError, Message, Problem, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.plain_yaml import Mapping

SUFFIX = ".sssom.tsv"
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_id",
    "author_label",
    "mapping_date",
    "confidence",
    "see_also",
    "comment",
)
"""The columns of a file of links, in their order."""
HEAD_KEYS = (
    "curie_map",
    "license",
    "mapping_set_id",
    "mapping_set_title",
    "mapping_set_description",
    "object_source",
)
"""The keys of the head of a file of links; all are needed."""
PREDICATES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
"""The properties that a link may state; ``owl:sameAs`` to outside data is none of them."""
JUSTIFICATIONS = tuple(
    "semapv:" + name
    for name in (
        "BackgroundKnowledgeBasedMatching",
        "CompositeMatching",
        "InstanceBasedMatching",
        "LexicalMatching",
        "LexicalSimilarityThresholdMatching",
        "LogicalReasoning",
        "ManualMappingCuration",
        "MappingChaining",
        "MappingInversion",
        "MappingReview",
        "SemanticSimilarityThresholdMatching",
        "StructuralMatching",
        "UnspecifiedMatching",
    )
)
"""Terms of SEMAPV that may justify a mapping (https://mapping-commons.github.io/semantic-mapping-vocabulary/)."""
NEGATION = "Not"
SOURCE_SUFFIX = "-site"
"""The end of the prefix by which a set names the home of its dataset; sets that are merged keep theirs apart."""

SSSOM = "https://w3id.org/sssom/"
_BUILT_IN = {
    "owl": iris.OWL,
    "rdf": iris.RDF,
    "rdfs": iris.RDFS,
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": iris.SKOS,
    "sssom": SSSOM,
    "xsd": iris.XSD,
}
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+\Z")


@dataclass(frozen=True)
class Link:
    """One row of a file, its CURIEs written out.

    ``line`` counts from 1; ``confidence`` is written from 0 to 1; ``author``, ``see_also``, ``object_label`` and
    ``comment`` may be empty.
    """

    line: int
    subject: str
    predicate: str
    negated: bool
    object: str
    object_label: str
    justification: str
    author: str
    author_label: str
    date: str
    confidence: str
    see_also: str
    comment: str


@dataclass(frozen=True)
class LinkSet:
    """The links of one file, ``name`` relative to the data folder, with the IRI and the words of its head."""

    name: str
    iri: str
    title: str
    description: str
    license: str
    object_source: str
    links: tuple[Link, ...]


def read_link_set(path: Path, root: Path) -> LinkSet:
    """Read one file of links under ``root``.

    Raises:
        DataError: with every fault: in its name, its head, its columns or a row.
    """
    head, table, first = read_table(path, root)
    name = path.relative_to(root).as_posix()
    problems = list(_check_head(head, path, name))
    rows = [line.split("\t") for line in table.removesuffix("\n").split("\n")]
    if tuple(rows[0]) != COLUMNS:
        message = make_message("the columns are %(columns)s", columns=", ".join(rows[0]) or Message(_("none")))
        fix = make_message("write the columns %(columns)s, separated by tabs", columns=", ".join(COLUMNS))
        problems.append(Problem(name, first, "", "link-columns", message, fix))
    if problems:
        raise DataError(problems)
    curies = {**_BUILT_IN, **head["curie_map"]}
    links = []
    for line, row in enumerate(rows[1:], first + 1):
        faults = [Problem(name, line, row[0] if row else "", *fault) for fault in _check_row(row, curies)]
        problems += faults
        if not faults:
            links.append(_to_link(line, dict(zip(COLUMNS, row, strict=True)), curies))
    problems += _find_repeats(links, name)
    if problems:
        raise DataError(problems)
    return LinkSet(
        name,
        head["mapping_set_id"],
        head["mapping_set_title"],
        head["mapping_set_description"],
        head["license"],
        _expand(head["object_source"], curies),
        tuple(links),
    )


Fault = tuple[str, Message, Message]
"""Rule, message and fix."""


def _check_head(head: Mapping, path: Path, name: str) -> Iterator[Problem]:
    def fault(message: Message, fix: Message) -> Problem:
        return Problem(name, 1, "", "link-head", message, fix)

    if missing := [key for key in HEAD_KEYS if not head.get(key)]:
        message = make_message("the head lacks %(keys)s", keys=", ".join(missing))
        yield fault(message, Message(_("begin the file with '#key: value' lines for them")))
    if unknown := [key for key in head if key not in HEAD_KEYS]:
        message = make_message("the head has %(keys)s", keys=", ".join(unknown))
        yield fault(message, make_message("keep to the keys %(keys)s", keys=", ".join(HEAD_KEYS)))
    wanted = iris.LINKS + path.name.removesuffix(SUFFIX)
    if not path.name.endswith(SUFFIX):
        message = Message(_("the file's name does not end in .sssom.tsv"))
        yield fault(message, Message(_("name it <dataset>.sssom.tsv")))
    elif head.get("mapping_set_id", wanted) != wanted:
        yield fault(_tell("mapping_set_id", head["mapping_set_id"]), make_message("write %(value)s", value=wanted))
    curies = head.get("curie_map", {})
    if not isinstance(curies, Mapping):
        fix = Message(_("write '#  prefix: https://…' lines below '#curie_map:'"))
        yield fault(Message(_("curie_map is no mapping")), fix)
        return
    for prefix, expansion in curies.items():
        if not isinstance(expansion, str) or not _IRI.match(expansion) or _BUILT_IN.get(prefix, expansion) != expansion:
            message = make_message("the prefix %(prefix)s stands for %(iri)s", prefix=prefix, iri=expansion)
            yield fault(message, Message(_("give it the IRI that it stands for")))
    if not _IRI.match(str(head.get("license", iris.BASE))):
        fix = Message(_("write an address that begins with https:// or http://"))
        yield fault(_tell("license", head["license"]), fix)
    source = str(head.get("object_source", "id:"))
    if source != "id:" and not _expand(source, {**_BUILT_IN, **curies}):
        fix = Message(_("write a CURIE (<dataset>-site:/path) and its prefix into curie_map"))
        yield fault(_tell("object_source", source), fix)


def _check_row(row: list[str], curies: dict[str, str]) -> Iterator[Fault]:
    if len(row) != len(COLUMNS):
        message = make_message("has %(found)s cells instead of %(wanted)s", found=len(row), wanted=len(COLUMNS))
        yield "link-row", message, Message(_("separate the cells by single tabs"))
        return
    cells = dict(zip(COLUMNS, row, strict=True))
    if stray := [c for c, v in cells.items() if v != v.strip() or '"' in v]:
        message = make_message("%(columns)s has a quotation mark or outer blanks", columns=", ".join(stray))
        yield "link-row", message, Message(_("take the quotation marks and the outer blanks out"))
    for column in ("subject_id", "object_id", *(["author_id"] if cells["author_id"] else [])):
        if not _expand(cells[column], curies):
            template = _("%(column)s is %(value)s, which is no CURIE of this file")
            message = make_message(template, column=column, value=repr(cells[column]))
            yield "link-curie", message, Message(_("write prefix:name, with a prefix of curie_map"))
    for column, allowed in (
        ("predicate_id", PREDICATES),
        ("predicate_modifier", ("", NEGATION)),
        ("mapping_justification", JUSTIFICATIONS),
    ):
        if cells[column] not in allowed:
            fix = make_message("write one of %(values)s", values=", ".join(filter(None, allowed)))
            yield "link-value", _tell(column, repr(cells[column])), fix
    if not _is_date(cells["mapping_date"]):
        fix = Message(_("write a day such as 2026-11-24"))
        yield "link-value", _tell("mapping_date", repr(cells["mapping_date"])), fix
    if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", cells["confidence"]):
        fix = Message(_("write a number from 0 to 1, such as 0.95"))
        yield "link-value", _tell("confidence", repr(cells["confidence"])), fix
    if not cells["author_label"]:
        yield "link-value", Message(_("author_label is empty")), Message(_("name who answers for the link"))
    if not _IRI.match(cells["see_also"]) and (cells["see_also"] or cells["predicate_modifier"] != NEGATION):
        fix = Message(_("give the address of the page that shows it"))
        yield "link-value", _tell("see_also", repr(cells["see_also"])), fix


def _tell(key: str, value: str) -> Message:
    return make_message("%(key)s is %(value)s", key=key, value=value)


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def compact_source(dataset: str, address: str) -> tuple[dict[str, str], str]:
    """Write the home of a dataset as a CURIE, as SSSOM/TSV has it: the prefix to declare, and the CURIE.

    >>> compact_source("cets", "https://www.coe.int/en/web/conventions/")
    ({'cets-site': 'https://www.coe.int'}, 'cets-site:/en/web/conventions/')
    """
    parts = urlsplit(address)
    site, prefix = f"{parts.scheme}://{parts.netloc}", dataset + SOURCE_SUFFIX
    return {prefix: site}, f"{prefix}:{address.removeprefix(site) or '/'}"


def _expand(curie: str, curies: dict[str, str]) -> str:
    prefix, colon, local = curie.partition(":")
    expanded = curies[prefix] + local if colon and local and prefix in curies else ""
    return expanded if _IRI.match(expanded) else ""


def _to_link(line: int, cells: dict[str, str], curies: dict[str, str]) -> Link:
    return Link(
        line,
        _expand(cells["subject_id"], curies),
        _expand(cells["predicate_id"], curies),
        cells["predicate_modifier"] == NEGATION,
        _expand(cells["object_id"], curies),
        cells["object_label"],
        _expand(cells["mapping_justification"], curies),
        _expand(cells["author_id"], curies),
        *(cells[c] for c in ("author_label", "mapping_date", "confidence", "see_also", "comment")),
    )


def _find_repeats(links: list[Link], name: str) -> Iterator[Problem]:
    rows: dict[tuple[str, str, str], int] = {}
    exact: dict[str, Link] = {}
    for link in links:
        key = (link.subject, link.predicate, link.object)
        record = iris.local_id(link.subject)
        if key in rows:
            message = make_message("the same link stands at line %(line)s", line=rows[key])
            yield Problem(name, link.line, record, "link-repeated", message, Message(_("keep the row that holds")))
        rows.setdefault(key, link.line)
        if link.predicate != iris.SKOS + "exactMatch" or link.negated:
            continue
        other = exact.setdefault(link.object, link)
        if other.subject != link.subject:
            message = make_message(
                "%(record)s at line %(line)s already matches %(iri)s exactly",
                record=iris.local_id(other.subject),
                line=other.line,
                iri=link.object,
            )
            fix = Message(_("keep one, or make one a skos:closeMatch"))
            yield Problem(name, link.line, record, "link-exact", message, fix)
