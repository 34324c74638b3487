"""The words that the rules look for in a language: cues, verbs and names, read from ``languages/<code>.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from ukfr_graph.errors import SettingsError
from ukfr_graph.texts import suggest

_OPENED = "\u2006"  # a blank that no text has
_SHORTEST_VERB = 4  # letters, of one that is known by its ending


def close_elisions(words: str) -> str:
    """Put apostrophes back (see ``Language.open_elisions``)."""
    return words.replace(_OPENED, "’")


@dataclass(frozen=True)
class Cue:
    """Words by which a kind of clause, a time or a condition is told; ``bound`` says which end a time has."""

    rule: str
    pattern: re.Pattern[str]
    kind: str = ""
    confidence: str = "medium"
    form: str = ""
    subject: bool = False
    urgency: str = ""
    bound: str = ""


@dataclass(frozen=True)
class Language:
    """The rules of one language. ``words`` are its lists of words, ``patterns`` its patterns, by their names.

    ``elided`` are words that lose their last letter before a vowel, with the apostrophe; ``infinitives`` the endings by
    which a verb's base form is known where the language has such; ``decimal`` is the sign before decimals, and
    ``reasons`` say why a novelty is proposed.
    """

    code: str
    cues: tuple[Cue, ...]
    times: tuple[Cue, ...]
    conditions: tuple[Cue, ...]
    comparators: tuple[Cue, ...]
    units: tuple[Cue, ...]
    instruments: tuple[Cue, ...]
    actors: tuple[Cue, ...]
    numbers: dict[str, int]
    magnitudes: dict[str, int]
    months: tuple[str, ...]
    words: dict[str, frozenset[str]]
    patterns: dict[str, re.Pattern[str]]
    past: dict[str, str]
    endings: dict[str, str]
    elided: re.Pattern[str] | None
    infinitives: tuple[str, ...]
    decimal: str
    reasons: dict[str, str]

    def is_verb(self, word: str, *, certain: bool = False) -> bool:
        """Return whether a word can be a verb's base form; ``certain``: and hardly anything else."""
        return (
            word in self.words["verbs"]
            or word in self.words["light"]
            or (not certain and word in self.words["doubtful"])
            or (len(word) > _SHORTEST_VERB and word.endswith(self.infinitives) and word not in self.words["no_forms"])
        )

    def open_elisions(self, text: str) -> str:
        """Put a blank of its own kind in the place of each apostrophe of an elision: "l'Accord" is two words.

        Every character keeps its place; ``close_elisions`` puts the apostrophes back.
        """
        return self.elided.sub(lambda match: match[1] + _OPENED, text) if self.elided else text

    def is_adverb(self, word: str) -> bool:
        """Return whether a word is an adverb: in the list, or by its ending."""
        return word in self.words["adverbs"] or (
            self.has_ending(word, "adverb") and word not in self.words["no_adverbs"]
        )

    def is_listed(self, word: str) -> bool:
        """Return whether a word is in any list but those of verbs."""
        return any(word in words for name, words in self.words.items() if name not in ("verbs", "doubtful", "light"))

    def has_ending(self, word: str, form: str) -> bool:
        """Return whether a word has the ending of a form ("gerund", "past", "third", "adverb")."""
        return word.endswith(self.endings[form])

    def find_base(self, word: str, form: str) -> str:
        """Find the base form of a verb in a form ("gerund", "past", "third"); empty where it is none that is known."""
        if form == "past" and word in self.past:
            return self.past[word]
        ending = self.endings[form]
        if word in self.words["no_forms"]:
            return ""
        if not word.endswith(ending) or len(word) < len(ending) + 2:
            return ""
        stem = word[: -len(ending)]
        forms = [stem, stem + "e"]
        if stem[-1:] == stem[-2:-1]:
            forms.append(stem[:-1])
        if stem.endswith("i"):
            forms.append(stem[:-1] + "y")
        if stem.endswith("y"):
            forms.append(stem[:-1] + "ie")
        return next((base for base in forms if self.is_verb(base)), "")


@cache
def read_language(code: str) -> Language:
    """Read the rules of a language by its code (BCP 47).

    Raises:
        SettingsError: there are none.
    """
    folder = resources.files(__package__ or "") / "languages"
    known = sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
    if code not in known:
        raise SettingsError(
            "No rules for drafting are in %(code)s; there are %(names)s.%(suggest)s",
            code=repr(code),
            names=", ".join(known),
            suggest=suggest(code, known),
        )
    return _make(code, yaml.safe_load((folder / f"{code}.yaml").read_text("utf-8")))


def _make(code: str, content: dict[str, Any]) -> Language:
    from babel import Locale

    names = Locale.parse(code).months["format"]
    months = tuple(str(names["wide"][number]).lower() for number in range(1, 13))
    short = [str(names["abbreviated"][number]).lower().rstrip(".") for number in range(1, 13)]
    month = "(?:" + "|".join([*months, *(f"{name}\\.?" for name in short)]) + ")"
    year = r"(?:1[89]\d\d|20\d\d|21\d\d)"
    ordinal = rf"\d{{1,2}}(?:{content['ordinals']})?"
    day_first, month_first = f"{ordinal} (?:day )?(?:of )?{month}", f"{month} {ordinal}"
    in_figures = rf"\d{{1,2}}[./]\d{{1,2}}[./]{year}|{year}-\d\d-\d\d"
    day = rf"(?:(?:{day_first}|{month_first}),? {year}|{in_figures}|{ordinal} {month}|{month_first}(?!\d))"
    number = "(?:" + "|".join([r"\d{1,3}", *_pairs(content["numbers"])]) + ")"
    holes = {"%day%": day, "%monthyear%": f"{month},? {year}", "%month%": month, "%year%": year, "%number%": number}
    verbs, doubtful, light = (frozenset(content[key].split()) for key in ("verbs", "doubtful", "light"))
    words = {key: _alternatives(content[key]) for key in _LISTS}
    patterns = {key: _compile(content[key]) for key in _PATTERNS}
    patterns |= {"year": _compile(year), "day": _compile(day), "monthyear": _compile(f"{month},? {year}")}
    return Language(
        code,
        cues=tuple(_cues(content["cues"], holes)),
        times=tuple(_cues(content["times"], holes)),
        conditions=tuple(_cues(content["conditions"], holes)),
        comparators=tuple(_named(content["comparators"])),
        units=tuple(_named(content["units"])),
        instruments=tuple(_named(content["instruments"], case=True)),
        actors=tuple(_named(content["actors"], case=True)),
        numbers={word: int(value) for word, value in _pairs(content["numbers"]).items()},
        magnitudes={word: int(value) for word, value in _pairs(content["magnitudes"]).items()},
        months=months,
        words={
            **words,
            "verbs": verbs - doubtful,
            "doubtful": doubtful,
            "light": light,
            "shortmonths": frozenset(short),
        },
        patterns=patterns,
        past=_pairs(content["past"]),
        endings=_pairs(content["endings"]),
        elided=re.compile(rf"(?<!\w)({content['elided']})['’](?=\w)", re.IGNORECASE) if content["elided"] else None,
        infinitives=tuple(content["infinitives"].split()),
        decimal=content["decimal"],
        reasons=content["reasons"],
    )


_LISTS = (
    "acts", "adverbs", "agents", "articles", "as", "asking", "at_end", "auxiliaries", "before_nouns",
    "before_parties", "complements", "contrasts", "coordinators", "determiners", "elliptic", "fact_marks",
    "fact_verbs", "gap_prepositions", "increment", "infinitive", "links", "modals", "name_joins", "name_links",
    "no_forms", "partitives",
    "no_addressees", "no_adverbs", "no_subjects", "of", "one", "open_ends", "passives", "perfect",
    "place_prepositions", "possessives", "prepositions", "pronouns", "relatives", "so", "stops", "subjects",
    "subordinators", "that", "things", "until", "vague",
)  # fmt: skip
_PATTERNS = (
    "agreeing", "as_well", "bare", "both", "closing", "continuing", "cumulative-total", "durations", "formula",
    "headings", "including", "leads_in", "means", "numbered", "openers", "parties", "percent", "shared",
    "signing", "stock", "we",
)  # fmt: skip


def _cues(entries: Iterable[dict[str, Any]], holes: dict[str, str]) -> Iterable[Cue]:
    for entry in entries:
        pattern = entry["pattern"]
        for hole, filling in holes.items():
            pattern = pattern.replace(hole, filling)
        rest = {key: value for key, value in entry.items() if key not in ("pattern", "codebook")}
        yield Cue(pattern=_compile(pattern), **rest)


def _named(entries: dict[str, str], *, case: bool = False) -> Iterable[Cue]:
    for name, pattern in entries.items():
        yield Cue(name, _compile(pattern, case=case), kind=name)


def _compile(pattern: str, *, case: bool = False) -> re.Pattern[str]:
    """Compile whole words; a blank in the pattern is any white space."""
    flexible = pattern.replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(rf"(?<!\w)(?:{flexible})(?!\w)", 0 if case else re.IGNORECASE)


def _alternatives(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


def _pairs(pairs: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in pairs.split())
