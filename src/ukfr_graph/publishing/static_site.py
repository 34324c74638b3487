"""Publishing the site as files: every page in each language, the data beside it, and nothing that needs a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from ukfr_graph import iris
from ukfr_graph.errors import OutputError
from ukfr_graph.publishing.application import ask, open_site
from ukfr_graph.publishing.layout import FilePlaces, Layout, Place
from ukfr_graph.publishing.record import open_record
from ukfr_graph.query.questions import read_question
from ukfr_graph.service.answers import select
from ukfr_graph.service.service import Service
from ukfr_graph.settings import Settings
from ukfr_graph.site.app import Site
from ukfr_graph.site.rendering import link_to

_BATCH = 12
_OK, _SEE_OTHER = 200, 303
_START = ("/", "/sparql", "/search", "/context.jsonld", "/.well-known/void", "/.well-known/sparql-examples?format=ttl")
_THINGS = ("/doc/", "/vocab/", "/links/")
_RENAMED = {"/sparql": "/editor"}
_SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Wishes:
    """What somebody wants of a site: its address (empty: any), its languages, and data beside the pages."""

    base_url: str
    languages: Sequence[str]
    with_data: bool = True


@dataclass
class Published:
    """What became of it: the files, how many were written, and how many bytes all of them have."""

    files: int = 0
    written: int = 0
    removed: int = 0
    size_bytes: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of a place: a file with its content, or the status in place of it; and the files that it links to."""

    place: Place
    status: int
    content: bytes
    found: tuple[Place, ...]


def publish_site(folder: Path, settings: Settings, wishes: Wishes, processes: int = 2) -> Published:
    """Publish the dataset that the settings name into a folder; a site of ours that is there is brought up to date.

    Raises:
        OutputError: the folder has something else in it, or a link would lead nowhere.
        DatasetError: the dataset cannot be opened.
    """
    record = open_record(folder)
    layout = Layout(wishes.languages)
    _, service = open_site(settings)
    addresses = [*_START, *asyncio.run(_list_things(service))]
    waiting = [layout.locate(address, language) for address in addresses for language in wishes.languages]
    seen: set[str] = set()
    faults: list[str] = []
    with ProcessPoolExecutor(processes, get_context("spawn"), _open, (settings, wishes)) as pool:
        while waiting:
            fresh = {place.file: place for place in waiting if place.file not in seen}
            seen.update(fresh)
            waiting = []
            for outcomes in pool.map(_make_batch, _divide(fresh.values())):
                for outcome in outcomes:
                    waiting += outcome.found
                    if outcome.status == _OK:
                        record.write(outcome.place.file, outcome.content)
                    else:
                        faults.append(f"{outcome.place.asked.path} as {outcome.place.asked.accept}: {outcome.status}")
    if faults:
        shown = "; ".join(sorted(faults)[:_SHOWN_FAULTS])
        raise OutputError(f"{len(faults)} links of the site would lead nowhere: {shown}.")
    record.write(".nojekyll", b"")
    removed = len(record.find_stale())
    version = service.pool.version
    record.close({"version": version, "base": wishes.base_url, "languages": list(wishes.languages)})
    return Published(len(record.files), record.written, removed, record.size_bytes)


def _divide(places: Iterable[Place]) -> list[list[Place]]:
    """Divide places into batches; those of one address stay together, as they ask the dataset the same."""
    ordered = sorted(places, key=lambda place: place.asked.path)
    groups = [list(group) for _, group in groupby(ordered, lambda place: place.asked.path)]
    return [[place for group in groups[at : at + _BATCH] for place in group] for at in range(0, len(groups), _BATCH)]


_opened: dict[str, tuple[Site, Wishes]] = {}


def _open(settings: Settings, wishes: Wishes) -> None:
    _opened["site"] = open_site(settings)[0], wishes


def _make_batch(places: Sequence[Place]) -> list[Outcome]:
    async def make() -> list[Outcome]:
        return [await _make(*_opened["site"], place) for place in places]

    return asyncio.run(make())


async def _make(site: Site, wishes: Wishes, place: Place) -> Outcome:
    """Have one file made."""
    found: dict[str, Place] = {}
    asked = place.asked
    base = wishes.base_url or iris.BASE.rstrip("/")
    places = FilePlaces(
        Layout(wishes.languages), base, place.file, asked.language, lambda other: found.setdefault(other.file, other)
    )
    made = await ask(site, replace(asked, path=_RENAMED.get(asked.path, asked.path)), places)
    status, body = made.status, made.body
    if status == _SEE_OTHER:
        status, body = _OK, _write_redirect(made.location)
    return Outcome(place, status, body, tuple(found.values()))


async def _list_things(service: Service) -> list[str]:
    """List the addresses of the pages of all resources, those that nothing links to as well."""
    question = read_question("publishing", "things")
    rows = (await select(service, question, {"base": ox.NamedNode(iris.BASE)})).dicts()
    addresses = (link_to(row["thing"].value) for row in rows)
    return [quote(address, safe="/:@!$&'()*+,;=~-._%") for address in addresses if address.startswith(_THINGS)]


def _write_redirect(link: str) -> bytes:
    """Write a page that leads on (https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh)."""
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>ukfr-graph</title>'
        f'<meta http-equiv="refresh" content="0; url={link}"><link rel="canonical" href="{link}">'
        f'<a href="{link}">{link}</a></html>\n'
    ).encode()
