"""What a site of files does not offer, no page leads to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ukfr_graph.publishing.application import ask, open_site
from ukfr_graph.publishing.layout import Layout
from ukfr_graph.publishing.making import Wishes
from ukfr_graph.settings import read_settings
from ukfr_graph.site.addresses import Offers

ALL, NONE = Offers(("ttl", "jsonld")), Offers(("ttl",), has_sparql=False, has_search=False)


@pytest.mark.parametrize("address", ["/", "/compare", "/queries/office-holders", "/doc/state/norland", "/ontology"])
def test_no_page_leads_to_what_the_site_does_not_offer(harbours: Path, address: str) -> None:
    site, _ = open_site(read_settings().model_copy(update={"dataset": harbours, "endpoint": None}))
    pages: dict[bool, tuple[str, set[str]]] = {}
    for offers in (ALL, NONE):
        files: set[str] = set()
        place = Layout(("en",)).locate(address, "en")
        wishes = Wishes("", ("en",), offers)
        places = wishes.place(place.file, "en", lambda found, files=files: files.add(found.file))  # type: ignore[misc]
        answer = asyncio.run(ask(site, place.asked, places))
        assert answer.status == 200
        pages[offers is ALL] = answer.body.decode(), files
    text, files = pages[False]
    assert not {"sparql.html", "search.html"} & files
    assert not [file for file in files if file.endswith(".jsonld") and file.startswith(("doc", "ontology"))]
    assert 'role="search"' not in text
    assert "<form" not in text.replace('<form method="dialog"', "")
    assert {"sparql.html", "search.html"} <= pages[True][1]
