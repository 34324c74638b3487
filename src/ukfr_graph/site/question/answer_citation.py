"""Citing an answer by a permanent address.

The address names the version of the dataset and the hash of the query, so that it gives this answer or says that it
cannot: ``rel="cite-as"`` (RFC 8574).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from ukfr_graph import iris
from ukfr_graph.errors import GoneError
from ukfr_graph.profile import Profile
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.site.citation import DATASET, CitedWork


def cite_answer(
    query: SavedQuery, profile: Profile, language: str, version: str, day: str, address: str, doi: str
) -> CitedWork:
    """Describe an answer for citing it; ``day`` is of the dataset (ISO 8601; empty where unknown), as is ``doi``."""
    return CitedWork(
        title=query.question(language),
        creator=profile.creator,
        dataset=profile.say(profile.title, language),
        version=version,
        day=day,
        address=address,
        language=language,
        kind=DATASET,
        name=f"ukfr-graph-{query.name}",
        doi=doi,
        note=f"Answer to the saved query {query.name}, {query.hash}",
    )


def permanent_address(site: str, query: SavedQuery, values: Mapping[str, str], version: str) -> str:
    """Return the address under which this very answer is asked for: all parameters, the version, the query's hash.

    ``site`` is where an operator's own question is asked; a bundled one has its address wherever it is served.
    """
    parameters = {p.name: v for p in query.parameters if (v := values.get(p.name, p.default)) is not None}
    place = site or iris.BASE.rstrip("/")
    return f"{place}/queries/{query.name}?{urlencode({**parameters, 'version': version, 'query_hash': query.hash})}"


def check_version(given: Mapping[str, str], query: SavedQuery, version: str) -> None:
    """Refuse an address that names another version of the dataset, or another text of the query, than those here.

    Raises:
        GoneError: it says which are here, and how to get the others.
    """
    asked, text = given.get("version", version), given.get("query_hash", query.hash)
    if asked != version:
        raise GoneError(
            "This server has version %(version)s of the dataset, and not %(asked)s. Leave 'version' out to "
            "ask the one that is here. A version is built anew, to the same bytes, from the release whose "
            "manifest.json names it: check that release out and run 'ukfr-graph build'.",
            version=version,
            asked=repr(asked[:100]),
            members={"current_version": version},
        )
    if text != query.hash:
        raise GoneError(
            "The query %(name)s reads %(hash)s now, and not %(text)s: its text has changed. Leave "
            "'query_hash' out to ask it as it is now; the repository's history has the other text.",
            name=repr(query.name),
            hash=query.hash,
            text=repr(text[:100]),
            members={"current_query_hash": query.hash},
        )
