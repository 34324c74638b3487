"""The outcomes: what became of every pledge and call, as of a day, and what each verdict rests on."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ukfr_graph import iris
from ukfr_graph.clauses import Clause
from ukfr_graph.clauses.rows import read_text
from ukfr_graph.messages import UNKNOWN_LANGUAGE, load_messages
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import Table, select_together
from ukfr_graph.service.clause_answers import find_clauses
from ukfr_graph.service.names import Named, Names, find_names
from ukfr_graph.service.service import Service
from ukfr_graph.site.charts import CHART, CHART_FORMS, give_chart, list_chart_files, make_address, read_caption
from ukfr_graph.site.filters import require_known_filters
from ukfr_graph.site.follow import ask_saved, day_in, day_of, read_source, say
from ukfr_graph.site.navigation import Navigation
from ukfr_graph.site.navigation import mark as _
from ukfr_graph.site.negotiation import PAGE
from ukfr_graph.site.outcomes.sheets import make_sheets
from ukfr_graph.site.outcomes.verdicts import NONE, Count, DatedVerdict, Followed, Ground
from ukfr_graph.site.rendering import language_of, render
from ukfr_graph.site.rules import find_rules
from ukfr_graph.site.statement.facets import Broader, find_broader, values_of
from ukfr_graph.site.statement.page import list_statements, page_of
from ukfr_graph.site.taking import choose_form
from ukfr_graph.site.templates import read_day
from ukfr_graph.store import Term
from ukfr_graph.triples import is_true

router = APIRouter()
navigation = Navigation(2, "/outcomes", _("Outcomes"))
FACETS = ("verdict", "kind", "topic", "holder", "testability")
GROUPINGS = ("topic", "verdict", "holder")
SWITCHES = ("by", *FACETS)
_VERDICTS = ("done", "partly-done", "not-done", "overtaken", "not-assessable")
_TESTABLE = "vocab:testability/testable"
_WIDTH, _LEGEND, _ROW = 400, 26, 30
_VERDICT = iris.BASE + "vocab/outcome/"


@router.get("/outcomes", summary="What became of every pledge and call, as of a day", **CHART)
async def outcomes(request: Request) -> Response:
    """Show the verdicts, grouped ``by`` topic, verdict or holder; those of ``SWITCHES`` choose, ``at`` is the day."""
    service: Service = request.app.state.service
    form, language, day = choose_form(request, CHART_FORMS), language_of(request), day_of(request)
    await require_known_filters(request, FACETS[1:])
    (all_counts, of), (all_followed, coders) = await asyncio.gather(
        asyncio.gather(count_outcomes(service, day, language), name_day(service, language)),
        _follow(service, day, language),
    )
    given = {name: request.query_params.get(name, "") for name in SWITCHES}
    followed = [item for item in all_followed if _matches(item, given)]
    counts = all_counts if len(followed) == len(all_followed) else _recount(all_counts, followed)
    facts: dict[str, Any] = {
        "day": day,
        "counts": counts,
        "statement_day": of,
        "followed": followed,
        "total": len(all_followed),
    }
    size = _WIDTH, _LEGEND + _ROW * len(counts)
    if form != PAGE:
        sources = [source for item in followed for ground in item.grounds for source in ground.sources]
        caption = read_caption("outcomes", language, sources, make_address(service, "/outcomes", given, day), **facts)
        sheets = make_sheets(followed, counts, language)
        return await give_chart(request, form, "outcomes/picture.html", caption, sheets, size=size, **facts)
    choices = {name: _list_choices(all_followed, name) for name in FACETS}
    if any(count.key == NONE for count in all_counts):
        choices["verdict"].append(Named(NONE, load_messages(language).gettext("no outcome recorded")))
    return render(
        request,
        "outcomes/outcomes.html",
        picture="/outcomes?format=png",
        **facts,
        size=size,
        files=list_chart_files(request, "/outcomes", given, day),
        groups=_group(followed, given["by"]),
        coders=coders,
        rules=await find_rules(service, (_VERDICT + key for key in _VERDICTS), language),
        given=given,
        choices=choices,
        testable=_TESTABLE,
        none_recorded=NONE,
    )


async def count_outcomes(service: Service, day: date, language: str) -> list[Count]:
    """Count pledges and calls by their verdict on a day, in the order of the verdicts; those without one last.

    Raises:
        UkfrError: see ``Pool.ask``.
    """
    (table,) = await ask_saved(service, "pledges-by-outcome", day=day)
    found: dict[str, Count] = {}
    for row in table.dicts():
        key = iris.local_name(verdict) if (verdict := read_text(row, "verdict")) else NONE
        known = found.get(key) or Count(key, say(row, "verdict_label", language), 0, 0)
        pledges, calls = (int(read_text(row, name)) for name in ("pledges", "calls"))
        found[key] = replace(known, pledges=known.pledges + pledges, calls=known.calls + calls)
    names = await find_names(service, [_VERDICT + key for key in _VERDICTS], language)
    empty = {key: Count(key, names.label(_VERDICT + key), 0, 0) for key in _VERDICTS if names.label(_VERDICT + key)}
    return list((empty | found).values())


async def name_day(service: Service, language: str) -> date | None:
    """Return the day of the one statement that has clauses; none where there are several."""
    days = [s.day for s in await list_statements(service, language) if s.clauses]
    return read_day(days[0]) if len(days) == 1 else None


async def _follow(service: Service, day: date, language: str) -> tuple[list[Followed], list[Named]]:
    """Find what became of each pledge and call up to a day, and who judged it."""
    (rows,), (judged,), statements, broader = await asyncio.gather(
        ask_saved(service, "outcomes", day=day),
        select_together(service, [read_question("site/outcomes", "judgements")]),
        list_statements(service, language),
        find_broader(service),
    )
    coded = await asyncio.gather(*(find_clauses(service, s.statement.iri) for s in statements if s.clauses))
    clauses = {clause.iri: clause for some in coded for clause in some}
    named = {value for clause in clauses.values() for name in FACETS[1:] for value in values_of(clause, name, broader)}
    columns = ("verdict", "coder", "observation", "source_kind", "through")
    named |= {row[c].value for table in (rows, judged) for row in table.dicts() for c in columns if c in row}
    names = await find_names(service, named, language)
    judgements = _read_judgements(judged, names, day)
    coders = sorted({j.coder for some in judgements.values() for j in some}, key=lambda coder: coder.name)
    of_text = {listed.statement.iri: listed.language for listed in statements}
    return [
        _read_row(
            row, clauses, judgements, names, language, broader, of_text.get(row["statement"].value, UNKNOWN_LANGUAGE)
        )
        for row in rows.dicts()
    ], coders


def _read_judgements(table: Table, names: Names, day: date) -> dict[str, list[DatedVerdict]]:
    """Read the judgements of each clause that were dated up to a day, the oldest first."""
    found: defaultdict[str, dict[str, DatedVerdict]] = defaultdict(dict)
    grounds: dict[tuple[str, str], Ground] = {}
    for row in table.dicts():
        dated = day_in(row, "as_of")
        if dated is None or dated > day:
            continue
        outcome, observation = row["outcome"].value, read_text(row, "observation")
        judgement = found[row["clause"].value].setdefault(
            outcome,
            DatedVerdict(names.of(row["verdict"].value), dated, names.of(row["coder"].value), is_true(row["settled"])),
        )
        if not observation:
            continue
        if (outcome, observation) not in grounds:
            ground = grounds[outcome, observation] = Ground(names.of(observation), read_text(row, "from"))
            judgement.grounds.append(ground)
        if source := read_source(row, names):
            grounds[outcome, observation].sources.append(source)
    return {clause: sorted(some.values(), key=lambda j: j.day) for clause, some in found.items()}


def _read_row(
    row: Mapping[str, Term],
    clauses: Mapping[str, Clause],
    judgements: Mapping[str, list[DatedVerdict]],
    names: Names,
    language: str,
    broader: Broader,
    of_text: str,
) -> Followed:
    iri, verdict, dated = row["clause"].value, read_text(row, "verdict"), day_in(row, "as_of")
    judged = judgements.get(iri, [])
    held = [j for j in judged if j.is_settled and j.verdict.iri == verdict and j.day == dated]
    clause = clauses.get(iri)
    clause_name = Named(iri, say(row, "label", language))
    page = page_of(clause.statement) if clause else ""
    through = read_text(row, "through")
    facets, chosen_by = (
        {name: [names.of(v) for v in values_of(clause, name, wider)] if clause else [] for name in FACETS[1:]}
        for wider in ({}, broader)
    )
    settled = {"verdict": [Named(verdict, say(row, "verdict_label", language))] if verdict else []}
    return Followed(
        clause=clause_name,
        order=int(read_text(row, "order")),
        kind=Named(row["kind"].value, say(row, "kind_label", language)),
        words=read_text(row, "words"),
        language=of_text,
        address=f"{page}#clause-{clause_name.anchor}" if page else "",
        key=iris.local_name(verdict) if verdict else NONE,
        verdict=say(row, "verdict_label", language),
        day=dated,
        reason=say(row, "reason", language),
        confidence=say(row, "confidence", language),
        coder=held[0].coder if held else None,
        through=names.of(through) if through else None,
        grounds=[ground for j in held for ground in j.grounds],
        others=[j for j in judged if j not in held],
        facets=facets | settled,
        chosen_by=chosen_by | settled,
    )


def _recount(counts: Iterable[Count], followed: Iterable[Followed]) -> list[Count]:
    """Count again, among those that are chosen, in the same order."""
    chosen = Counter((item.key, item.kind.anchor == "Pledge") for item in followed)
    return [Count(count.key, count.label, chosen[count.key, True], chosen[count.key, False]) for count in counts]


def _group(followed: list[Followed], by: str) -> list[tuple[Named | None, list[Followed]]]:
    """Group by a facet, in the order of its names; what has several values of it stands under each."""
    if by not in GROUPINGS:
        return [(None, followed)] if followed else []
    groups: defaultdict[Named | None, list[Followed]] = defaultdict(list)
    for item in followed:
        values: Sequence[Named | None] = item.facets[by]
        for value in values or [None]:
            groups[value].append(item)
    return sorted(groups.items(), key=lambda group: (group[0] is None, group[0].name.casefold() if group[0] else ""))


def _matches(item: Followed, given: Mapping[str, str]) -> bool:
    if given["verdict"] and given["verdict"] != item.key:
        return False
    return all(
        any(iris.shorten(value.iri) == chosen for value in item.chosen_by[name])
        for name in FACETS[1:]
        if (chosen := given[name])
    )


def _list_choices(followed: Iterable[Followed], name: str) -> list[Named]:
    """List what to choose by; verdicts by the last part of their name, which is their key."""
    values = {value for item in followed for value in item.chosen_by[name]}
    if name == "verdict":
        values = {Named(iris.local_name(value.iri), value.name) for value in values}
    return sorted(values, key=lambda value: value.name.casefold())
