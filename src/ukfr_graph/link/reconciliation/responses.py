"""The answers of the reconciliation service: manifests, candidates, suggestions and values, in both versions.

Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) and
its 1.0 draft (https://reconciliation-api.github.io/specs/1.0-draft/). Answers are plain JSON values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from ukfr_graph import __version__, iris
from ukfr_graph.errors import NotFoundError
from ukfr_graph.link.reconciliation.candidates import NAME, Candidate, Question, find_candidates
from ukfr_graph.link.reconciliation.catalogue import Catalogue, Entity, Term, Texts, Value, choose, resolve, squeeze
from ukfr_graph.link.reconciliation.payloads import EXACT, Asked, Bounds, ExtendQuery
from ukfr_graph.link.spelling import fold
from ukfr_graph.messages import name_language
from ukfr_graph.profile import Profile

Json: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["entity", "property", "type"]
PREVIEW_SIZE = (430, 300)
"""Width and height of a preview, in pixels."""
SUGGESTIONS = 20
"""Suggestions given at a time, where the client does not say how many."""
_TEXTS = {
    "limit": ("Most values", "Nombre maximal de valeurs"),
    "limit_help": ("0 gives every value.", "0 donne toutes les valeurs."),
    "language": ("Language of texts", "Langue des textes"),
    "language_help": ("A text that the language lacks is given in the other.", "À défaut, l'autre langue est donnée."),
    "dates": ("Dates as", "Dates sous forme de"),
    "dates_help": ("A date becomes midnight UTC of that day.", "Une date devient minuit UTC de ce jour."),
    NAME: ("nearness of the name", "proximité du nom"),
    "type": ("type", "type"),
    "identifier": ("same identifier", "même identifiant"),
    "same_name": ("same name", "même nom"),
    EXACT: ("exactly equal", "exactement égal"),
}
_AS_ASKED, _ALL_LANGUAGES = ("asked", "as asked", "celle demandée"), ("all", "all", "toutes")
_NOT_PREVIEWED = ("rdfs:label", "skos:prefLabel", "skos:definition", "dcterms:description", "ukfr:codedOn")
_DATE_FORMS = (("date", "dates", "dates"), ("text", "text", "texte"))


def say(key: str, language: str) -> str:
    """Return a text of the service in a language."""
    return _TEXTS[key][language == "fr"]


def write_manifest(
    base: str, profile: Profile, language: str, bounds: Bounds, default_types: Iterable[Json], *, needs_token: bool
) -> Json:
    """Describe the service for clients of version 0.2 (section 3.1); ``base`` is the server's address."""
    service = {"service_url": base}
    return {
        "versions": ["0.2"],
        "name": profile.say(profile.title, language),
        "identifierSpace": profile.namespace,
        "schemaSpace": iris.UKFR,
        "defaultTypes": list(default_types),
        "documentation": f"{base}/docs",
        "serviceVersion": __version__,
        "view": {"url": f"{base}/{{{{id}}}}"},
        "preview": {
            "url": f"{base}/reconcile/preview?id={{{{id}}}}",
            "width": PREVIEW_SIZE[0],
            "height": PREVIEW_SIZE[1],
        },
        "suggest": {
            kind: {
                **service,
                "service_path": f"/reconcile/suggest/{kind}",
                "flyout_service_path": f"/reconcile/flyout/{kind}?id=${{id}}",
            }
            for kind in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {**service, "service_path": "/reconcile/properties"},
            "property_settings": [_rename(setting) for setting in _list_settings(profile, language)],
        },
        "batchSize": bounds.batch,
        **_authentication(needs_token),
    }


def write_draft_manifest(
    base: str, profile: Profile, language: str, bounds: Bounds, types: Iterable[Json], *, needs_token: bool
) -> Json:
    """Describe the service for clients of version 1.0-draft."""
    return {
        "versions": ["1.0-draft"],
        "name": profile.say(profile.title, language),
        "lang": language,
        "defaultTypes": list(types),
        "documentation": f"{base}/docs",
        "serviceVersion": __version__,
        "view": {"url": f"{base}/{{+id}}"},
        "preview": {"width": PREVIEW_SIZE[0], "height": PREVIEW_SIZE[1]},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": _list_settings(profile, language)},
        "batchSize": bounds.batch,
        "standardizedScore": True,
        **_authentication(needs_token),
    }


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
    raise NotFoundError(f"There is no {kind} of this identifier here.")


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
    name = say(bare, language) if bare in _TEXTS else choose(catalogue.properties[bare].names, language)
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
        qualifiers = {"matchQualifiers": [{"id": EXACT, "name": say(EXACT, language)}]} if named else {}
        return {**_write_term(catalogue.properties[id_], language), **qualifiers}
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


def _pick(entity: Entity | None, pid: str, settings: Mapping[str, Any], language: str) -> list[Json]:
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


def _list_settings(profile: Profile, language: str) -> list[Json]:
    """List what a user may set for a property, in the terms of 1.0-draft."""

    def choices(options: Iterable[tuple[str, str, str]]) -> list[Json]:
        return [{"value": value, "name": fr if language == "fr" else en} for value, en, fr in options]

    languages = [(code, name_language(code, "en"), name_language(code, "fr")) for code in profile.languages]
    settings: list[Json] = [
        {"id": "limit", "type": "number", "default": 0},
        {
            "id": "language",
            "type": "select",
            "default": "asked",
            "choices": choices((_AS_ASKED, *languages, _ALL_LANGUAGES)),
        },
        {"id": "dates", "type": "select", "default": "date", "choices": choices(_DATE_FORMS)},
    ]
    for setting in settings:
        setting |= {"name": say(setting["id"], language), "helpText": say(f"{setting['id']}_help", language)}
    return settings


def _rename(setting: Json) -> Json:
    """Write a setting in the terms of 0.2."""
    renamed = {"id": "name", "name": "label", "helpText": "help_text"}
    return {renamed.get(key, key): value for key, value in setting.items()}


def _authentication(needs_token: bool) -> Json:
    return {"authentication": {"type": "apiKey", "name": "Authorization", "in": "header"}} if needs_token else {}
