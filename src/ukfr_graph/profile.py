"""The profile of a dataset, which it says of itself: who it is about, in which languages, under which licence.

A build puts the profile of its workspaces into the manifest; pages, metadata and descriptions for programs take every
name of a state, a publisher or a licence from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import combinations
from typing import Any, TypeAlias

from ukfr_graph import iris

Texts: TypeAlias = Mapping[str, str]
"""A text by language (BCP 47)."""

ENGLISH = "en"
_MOST_NAMING = 4
KEY = "profile"


@dataclass(frozen=True)
class Profile:
    """The profile of a dataset: texts by language, IRIs of states and of the licence.

    ``about`` tells its method and its limits, in Markdown. ``languages`` are those of its texts, the first being the
    one to fall back on, and none where nothing is known; by ``naming``, some of them, questions choose one name of each
    thing; ``attribution`` credits each publisher of sources;
    ``namespaces`` are those of its workspaces by prefix, beside the software's own; ``questions`` names the saved
    queries that the home page answers; ``drafts`` are the statements whose coding has gaps; ``has_bundled`` says that
    the bundled workspace is in it, whole.
    """

    title: Texts = field(default_factory=lambda: {ENGLISH: "A knowledge graph of cooperation, word by word"})
    description: Texts = field(
        default_factory=lambda: {ENGLISH: "A knowledge graph in which every fact rests on the exact words of a source."}
    )
    about: Texts = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    naming: tuple[str, ...] = (ENGLISH,)
    states: tuple[str, ...] = ()
    license: str = ""
    creator: str = ""
    attribution: tuple[Texts, ...] = ()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    namespaces: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    has_bundled: bool = False

    def say(self, texts: Texts, language: str) -> str:
        """Return a text in a language, else in the first language of the dataset that it has, else in any."""
        return next((texts[code] for code in (language, *self.languages, *texts) if code in texts), "")

    def as_dict(self) -> dict[str, Any]:
        """Return what a manifest holds of it; ``restore`` reads it."""
        return asdict(self)

    @property
    def license_name(self) -> str:
        """The name of the licence: for those of Creative Commons their short name, for others the address."""
        found = re.fullmatch(
            r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([\d.]+)/?", self.license
        )
        return f"CC {found[1].upper()} {found[2]}".replace("CC ZERO", "CC0") if found else self.license

    @property
    def namespace(self) -> str:
        """The namespace of its identifiers; that of the last workspace where there are several."""
        return [iris.BASE, *self.namespaces.values()][-1]


def restore(manifest: Mapping[str, Any]) -> Profile:
    """Restore the profile of a dataset from its manifest; else a neutral one."""
    found = manifest.get(KEY, {})
    known = {each.name for each in fields(Profile)}
    given = {name: _freeze(value) for name, value in found.items() if name in known}
    return Profile(**given)


def choose_naming(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Choose languages of which each group of things has one, English first: by them every thing has one name.

    ``groups`` are the languages that the things of each group are all written in. Empty where there is no such choice.

    >>> choose_naming([("en", "fr"), ("en", "es")]), choose_naming([("en", "fr"), ("es", "pt")])
    (('en',), ('en', 'es'))
    >>> choose_naming([("en", "fr"), ("en", "es"), ("es",)]), choose_naming([("en", "fr"), ("en",), ("fr",)])
    (('es', 'fr'), ())
    """
    wanted = {frozenset(group) for group in groups}
    known = sorted({code for group in wanted for code in group}, key=lambda code: (code != ENGLISH, code))
    choices = [set(found) for size in range(1, _MOST_NAMING + 1) for found in combinations(known, size)]
    exact = (chosen for chosen in choices if all(len(chosen & group) == 1 for group in wanted))
    return tuple(sorted(next(exact, ()), key=known.index))


def _freeze(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_freeze, value))
    return {key: _freeze(inner) for key, inner in value.items()} if isinstance(value, dict) else value
