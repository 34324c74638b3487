"""Workspaces: folders of curated files, each with a ``workspace.yaml`` that says what it is about.

The bundled data are one of them. A workspace may extend the bundled one, its entities alone, or nothing; further ones
extend those before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from ukfr_graph import iris
from ukfr_graph.documents import Document, read_document
from ukfr_graph.errors import DataError, Message, Problem, SettingsError, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.profile import ENGLISH, Profile, choose_naming
from ukfr_graph.resources import data_folder
from ukfr_graph.shorthand import write_out

FILE = "workspace.yaml"
QUERIES = "queries"
EXAMPLES = "examples.yaml"
"""In the folder of questions: what the general ones are asked about where nothing else is said."""
SOURCES = "sources"
VOCABULARY = "vocab"
LINKS = "links"
PARTS = (VOCABULARY, "entities", "statements", "observations", "outcomes", LINKS, SOURCES)
"""The folders of records, tables and texts that a workspace may have, each for its kind."""

_ENTITIES = (VOCABULARY, "entities")
_EXTENSIONS = ("none", "entities", "bundled")
_OF_VOCABULARIES = ("en", "fr")
_FIX = _("correct the key; docs/workspaces.md lists them")

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-.][a-z0-9]+)*$")]
Written = dict[Language, Annotated[str, StringConstraints(min_length=1)]]


class WorkspaceKeys(BaseModel):
    """The keys of ``workspace.yaml``; a name that is left out is that of the workspace that this one extends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Written | None = Field(None, description="What the dataset is called, by language.")
    description: Written | None = Field(None, description="What it has, in a sentence or two, by language.")
    about: Written | None = Field(None, description="How it was made, and how far to trust it, in Markdown.")
    states: list[Name] | None = Field(None, description="The states that it is about: ids of records, after 'state/'.")
    languages: list[Language] | None = Field(
        None, description="The languages of labels and summaries, the first being the one to fall back on."
    )
    namespace: str = Field(iris.BASE, description="The address that the IRIs of its records begin with, up to a '/'.")
    prefix: str = Field("", description="What stands for the namespace in queries, such as 'caus' in caus:clause/….")
    license: str | None = Field(None, description="Address of the licence of the records.")
    creator: str | None = Field(None, description="Who made them.")
    attribution: list[Written] | None = Field(None, description="What credits the publisher of each source.")
    gazetteers: list[Written] | None = Field(None, description="What credits where coordinates of places are from.")
    keywords: dict[Language, tuple[str, ...]] | None = Field(None, description="Words to find it by, by language.")
    questions: tuple[str, ...] | None = Field(None, description="Names of saved questions for the home page to answer.")
    extends: Literal["bundled", "entities", "none"] = Field(
        "bundled", description="The bundled workspace whole, its states, actors and instruments alone, or nothing."
    )

    @field_validator("namespace")
    @classmethod
    def _check_namespace(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?/([A-Za-z0-9._~-]+/)*", value):
            raise ValueError(_("write an address that begins with https:// and ends with '/'"))
        return value

    @field_validator("prefix")
    @classmethod
    def _check_prefix(cls, value: str) -> str:
        if value in iris.PREFIXES or not re.fullmatch(r"([a-z][a-z0-9]*)?", value):
            raise ValueError(f"write small letters and digits, and none of {', '.join(sorted(iris.PREFIXES))}")
        return value

    @field_validator("license")
    @classmethod
    def _check_license(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https?://[^\s<>\"]+\Z", value):
            raise ValueError(_("write an address that begins with https:// or http://"))
        return value


@dataclass(frozen=True)
class Workspace:
    """One workspace: its ``folder``, the ``keys`` of its file, and the ``parts`` of it that are read.

    ``root`` is what the names of its files are relative to: its folder, or the one above where several are read.
    """

    folder: Path
    keys: WorkspaceKeys
    root: Path
    parts: tuple[str, ...] = PARTS

    @property
    def namespace(self) -> str:
        """The namespace of its IRIs."""
        return self.keys.namespace

    @property
    def is_whole(self) -> bool:
        """Return whether every part of it is read."""
        return self.parts == PARTS

    @property
    def prefix(self) -> str:
        """The prefix of its namespace, made of the folder's name where its file gives none."""
        return self.keys.prefix or _make_prefix(self.folder.name)

    def base_of(self, part: str) -> str:
        """Return the base of the identifiers in a part: terms of vocabularies stand apart from records."""
        return self.namespace + ("vocab/" if part == VOCABULARY else "id/")

    def files(self, part: str) -> Iterator[Path]:
        """Yield the files of records in a part, in the order of their names."""
        if part in self.parts:
            yield from sorted((self.folder / part).glob("*.yaml"))

    def name_of(self, path: Path) -> str:
        """Return what a file of it is called."""
        return path.relative_to(self.root).as_posix()

    def read(self, path: Path) -> Document:
        """Read a file of records, its short forms written out.

        Raises:
            DataError: see ``read_document``.
        """
        return write_out(read_document(path, self.root))


def read_workspaces(folders: Iterable[Path]) -> tuple[Workspace, ...]:
    """Read workspaces, each of which extends those before it; what the first one extends comes before all.

    Raises:
        DataError: a ``workspace.yaml`` cannot be used.
        SettingsError: a folder is missing, holds no workspace, or is called like another.
    """
    given = [(folder.resolve(), _read_keys(folder)) for folder in folders]
    bundled = data_folder().resolve()
    extended = max((_EXTENSIONS.index(keys.extends) for _, keys in given), default=2)
    is_given = bundled in [folder for folder, _ in given]  # then all of it is meant, whatever others take of it
    if _EXTENSIONS[extended] != "none" and not is_given:
        given.insert(0, (bundled, _read_keys(bundled)))
    names = [folder.name for folder, _ in given]
    if len(set(names)) < len(names):
        raise SettingsError(
            "Two workspaces are in folders of one name (%(names)s): rename one of them.", names=", ".join(names)
        )
    partial = _EXTENSIONS[extended] == "entities" and not is_given
    return tuple(
        Workspace(
            folder,
            keys,
            folder if len(given) == 1 else folder.parent,
            _ENTITIES if partial and folder == bundled else PARTS,
        )
        for folder, keys in given
    )


def make_profile(
    workspaces: Sequence[Workspace], identifiers: Mapping[str, str], drafts: Iterable[str] = ()
) -> Profile:
    """Make the profile of the dataset that workspaces make together.

    It has the name of the last one, the languages, states and credits of all, and the licence that all of them have;
    what one of which only entities are read says of its states, statements and texts, it does not have.
    ``identifiers`` has the IRIs of their records by local id; ``drafts`` are the IRIs of the statements whose coding
    has gaps.

    Raises:
        DataError: a state has no record.
    """
    latest = [workspace for workspace in reversed(workspaces) if workspace.is_whole]
    licenses = {workspace.keys.license or "" for workspace in workspaces}
    states = [state for workspace in latest for state in _find_states(workspace, identifiers)]
    found: dict[str, Any] = {
        name: next((value for w in latest if (value := getattr(w.keys, name)) is not None), None)
        for name in ("title", "description", "about", "keywords", "questions")
    }
    return Profile(
        **{name: value for name, value in found.items() if value is not None},
        languages=tuple(dict.fromkeys(code for codes in reversed(languages_of(workspaces).values()) for code in codes)),
        naming=_choose_naming(workspaces),
        states=tuple(dict.fromkeys(states)),
        license=licenses.pop() if len(licenses) == 1 else "",
        creator=", ".join(dict.fromkeys(w.keys.creator for w in workspaces if w.keys.creator)),
        attribution=tuple(
            credit
            for workspace in workspaces
            for credit in (
                *((workspace.keys.attribution or ()) if workspace.is_whole else ()),
                *(workspace.keys.gazetteers or ()),
            )
        ),
        namespaces=namespaces_of(workspaces),
        drafts=tuple(sorted(drafts)),
        has_bundled=any(w.folder == data_folder().resolve() and w.is_whole for w in workspaces),
    )


def namespaces_of(workspaces: Iterable[Workspace]) -> dict[str, str]:
    """Map the prefixes of workspaces to their namespaces, but for the bundled one's."""
    return {w.prefix: w.namespace for w in workspaces if w.namespace != iris.BASE}


def _choose_naming(workspaces: Sequence[Workspace]) -> tuple[str, ...]:
    groups = languages_of(workspaces)
    if chosen := choose_naming([_OF_VOCABULARIES, *groups.values()]):
        return chosen
    file = workspaces[-1].name_of(workspaces[-1].folder / FILE)
    told = "; ".join(f"{folder.name}: {', '.join(codes)}" for folder, codes in groups.items())
    message = make_message(
        "questions cannot choose one name of each thing by its language (%(told)s; vocabularies: en, fr)", told=told
    )
    fix = Message(_("write all workspaces in one language that they share"))
    raise DataError([Problem(file, 0, "", "workspace", message, fix)])


def languages_of(workspaces: Sequence[Workspace]) -> dict[Path, tuple[str, ...]]:
    """Return the languages of each workspace, by its folder; one that names none has those of the one before."""
    found: dict[Path, tuple[str, ...]] = {}
    languages: tuple[str, ...] = (ENGLISH,)
    for workspace in workspaces:
        languages = tuple(workspace.keys.languages or languages)
        found[workspace.folder] = languages
    return found


def _make_prefix(name: str) -> str:
    """Make a prefix of a folder's name.

    >>> _make_prefix("ca-us-2018"), _make_prefix("2018")
    ('caus2018', 'w2018')
    """
    letters = "".join(re.findall(r"[a-z0-9]", name.lower()))
    prefix = letters if letters[:1].isalpha() else "w" + letters
    return prefix + "x" if prefix in iris.PREFIXES else prefix


def _find_states(workspace: Workspace, identifiers: Mapping[str, str]) -> list[str]:
    names = [f"state/{name}" for name in workspace.keys.states or ()]
    if missing := [name for name in names if name not in identifiers]:
        file = workspace.name_of(workspace.folder / FILE)
        fix = Message(_("add its record to entities/, or correct the spelling"))
        told = {name: make_message("there is no record %(name)s", name=name) for name in missing}
        raise DataError(Problem(file, 0, "", "workspace", message, fix, name) for name, message in told.items())
    return [identifiers[name] for name in names]


def _read_keys(folder: Path) -> WorkspaceKeys:
    path = folder / FILE
    if not folder.is_dir():
        raise SettingsError("There is no folder %(folder)s (--data, UKFR_DATA).", folder=folder)
    if not path.is_file():
        if any((folder / part).is_dir() for part in PARTS):
            return WorkspaceKeys()
        raise SettingsError(
            "%(folder)s is no workspace: it has neither %(file)s nor a folder %(names)s. Make one with "
            "'ukfr-graph init %(folder)s --between STATE STATE --date DAY --from FILE'.",
            folder=folder,
            file=FILE,
            names=", ".join(PARTS),
        )
    document = read_document(path, folder)
    try:
        return WorkspaceKeys.model_validate(document.content)
    except ValidationError as error:
        raise DataError(_tell(document, fault) for fault in error.errors()) from None


def _tell(document: Document, fault: Any) -> Problem:
    key = ".".join(map(str, fault["loc"]))
    first = fault["loc"][0] if fault["loc"] else ""
    line = next((getattr(name, "line", 0) for name in document.content if name == first), document.content.line)
    told: str = fault["msg"]
    message, fix = Message(told.removeprefix("Value error, ")), Message(_FIX)
    if fault["type"] == "extra_forbidden":
        message = Message(_("there is no such key"))
        fix = make_message("use %(keys)s", keys=", ".join(WorkspaceKeys.model_fields))
    return Problem(
        document.name, line, "", "workspace", make_message("'%(key)s': %(fault)s", key=key, fault=message), fix
    )
