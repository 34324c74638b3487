"""The page of the catalogue."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from ukfr_graph.service.start import make_service
from ukfr_graph.settings import Settings
from ukfr_graph.site.addresses import PLACES, ServerPlaces
from ukfr_graph.site.app import Site


def test_a_list_of_files_that_was_cut_says_so(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read() -> str:
        service = make_service(Settings(dataset=dataset))
        await service.pool.start()
        try:
            site, places = Site(service), ServerPlaces("http://localhost", ("en", "fr"))
            transport = httpx.ASGITransport(app=lambda scope, *rest: site({**scope, PLACES: places}, *rest))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as client:
                return (await client.get("/catalog", headers={"Accept": "text/html"})).text
        finally:
            service.pool.stop()

    whole = asyncio.run(read())
    assert whole.count(" download>") > 3
    assert "are shown" not in whole
    monkeypatch.setattr("ukfr_graph.site.catalog.page.SHOWN_FILES", 3)
    cut = asyncio.run(read())
    assert cut.count(" download>") == 3
    assert f"The first 3 of {whole.count(' download>')} files are shown" in cut
