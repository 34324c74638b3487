"""The changes since a release: read from its archive, told by record, and written as RDF Patch."""

from __future__ import annotations

import json
import re
import uuid
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import SettingsError
from ukfr_graph.messages import ENGLISH
from ukfr_graph.query.labels import choose_label

_QUADS, _MANIFEST = "dataset.nq", "manifest.json"
_FOLDERS = ("data/", "", "current/")
"""Paths of the data: in a release, in a version, and in a dataset with its versions."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""The errors of an archive that is damaged, encrypted or packed in another way."""
_BLANK = re.compile(rb" _:\w+ <")
_NAMES = (iris.RDFS + "label", iris.SKOS + "prefLabel", iris.DCTERMS + "title")


@dataclass(frozen=True)
class PublishedVersion:
    """A version of a dataset: its name, its day (ISO 8601), and its quads as lines of N-Quads."""

    version: str
    day: str
    lines: frozenset[bytes]


@dataclass(frozen=True)
class ChangedRecord:
    """A record that has changed: how many triples were ``added`` and ``removed``, and its name in each language."""

    iri: str
    kind: str
    added: int
    removed: int
    names: dict[str, str]

    def name(self, language: str) -> str:
        """Return how it is called in a language, else in another, else by its compact IRI."""
        return self.names.get(language) or next(iter(self.names.values()), "") or iris.shorten(self.iri)


@dataclass(frozen=True)
class Changes:
    """The difference between two versions; the lines are in order."""

    before: PublishedVersion
    after: PublishedVersion
    added: Sequence[bytes]
    removed: Sequence[bytes]

    def list_records(self) -> list[ChangedRecord]:
        """List the records that differ, by IRI; parts count with their record, and what has no name with none.

        That a blank node has another name is no difference.
        """
        added, removed = (Counter(map(_mask, lines)) for lines in (self.added, self.removed))
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for place, lines in enumerate((added - removed, removed - added)):
            for line, number in lines.items():
                if line.startswith(b"<"):
                    counts[_find_record(line)][place] += number
        stayed = self.before.lines & self.after.lines
        known = {_find_record(line) for line in stayed if line.startswith(b"<")}
        known |= {iri for iri, count in counts.items() if all(count)}
        names = _find_names((self.before, self.after), counts)
        return [
            ChangedRecord(iri, _tell(iri in known, added), added, removed, names.get(iri, {}))
            for iri, (added, removed) in sorted(counts.items())
        ]

    def write_patch(self) -> bytes:
        """Write what was removed and added as RDF Patch (https://afs.github.io/rdf-patch/), in one transaction.

        Blank nodes have the names that they have in the N-Quads of the two versions.
        """
        head = [f"H id <{_name(self.after)}> .", f"H prev <{_name(self.before)}> .", "TX ."]
        body = [b"D " + line for line in self.removed] + [b"A " + line for line in self.added]
        return b"\n".join([*(line.encode() for line in head), *body, b"TC .", b""])


def read_version(path: Path) -> PublishedVersion:
    """Read the version in a release (an archive, or unpacked), or in the folder of a dataset.

    Raises:
        SettingsError: there is none.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _read(archive.read, archive.namelist())
        folders = [folder for folder in _FOLDERS if (path / folder / _QUADS).is_file()]
        return _read(lambda name: (path / name).read_bytes(), [folder + _QUADS for folder in folders])
    except (OSError, ValueError, LookupError, TypeError, SyntaxError, *_DAMAGED) as error:
        raise SettingsError(
            "%(path)s is no release of a dataset, and no folder of one: %(error)s.", path=path, error=error
        ) from None


def compare(before: PublishedVersion, after: PublishedVersion) -> Changes:
    """Find what differs between two versions."""
    return Changes(before, after, sorted(after.lines - before.lines), sorted(before.lines - after.lines))


def _read(read: Callable[[str], bytes], names: Iterable[str]) -> PublishedVersion:
    found = next((folder for folder in _FOLDERS if folder + _QUADS in names), None)
    if found is None:
        raise ValueError(f"it has no {_FOLDERS[0]}{_QUADS}")
    manifest = json.loads(read(found + _MANIFEST))
    quads = read(found + _QUADS)
    for _ in ox.parse(quads, format=ox.RdfFormat.N_QUADS):
        pass  # whatever is none is told here
    return PublishedVersion(
        str(manifest["version"]), str(manifest["date"]), frozenset(filter(None, quads.split(b"\n")))
    )


def _tell(is_known: bool, added: int) -> str:
    return "changed" if is_known else "new" if added else "gone"


def _mask(line: bytes) -> bytes:
    """Put one name for that of any blank node that a line has as its object."""
    return _BLANK.sub(b" _:b <", line)


def _find_record(line: bytes) -> str:
    """Return the IRI of the record that a line is about: its subject, without the part after ``#``, but for terms."""
    subject = line[1 : line.index(b">")].decode()
    return subject if subject.startswith(iris.UKFR) else subject.partition("#")[0]


def _find_names(versions: Sequence[PublishedVersion], records: Iterable[str]) -> dict[str, dict[str, str]]:
    """Find how records are called in each language, in the latest version that names them."""
    wanted = {f"<{iri}> <{name}> ".encode(): iri for iri in records for name in _NAMES}
    found: dict[str, dict[str, str]] = {}
    for version in versions:
        told: dict[str, list[tuple[str, ox.Literal]]] = defaultdict(list)
        for line in version.lines:
            start = line.find(b"> ", line.find(b"> ") + 1) + 2
            if iri := wanted.get(line[:start]):
                (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
                if isinstance(quad.object, ox.Literal):
                    told[iri].append((quad.predicate.value, quad.object))
        for iri, labels in told.items():
            languages = {(label.language or ENGLISH).partition("-")[0] for _, label in labels}
            chosen = {language: choose_label(labels, (language, "", ENGLISH)) for language in languages}
            found[iri] = {language: label.value for language, label in chosen.items() if label}
    return found


def _name(version: PublishedVersion) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{iris.BASE}version/{version.version}").urn
