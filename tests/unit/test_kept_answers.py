"""Questions of our own are evaluated once for a version, whatever asks them and in whatever form it shows the answer."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pyoxigraph as ox

from ukfr_graph.service.answers import ROWS, TRIPLES, ask_kept, construct, select
from ukfr_graph.service.cache import ResponseCache
from ukfr_graph.service.gate import Gate
from ukfr_graph.service.service import Service
from ukfr_graph.settings import read_settings
from ukfr_graph.workers.handle import Reply
from ukfr_graph.workers.pool import Pool

SELECT, CONSTRUCT = "SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"
BODIES = {
    ROWS: b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}}]}}',
    TRIPLES: b"<urn:a> <urn:b> <urn:c> .\n",
}


@dataclass
class CountingPool:
    """A pool that notes what it is asked."""

    version: str = "1"
    folder: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def ask(self, head: dict[str, Any], *_: object) -> Reply:
        self.asked.append(head)
        return Reply({"type": head["accept"]}, BODIES[head["accept"]])


def serve(pool: CountingPool) -> Service:
    return Service(read_settings(), cast(Pool, pool), Gate((), False, False), ResponseCache(1_000_000))


def test_rows_and_triples_are_evaluated_once_for_a_version() -> None:
    service = serve(pool := CountingPool())

    async def ask() -> None:
        for _ in range(3):
            assert (await select(service, SELECT)).dicts() == [{"s": ox.NamedNode("urn:a")}]
            assert [triple.object for triple in await construct(service, CONSTRUCT)] == [ox.NamedNode("urn:c")]

    asyncio.run(ask())
    assert [head["query"] for head in pool.asked] == [SELECT, CONSTRUCT]
    pool.version = "2"
    asyncio.run(ask())
    assert len(pool.asked) == 4


def test_other_values_forms_and_graphs_are_other_answers() -> None:
    service = serve(pool := CountingPool())

    async def ask() -> None:
        for _ in range(2):
            await select(service, SELECT, {"s": ox.NamedNode("urn:a")})
            await select(service, SELECT, {"s": ox.Literal("urn:a")})
            await select(service, SELECT, {"s": ox.NamedNode("urn:a")}, with_user_graphs=True)
            await ask_kept(service, SELECT, {"s": ox.NamedNode("urn:a")}, TRIPLES)

    asyncio.run(ask())
    assert len(pool.asked) == 4
    assert [head["with_user_graphs"] for head in pool.asked] == [False, False, True, False]
