"""Candidates: which entities a question may mean, how near each is, and whether one is certain.

A candidate is certain where its identifier, or a name that nothing else has, is what was asked, and nothing that
was asked besides says otherwise. Everything else is for a person to decide: nearness is no certainty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ukfr_graph import iris
from ukfr_graph.link.datasets.kinds import read_kind
from ukfr_graph.link.datasets.references import read_identifiers
from ukfr_graph.link.datasets.tables import is_missing
from ukfr_graph.link.reconciliation.catalogue import (
    Catalogue,
    CatalogueEntity,
    Value,
    is_identifying,
    squeeze,
    write_date,
)
from ukfr_graph.link.spelling import fold

NAME = "name"
_SEARCHED = 500  # names looked at for a name that is asked
_SEARCHED_VALUES = 20  # names looked at for a value that may be an entity
_LEAST = 0.3  # nearness of a name, under which it is another
_NEARLY = 0.99  # what is not the same is less than 1
_WEIGHT = 0.5  # of a property or the type; a name has 1
_SMALL_WORDS = frozenset("the of on a an de du des la le les".split())  # noqa: SIM905
_DIGIT = re.compile(r"\d")
_UNKNOWN = 0.5  # what counts a property that the candidate lacks: neither for nor against

Near = Mapping[str, Mapping[str, float]]
"""For each text that is asked, the nearness of the names of entities."""


@dataclass(frozen=True)
class Given:
    """A value that a question gives: a text as it was written, or an entity by its ``id``."""

    text: str
    id: str = ""

    @cached_property
    def folded(self) -> str:
        """The text, folded."""
        return fold(self.text)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Return what it may be equal to among the keys of a value."""
        if self.id:
            return frozenset({iris.strip_namespace(self.id)})
        return frozenset({self.text, self.folded, squeeze(self.text), write_date(self.text)} - {""}) | self.references

    @cached_property
    def references(self) -> frozenset[str]:
        """The identifiers that the text is, in one spelling."""
        return read_identifiers(self.text)

    def can_be_read(self, values: Sequence[Value]) -> bool:
        """Return whether it can be compared with values: it is no "n/a", and a date where they are dates."""
        if self.id:
            return True
        forms = {value.form for value in values}
        is_read = forms != {"date"} or bool(write_date(self.text))
        return is_read and not is_missing(self.text) and (forms != {"identifier"} or bool(_DIGIT.search(self.text)))


@dataclass(frozen=True)
class Criterion:
    """Something that a candidate should have: a value of a property, or a name where ``property`` is empty.

    ``quantifier`` says how many of the values: any, all or none. ``exact`` takes no nearness for equality.
    """

    values: tuple[Given, ...]
    property: str = ""
    required: bool = False
    quantifier: str = "any"
    exact: bool = False


@dataclass(frozen=True)
class Question:
    """One question; ``strictness`` says how types count: any of them, all of them, or should (better with)."""

    conditions: tuple[Criterion, ...]
    types: tuple[str, ...] = ()
    strictness: str = "any"
    limit: int = 10


@dataclass(frozen=True)
class Candidate:
    """An entity that may be meant: ``score`` from 0 to 100, and ``features``, each from 0 to 1 or a truth."""

    entity: CatalogueEntity
    score: float
    features: Mapping[str, float | bool]
    match: bool = False


@dataclass
class _Look:
    """The findings about one entity: how well it meets each demand (nothing: unknown), with its weight."""

    entity: CatalogueEntity
    met: dict[str, tuple[float | None, float]]
    is_identified: bool = False
    is_named: bool = False
    is_nicknamed: bool = False
    is_contradicted: bool = False
    is_confirmed: bool = False


def find_candidates(catalogue: Catalogue, questions: Sequence[Question]) -> list[list[Candidate]]:
    """Find the candidates for each question, the best first. Questions do not influence each other."""
    conditions = [condition for question in questions for condition in question.conditions]
    names = {given.text for c in conditions if not c.property for given in c.values}
    values = {given.text for c in conditions if c.property in catalogue.relations for given in c.values} - names
    near: dict[str, dict[str, float]] = {}
    for texts, limit in ((sorted(names), _SEARCHED), (sorted(values), _SEARCHED_VALUES)):
        near.update(zip(texts, catalogue.search(texts, limit), strict=True))
    return [_answer(catalogue, question, near) for question in questions]


def _answer(catalogue: Catalogue, question: Question, near: Near) -> list[Candidate]:
    found = [_look(catalogue, catalogue.entities[id_], question, near) for id_ in _collect(catalogue, question, near)]
    looks = [look for look in found if look is not None]
    certain = _find_certain(looks)
    candidates = [_judge(look, look is certain) for look in looks]
    return sorted(candidates, key=lambda c: (-c.score, c.entity.id))[: question.limit]


def _collect(catalogue: Catalogue, question: Question, near: Near) -> set[str]:
    """Collect the entities to look at: named alike or identified; where no name is asked, all that have a value."""
    has_name = any(not c.property for c in question.conditions)
    ids: set[str] = set()
    for condition in question.conditions:
        for given in condition.values if condition.quantifier != "none" else ():
            if not condition.property:
                ids |= {given.id} & catalogue.entities.keys()
                ids = ids.union(*(catalogue.by_identifier.get(key, ()) for key in _name_keys(given)))
                ids |= {id_ for id_, nearness in near.get(given.text, {}).items() if nearness >= _LEAST}
            elif is_identifying(condition.property) or not has_name:
                ids = ids.union(*(catalogue.by_value.get((condition.property, key), ()) for key in given.keys))
    return ids


def _look(catalogue: Catalogue, entity: CatalogueEntity, question: Question, near: Near) -> _Look | None:
    """Look at one entity; nothing where it does not have what it must have."""
    look = _Look(entity, {})
    if question.types:
        held = [type_ in entity.types for type_ in question.types]
        is_held = all(held) if question.strictness == "all" else any(held)
        if not is_held and question.strictness != "should":
            return None
        look.met["type"] = (float(is_held), _WEIGHT)
        look.is_contradicted = not is_held
    for condition in question.conditions:
        if condition.property and condition.values and not _list_read(entity, condition):
            look.met[_name_feature(look, condition)] = (None, _WEIGHT)
            continue
        likeness = _weigh(catalogue, look, condition, near)
        must = _LEAST if not condition.property and not condition.exact else 1
        if condition.required and (likeness or 0) < must:
            return None
        if condition.property and likeness is not None:
            look.is_contradicted |= likeness < 1
            look.is_confirmed |= likeness == 1
        look.met[_name_feature(look, condition)] = (likeness, _WEIGHT if condition.property else 1)
    return look


def _weigh(catalogue: Catalogue, look: _Look, condition: Criterion, near: Near) -> float | None:
    """Say how well an entity meets a condition, from 0 to 1; nothing where it has no value to compare."""
    entity, is_wanted = look.entity, condition.quantifier != "none"
    values = entity.values.get(condition.property, ())
    if not condition.values or (condition.property and not values):
        return None
    each = []
    for given in _list_read(entity, condition):
        if condition.property:
            likeness = max(_compare(value, given, near) for value in values)
            look.is_identified |= is_wanted and likeness == 1 and is_identifying(condition.property)
        else:
            is_identified = entity.id == given.id or any(
                entity.id in catalogue.by_identifier.get(key, ()) for key in _name_keys(given)
            )
            is_named = bool(given.folded) and entity.id in catalogue.by_name.get(given.folded, ())
            look.is_identified |= is_wanted and is_identified
            look.is_named |= is_wanted and is_named
            look.is_nicknamed |= is_wanted and is_named and _is_nickname(entity, given.folded)
            likeness = 1.0 if is_identified or is_named else min(near.get(given.text, {}).get(entity.id, 0), _NEARLY)
        each.append(float(likeness == 1) if condition.exact else likeness)
    return {"any": max(each), "all": min(each), "none": 1 - max(each)}[condition.quantifier]


def _list_read(entity: CatalogueEntity, condition: Criterion) -> list[Given]:
    """List what was given and can be read: the rest counts neither for nor against."""
    if not condition.property:
        return list(condition.values)
    values = entity.values.get(condition.property, ())
    return [given for given in condition.values if given.can_be_read(values)]


def _name_keys(given: Given) -> frozenset[str]:
    return given.references | {squeeze(given.text)}


def _is_nickname(entity: CatalogueEntity, folded: str) -> bool:
    """Return whether a name is only a nickname of an instrument: its kind and one word ("Geneva Convention")."""
    if "ukfr:Instrument" not in entity.types or folded in map(fold, entity.labels.values()):
        return False
    kinds = [word for word in folded.split() if read_kind(word)[0]]
    rest = set(folded.split()) - set(kinds) - _SMALL_WORDS
    labelled = {word for label in entity.labels.values() for word in fold(label).split()}
    return bool(kinds) and len(rest) <= 1 and not rest <= labelled


def _find_certain(looks: Sequence[_Look]) -> _Look | None:
    """Find the one that is meant: by its identifier, else by its name; nothing where there are two, or doubts."""
    identified = [look for look in looks if look.is_identified]
    found = [look for look in identified or looks if look.is_identified or look.is_named]
    if not identified:  # what many are called is certain only where something else agrees
        found = [] if any(look.is_nicknamed and not look.is_confirmed for look in found) else found
    consistent = [look for look in found if not look.is_contradicted]
    return consistent[0] if len(consistent) == 1 else None


def _judge(look: _Look, is_certain: bool) -> Candidate:
    counted = [(_UNKNOWN if value is None else value, weight) for value, weight in look.met.values()]
    share = sum(value * weight for value, weight in counted) / sum(weight for _, weight in counted)
    features: dict[str, float | bool] = {k: round(value, 4) for k, (value, _) in look.met.items() if value is not None}
    features |= {"identifier": look.is_identified, "same_name": look.is_named}
    return Candidate(look.entity, 100.0 if is_certain else round(100 * _NEARLY * share, 2), features, is_certain)


def _name_feature(look: _Look, condition: Criterion) -> str:
    """Name the feature of a condition; a second one on the same property has a number, since names are unique."""
    name = condition.property or NAME
    before = sum(known.partition(" ")[0] == name for known in look.met)
    return f"{name} {before + 1}" if before else name


def _compare(value: Value, given: Given, near: Near) -> float:
    """Say how like a value is to a given one: 1 where it is the same."""
    if given.keys & value.keys:
        return 1.0
    if value.form == "entity":
        return min(near.get(given.text, {}).get(value.id, 0.0), _NEARLY)
    if value.form in ("text", "concept"):
        return max((_share_words(key, given.folded) for key in value.keys), default=0.0)
    return 0.0


def _share_words(one: str, other: str) -> float:
    """Return the part of the words of two folded texts that both have (Jaccard), less than 1."""
    ours, theirs = set(one.split()), set(other.split())
    return min(len(ours & theirs) / max(len(ours | theirs), 1), _NEARLY)
