"""The faults of curated files, by root cause: one slip is one finding, however many records it breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ukfr_graph import iris
from ukfr_graph.build.advice import (
    advise_on_value,
    find_keys,
    join_advice,
    name_thing,
    offer_key,
    offer_thing,
    offer_type,
)
from ukfr_graph.build.collector import pause_collector
from ukfr_graph.build.coverage import UNCODED
from ukfr_graph.build.lacking import LackingRecord, list_lacking
from ukfr_graph.build.pipeline import Examined, examine
from ukfr_graph.build.reading import Kept
from ukfr_graph.build.validation import FOUND
from ukfr_graph.errors import DataError, Message, Problem, SettingsError, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.files import read_file
from ukfr_graph.resources import read_context
from ukfr_graph.texts import find_place
from ukfr_graph.workspace import Workspace, namespaces_of

_WRITTEN_ID = re.compile(r"^\s*(?:- )?id:\s*['\"]?([^\s'\"]+)", re.MULTILINE)
_GAP_WORDS = 12
_BY_QUOTES = ("range", "shacl Class", "shacl MinCount", "shacl Or", "shacl Node")  # where no quote is found


@dataclass(frozen=True)
class Finding:
    """A root cause: what it is, what to do, and the problems that come of it."""

    message: str
    fix: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Gap:
    """Words of a source that are in no record: the ``line`` of its text from 1, and the first twelve of them."""

    line: int
    words: str


@dataclass(frozen=True)
class SourceCoverage:
    """The part of a source's words that records account for, from 0 to 1, and its gaps in the order of the text."""

    source: str
    share: float
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Checked:
    """The result of a check: the findings, the coverage of each source, and what records of drafts still lack."""

    findings: tuple[Finding, ...]
    coverage: tuple[SourceCoverage, ...]
    lacking: tuple[LackingRecord, ...] = ()


class Checker:
    """Checks workspaces again and again: what did not change is not read again."""

    def __init__(self) -> None:
        self._kept = Kept()
        self._problems: set[Problem] = set()
        self._lacking: set[Problem] = set()
        self._known: set[str] = set()
        self._coverage: dict[str, SourceCoverage] = {}

    def check(self, workspaces: Sequence[Workspace]) -> Checked:
        """Take workspaces through every step of a build, whatever fails on the way, and tell what is wrong."""
        self._problems, self._lacking = set(), set()
        self._coverage = {}
        with iris.using(namespaces_of(workspaces)):
            return self._examine(workspaces, narrow=False)

    def check_changed(self, workspaces: Sequence[Workspace]) -> Checked:
        """Check the statements in which a file changed since the last check, and tell the rest as it was then.

        What a change does to the records of other statements, only a whole check can tell.
        """
        with iris.using(namespaces_of(workspaces)):
            return self._examine(workspaces, narrow=True)

    @pause_collector()
    def _examine(self, workspaces: Sequence[Workspace], *, narrow: bool) -> Checked:
        state: Examined | None = None
        found: list[Problem] = []
        try:
            for state in examine(workspaces, kept=self._kept, narrow=narrow):
                found = state.problems
        except DataError as error:
            found = [*(state.problems if state else ()), *error.problems]
        found = list(_leave_out_unknowable(found, state)) if state else found
        if state:
            self._coverage |= {covered.source: covered for covered in _list_coverage(state)}
        if state and narrow:
            self._problems = {p for p in self._problems if p.file not in state.changed}
            found = [p for p in found if p.file in state.changed]
            self._lacking = {p for p in self._lacking if p.file not in state.changed}
        self._problems |= set(found)
        self._lacking |= {p for p in state.lacking if not narrow or p.file in state.changed} if state else set()
        if state and not narrow:
            self._known = {t.subject.value for triples in state.graphs.values() for t in triples}  # type: ignore[union-attr]
        lost = state.lost if state else frozenset()
        names = {p.file for p in found if not p.record} | lost
        unread = [w.root / name for w in workspaces for name in names if (w.root / name).is_file()]
        coverage = tuple(self._coverage[name] for name in sorted(self._coverage))
        causes = tuple(_find_causes(self._problems, self._known, unread, lost))
        return Checked(causes, coverage, list_lacking(self._lacking, self._known))


def _leave_out_unknowable(found: Iterable[Problem], state: Examined) -> Iterator[Problem]:
    """Leave out what nobody can tell while files cannot be read: whether a clause cites it, where its words stand."""
    for problem in found:
        is_unknowable = problem.rule == "unsourced-fact" and (state.lost or state.unquoted)
        if not (is_unknowable or (problem.file in state.unquoted and problem.rule in _BY_QUOTES)):
            yield problem


def _list_coverage(state: Examined) -> Iterator[SourceCoverage]:
    for source in state.sources:
        if source.name in state.measured:
            coverage = state.measured[source.name].coverage
            gaps = tuple(
                Gap(find_place(source.text, gap.start)[0], _begin(source.text[gap.start : gap.end]))
                for gap in coverage.gaps
            )
            yield SourceCoverage(source.name, coverage.share, gaps)


def _begin(text: str) -> str:
    words = text.split()
    return " ".join(words[:_GAP_WORDS]) + (" …" if len(words) > _GAP_WORDS else "")


def _find_causes(
    problems: set[Problem], known: set[str], unread: Iterable[Path], lost: AbstractSet[str]
) -> Iterator[Finding]:
    """Yield the causes: files that cannot be read, things that are missing, keys that are none, and what is left.

    Of the files that are ``lost`` no record could be made.
    """
    problems = problems - set(_find_caused_by_quotes(problems))
    missing = {p.value for p in problems if p.rule == "dangling-reference"}
    for path in sorted(set(unread)):
        own = {p for p in problems if path.as_posix().endswith(p.file) and (p.file in lost or not p.record)}
        ids: set[str] = set()
        with suppress(SettingsError):
            ids = {*_WRITTEN_ID.findall(read_file(path).decode("utf-8", "replace")), f"expression/{path.parent.name}"}
        lacked = {value for value in missing if any(value.endswith(f"/{written}") for written in ids)}
        caused = {p for p in problems if p.value in lacked or (p.rule == "workspace" and p.value in ids)}
        for number, problem in enumerate(sorted(own)):
            others = sorted(caused) if not number else []
            said = _name_rule(problem.rule, problem.message)
            if others:
                template = _("%(message)s; records that use what stands in it: %(count)s")
                said = make_message(template, message=said, count=_count(caused))
            yield Finding(said, problem.fix, (problem, *others))
        problems = problems - own - caused
        missing -= lacked
    for value in sorted(missing):
        caused = {p for p in problems if p.value == value}
        said = make_message(
            "%(thing)s is missing; records that use it: %(count)s", thing=name_thing(value), count=_count(caused)
        )
        yield Finding(said, offer_thing(value, known), tuple(sorted(caused)))
        problems = problems - caused
    keys = {p.value: p.record for p in problems if p.rule == "unknown-term" and p.value != iris.RDF + "type"}
    for key in sorted(keys, key=lambda key: (keys[key].count("#"), key)):  # what stands below a wrong key comes of it
        caused = set(_find_caused_by_key(key, problems))
        problems = problems - caused
        if caused:
            first = min(p for p in caused if p.value == key)
            count = _count(p for p in caused if p.value == key)
            said = make_message(
                "'%(key)s' is no key; records that use it: %(count)s", key=iris.local_name(key), count=count
            )
            yield Finding(said, join_advice([offer_key(key), first.fix]), (first, *sorted(caused - {first})))
    for problem in sorted(p for p in problems if p.rule == "unknown-term" and p.value == iris.RDF + "type"):
        caused = set(_find_caused_by_type(problem.record, problems))
        yield Finding(_name_rule(problem.rule, problem.message), offer_type(problem, known), (problem, *sorted(caused)))
        problems = problems - caused - {problem}
    groups: dict[tuple[str, str | Message], list[Problem]] = {}
    for problem in sorted(problems):
        groups.setdefault((problem.rule, _leave_out_value(problem.message)), []).append(problem)
    for (rule, message), found in sorted(groups.items(), key=lambda group: -len(group[1])):
        if isinstance(message, Message) and message.template == UNCODED:
            words = _begin(str(message.values["words"])[1:-1])
            yield Finding(make_message("no record has the words “%(words)s”", words=words), found[0].fix, tuple(found))
        else:
            told = found[0].message if len(found) == 1 else message
            yield Finding(_name_rule(rule, told), advise_on_value(found[0], known), tuple(found))


def _name_rule(rule: str, message: str | Message) -> Message:
    return make_message("%(rule)s: %(message)s", rule=rule, message=message)


def _leave_out_value(message: str | Message) -> str | Message:
    """Return a message without the value that was found."""
    return message.values["message"] if isinstance(message, Message) and message.template == FOUND else message


def _count(problems: Iterable[Problem]) -> int:
    return len({(p.file, p.record) for p in problems})


def _find_caused_by_quotes(problems: AbstractSet[Problem]) -> Iterator[Problem]:
    """Find what is wrong with evidence, and with quotes within it, only because a quote does not stand in the text."""
    quotes = {p for p in problems if p.rule.startswith("quote-")}
    failed = {(p.file, p.record) for p in quotes}
    yield from (p for p in quotes if (p.file, iris.local_id(p.value)) in failed)
    for problem in problems:
        is_of_evidence = problem.rule in ("range", "shacl Class") and problem.value.endswith("evidence")
        if is_of_evidence and (problem.file, problem.record) in failed:
            yield problem


def _find_caused_by_key(key: str, problems: set[Problem]) -> Iterator[Problem]:
    """Find what a key that is none makes wrong: its use, the keys below it, and that the one meant is missing."""
    used = {p for p in problems if p.rule == "unknown-term" and p.value == key}
    records = {p.record for p in used}
    near = find_keys(key)[:1]
    meant = {iris.expand(str(d["@id"] if isinstance(d, dict) else d)) for d in (read_context()[name] for name in near)}
    below = tuple(f"{record}#{iris.local_name(key)}" for record in records)
    for problem in problems:
        is_missing = problem.rule == "shacl MinCount" and problem.value in meant and problem.record in records
        is_untyped = problem.rule == "domain" and "type" in near and problem.record in records
        if problem in used or is_missing or is_untyped or problem.record.startswith(below):
            yield problem


def _find_caused_by_type(record: str, problems: set[Problem]) -> Iterator[Problem]:
    """Find what is wrong only because a record has no type: its keys, and where other records name it."""
    for problem in problems:
        is_own = problem.rule == "domain" and problem.record == record
        if is_own or (problem.rule in ("range", "shacl Class") and iris.local_id(problem.value) == record):
            yield problem
