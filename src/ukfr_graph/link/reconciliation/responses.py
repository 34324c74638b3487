"""The answers of the reconciliation service: candidates, suggestions and values, in both versions.

Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) and
its 1.0 draft (https://reconciliation-api.github.io/specs/1.0-draft/). Answers are plain JSON values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from ukfr_graph.errors import NotFoundError
from ukfr_graph.errors import mark as _
from ukfr_graph.link.reconciliation.candidates import NAME, Candidate, Question, find_candidates
from ukfr_graph.link.reconciliation.catalogue import (
    Catalogue,
    CatalogueEntity,
    Term,
    Texts,
    Value,
    choose,
    resolve,
    squeeze,
)
from ukfr_graph.link.reconciliation.manifests import Json
from ukfr_graph.link.reconciliation.payloads import EXACT, Asked, ExtendQuery
from ukfr_graph.link.spelling import fold
from ukfr_graph.messages import load_messages

Kind: TypeAlias = Literal["entity", "property", "type"]
SUGGESTIONS = 20
"""Suggestions given at a time, where the client does not say how many."""
_FEATURES = {
    NAME: _("nearness of the name"),
    "type": _("type"),
    "identifier": _("same identifier"),
    "same_name": _("same name"),
    EXACT: _("exactly equal"),
}
"""The names of the features of a candidate, and of the one qualifier of a match."""
_NOT_PREVIEWED = ("rdfs:label", "skos:prefLabel", "skos:definition", "dcterms:description", "ukfr:codedOn")


def list_types(catalogue: Catalogue, language: str) -> list[Json]:
    """List the types that entities have, by name."""
    return sorted((_write_type(catalogue, t, language) for t in catalogue.types), key=lambda t: fold(t["name"]))


def match_batch(catalogue: Catalogue, batch: Mapping[str, Asked], language: str) -> Json:
    """Answer a batch of version 0.2: a query that is wrong has no candidates, and says why in ``error``."""
    answers = _match(catalogue, list(batch.values()), language, named=False)
    return dict(zip(batch, ({"result": found, **error} for found, error in answers), strict=True))


def match_draft_batch(catalogue: Catalogue, batch: Sequence[Asked], language: str) -> Json:
    """Answer a batch of version 1.0-draft, in the order of its queries."""
    answers = _match(catalogue, batch, language, named=True)
    return {"results": [{"candidates": found, **error} for found, error in answers]}


def suggest(
    catalogue: Catalogue, kind: Kind, prefix: str, language: str, skip: int, limit: int, *, named: bool = False
) -> Json:
    """Suggest entities, properties or types whose name, or a word of it, begins with a text; all where it is empty.

    ``named`` (1.0-draft) gives the types of entities with their names, and the qualifiers of properties.
    """
    asked, identifier = fold(prefix), squeeze(prefix)
    if kind == "entity":
        known = catalogue.by_identifier.get(identifier, set()) if identifier else set()
        pool: Iterable[tuple[str, Texts, Iterable[str]]] = (
            (e.id, e.labels, (key for value in e.names for key in value.keys)) for e in catalogue.entities.values()
        )
    else:
        terms = catalogue.properties if kind == "property" else catalogue.types
        known = {prefix.strip()} & terms.keys()
        pool = ((term.id, term.names, map(fold, (*term.names.values(), term.id))) for term in terms.values())
    ranked = []
    for id_, labels, names in pool:
        rank = 0 if id_ in known else _rank(asked, names) if asked or not prefix.strip() else None
        if rank is not None:
            name = choose(labels, language)
            ranked.append((rank, fold(name), id_, name))
    return {
        "result": [
            _write_suggestion(catalogue, kind, id_, name, language, named=named)
            for _, _, id_, name in sorted(ranked)[skip : skip + limit]
        ]
    }


def describe(catalogue: Catalogue, kind: Kind, id_: str, language: str) -> Json:
    """Say of an entity, a property or a type what it is called and what it is (for previews).

    Raises:
        NotFoundError: there is none of that identifier.
    """
    entity = resolve(catalogue, id_) if kind == "entity" else None
    term = (catalogue.properties if kind == "property" else catalogue.types).get(id_)
    if entity is not None:
        types = [choose(catalogue.types[t].names, language) for t in entity.types]
        name, description = choose(entity.labels, language), choose(entity.descriptions, language)
        return {"id": entity.id, "name": name, "description": description, "types": types}
    if kind != "entity" and term is not None:
        return {"description": "", "types": [], **_write_term(term, language)}
    raise NotFoundError("There is no %(kind)s of this identifier here.", kind=kind)


def list_facts(catalogue: Catalogue, id_: str, language: str) -> list[tuple[str, list[Value]]]:
    """List the properties of an entity by name, with their values in a language (for previews)."""
    entity = catalogue.entities[id_]
    return [
        (choose(catalogue.properties[pid].names, language), _in_language(values, language))
        for pid, values in entity.values.items()
        if pid not in _NOT_PREVIEWED and not pid.startswith(("vocab:identifier-scheme/", "vocab:status-kind/"))
    ]


def propose(catalogue: Catalogue, type_: str, language: str, limit: int | None) -> Json:
    """Propose the properties that entities of a type have, the commonest first; of every type where none is named."""
    pids = catalogue.proposals.get(type_, ()) if type_ else tuple(catalogue.properties)
    proposed = [_write_term(catalogue.properties[pid], language) for pid in pids[:limit]]
    return {"type": type_, "properties": proposed, **({} if limit is None else {"limit": limit})}


def extend(catalogue: Catalogue, query: ExtendQuery, language: str) -> Json:
    """Return the values of properties of entities (0.2): what is unknown has no values."""
    meta, cells = _fetch(catalogue, query, language)
    return {"meta": meta, "rows": {id_: dict(zip((m["id"] for m in meta), row, strict=True)) for id_, row in cells}}


def extend_draft(catalogue: Catalogue, query: ExtendQuery, language: str) -> Json:
    """Return the values of properties of entities (1.0-draft), in the order in which they were asked."""
    meta, cells = _fetch(catalogue, query, language)
    return {
        "meta": meta,
        "rows": [
            {"id": id_, "properties": [{"id": m["id"], "values": v} for m, v in zip(meta, row, strict=True)]}
            for id_, row in cells
        ],
    }


def _match(
    catalogue: Catalogue, batch: Sequence[Asked], language: str, *, named: bool
) -> list[tuple[list[Json], Json]]:
    found = iter(find_candidates(catalogue, [asked for asked in batch if isinstance(asked, Question)]))
    return [
        ([], {"error": asked})
        if isinstance(asked, str)
        else ([_write_candidate(catalogue, candidate, language, named=named) for candidate in next(found)], {})
        for asked in batch
    ]


def _write_candidate(catalogue: Catalogue, candidate: Candidate, language: str, *, named: bool) -> Json:
    entity = candidate.entity
    return {
        "id": entity.id,
        "name": choose(entity.labels, language),
        "description": choose(entity.descriptions, language),
        "type": [{"id": t, "name": choose(catalogue.types[t].names, language)} for t in entity.types],
        "score": candidate.score,
        "features": [
            {"id": id_, **({"name": _name_feature(catalogue, id_, language)} if named else {}), "value": value}
            for id_, value in candidate.features.items()
        ],
        "match": candidate.match,
    }


def _name_feature(catalogue: Catalogue, id_: str, language: str) -> str:
    bare, _, number = id_.partition(" ")
    feature = _FEATURES.get(bare)
    name = load_messages(language).gettext(feature) if feature else choose(catalogue.properties[bare].names, language)
    return f"{name} {number}".strip()


def _write_type(catalogue: Catalogue, id_: str, language: str) -> Json:
    term = catalogue.types[id_]
    broader = [
        {"id": b, "name": choose(catalogue.types[b].names, language)} for b in term.broader if b in catalogue.types
    ]
    return {**_write_term(term, language), **({"broader": broader} if broader else {})}


def _write_term(term: Term, language: str) -> Json:
    description = choose(term.descriptions, language)
    return {
        "id": term.id,
        "name": choose(term.names, language),
        **({"description": description} if description else {}),
    }


def _write_suggestion(catalogue: Catalogue, kind: Kind, id_: str, name: str, language: str, *, named: bool) -> Json:
    if kind == "type":
        return _write_type(catalogue, id_, language)
    if kind == "property":
        qualifiers = (
            {"matchQualifiers": [{"id": EXACT, "name": load_messages(language).gettext(_FEATURES[EXACT])}]}
            if named
            else {}
        )
        return {**_write_term(catalogue.properties[id_], language), **(qualifiers if named else {})}
    entity = catalogue.entities[id_]
    types: list[Any] = list(entity.types)  # OpenRefine joins what it is given, so that 0.2 has bare identifiers
    if named:
        types = [{"id": t, "name": choose(catalogue.types[t].names, language)} for t in entity.types]
    return {"id": id_, "name": name, "description": choose(entity.descriptions, language), "notable": types}


def _rank(asked: str, names: Iterable[str]) -> int | None:
    """Say how good a suggestion is: 1 where a folded name begins with what is asked, 2 where a word does."""
    ranks = [1 if name.startswith(asked) else 2 for name in names if f" {asked}" in f" {name}"]
    return min(ranks, default=None)


def _fetch(
    catalogue: Catalogue, query: ExtendQuery, language: str
) -> tuple[list[Json], list[tuple[str, list[list[Json]]]]]:
    asked = {p.id: p.settings or {} for p in query.properties}
    meta = [
        {"id": pid, "name": choose(catalogue.properties[pid].names, language) if pid in catalogue.properties else pid}
        for pid in asked
    ]
    rows = []
    for id_ in dict.fromkeys(query.ids):
        entity = resolve(catalogue, id_)
        rows.append((id_, [_pick(entity, pid, settings, language) for pid, settings in asked.items()]))
    return meta, rows


def _in_language(values: Sequence[Value], language: str) -> list[Value]:
    return [value for value in values if value.language in ("", language)] or list(values)


def _pick(entity: CatalogueEntity | None, pid: str, settings: Mapping[str, Any], language: str) -> list[Json]:
    values = entity.values.get(pid, ()) if entity else ()
    wanted = settings.get("language")
    wanted = str(wanted) if wanted and wanted != "asked" else language
    shown = list(values) if wanted == "all" else _in_language(values, wanted)
    limit = str(settings.get("limit") or 0)  # OpenRefine sends numbers as text
    most = int(limit) if limit.isdecimal() and len(limit) < 7 and int(limit) else None
    return [_write_value(value, wanted, settings.get("dates") == "text") for value in shown[:most]]


def _write_value(value: Value, language: str, dates_as_text: bool) -> Json:
    if value.form == "entity":
        return {"id": value.id, "name": choose(value.names, language)}
    if value.form == "concept":
        return {"str": choose(value.names, language)}
    if value.form == "date" and not dates_as_text and len(value.text) == len("2016-08-30"):
        return {"date": f"{value.text}T00:00:00Z"}
    if value.form == "number" and re.fullmatch(r"-?[0-9]{1,15}", value.text):
        return {"int": int(value.text)}
    if value.form == "number" and re.fullmatch(r"-?[0-9]{1,15}\.[0-9]+", value.text):
        return {"float": float(value.text)}
    return {"str": value.text}
