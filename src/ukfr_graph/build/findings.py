"""The faults of curated files, by root cause: one slip is one finding, however many records it breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ukfr_graph import iris
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
_NEAR = 3  # spellings that are offered
_LISTED = 30  # values that are listed


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
        unread = [w.root / p.file for w in workspaces for p in found if (w.root / p.file).is_file() and not p.record]
        coverage = tuple(self._coverage[name] for name in sorted(self._coverage))
        causes = tuple(_find_causes(self._problems, self._known, unread))
        return Checked(causes, coverage, list_lacking(self._lacking, self._known))


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


def _find_causes(problems: set[Problem], known: set[str], unread: Iterable[Path]) -> Iterator[Finding]:
    """Yield the causes: files that cannot be read, things that are missing, keys that are none, and what is left."""
    missing = {p.value for p in problems if p.rule == "dangling-reference"}
    for path in sorted(set(unread)):
        own = {p for p in problems if path.as_posix().endswith(p.file) and not p.record}
        ids: set[str] = set()
        with suppress(SettingsError):
            ids = set(_WRITTEN_ID.findall(read_file(path).decode("utf-8", "replace")))
        lost = {value for value in missing if iris.local_id(value) in ids}
        caused = {p for p in problems if p.value in lost}
        for number, problem in enumerate(sorted(own)):
            others = sorted(caused) if not number else []
            said = _name_rule(problem.rule, problem.message)
            if others:
                template = _("%(message)s; records that use what stands in it: %(count)s")
                said = make_message(template, message=said, count=_count(caused))
            yield Finding(said, problem.fix, (problem, *others))
        problems = problems - own - caused
        missing -= lost
    for value in sorted(missing):
        caused = {p for p in problems if p.value == value}
        said = make_message(
            "%(thing)s is missing; records that use it: %(count)s", thing=_name(value), count=_count(caused)
        )
        yield Finding(said, _offer(value, known), tuple(sorted(caused)))
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
            yield Finding(said, _join([_offer_key(key), first.fix]), (first, *sorted(caused - {first})))
    groups: dict[tuple[str, str | Message], list[Problem]] = {}
    for problem in sorted(problems):
        groups.setdefault((problem.rule, _leave_out_value(problem.message)), []).append(problem)
    for (rule, message), found in sorted(groups.items(), key=lambda group: -len(group[1])):
        if isinstance(message, Message) and message.template == UNCODED:
            words = _begin(str(message.values["words"])[1:-1])
            yield Finding(make_message("no record has the words “%(words)s”", words=words), found[0].fix, tuple(found))
        else:
            told = found[0].message if len(found) == 1 else message
            yield Finding(_name_rule(rule, told), _allow(found[0], known), tuple(found))


def _name_rule(rule: str, message: str | Message) -> Message:
    return make_message("%(rule)s: %(message)s", rule=rule, message=message)


def _leave_out_value(message: str | Message) -> str | Message:
    """Return a message without the value that was found."""
    return message.values["message"] if isinstance(message, Message) and message.template == FOUND else message


def _count(problems: Iterable[Problem]) -> int:
    return len({(p.file, p.record) for p in problems})


def _join(parts: Sequence[str | Message]) -> str | Message:
    """Join pieces of advice."""
    said: str | Message = parts[0]
    for part in parts[1:]:
        said = make_message("%(fix)s; %(or)s", fix=said, **{"or": part})
    return said


def _name(iri: str) -> str:
    return iris.local_id(iri).removeprefix(iris.VOCABULARY)


def _offer(value: str, known: set[str]) -> str | Message:
    """Offer what may be meant by a thing that is missing, and where it is a term, the terms that there are."""
    start = value.rpartition("/")[0] + "/"
    names = sorted(iri.removeprefix(start) for iri in known if iri.startswith(start) and "#" not in iri)
    near = get_close_matches(value.removeprefix(start), names, _NEAR, 0.6)
    advice = [make_message("did you mean %(names)s?", names=", ".join(_name(start + n) for n in near))] if near else []
    if "/vocab/" not in value:
        advice.append(Message(_("correct the spelling, or add its record")))
    elif not names:
        advice.append(Message(_("there is no such vocabulary")))
    elif len(names) > _LISTED:
        shown = ", ".join(names[:_LISTED])
        advice.append(make_message("there are %(names)s, … (%(count)s in all)", names=shown, count=len(names)))
    else:
        advice.append(make_message("there are %(names)s", names=", ".join(names)))
    return _join(advice)


def _find_caused_by_key(key: str, problems: set[Problem]) -> Iterator[Problem]:
    """Find what a key that is none makes wrong: its use, the keys below it, and that the one meant is missing."""
    used = {p for p in problems if p.rule == "unknown-term" and p.value == key}
    records = {p.record for p in used}
    near = _find_keys(key)[:1]
    meant = {iris.expand(str(d["@id"] if isinstance(d, dict) else d)) for d in (read_context()[name] for name in near)}
    below = tuple(f"{record}#{iris.local_name(key)}" for record in records)
    for problem in problems:
        is_missing = problem.rule == "shacl MinCount" and problem.value in meant and problem.record in records
        if problem in used or is_missing or problem.record.startswith(below):
            yield problem


def _find_keys(key: str) -> list[str]:
    return get_close_matches(iris.local_name(key), [name for name in read_context() if not name.startswith("@")], _NEAR)


def _offer_key(key: str) -> Message:
    near = _find_keys(key)
    if not near:
        return Message(_("there is no key like it"))
    return make_message("did you mean %(names)s?", names=", ".join(near))


def _allow(problem: Problem, known: set[str]) -> str:
    """Say what may stand in the place of a value that a shape refuses, where that is a term of a vocabulary."""
    vocabulary = re.search(r"/vocab/[\w-]+/", problem.value)
    if problem.rule not in ("shacl Pattern", "shacl In", "range") or not vocabulary:
        return problem.fix
    return _join([problem.fix, _offer(problem.value, known)])
