"""What is remembered of slow queries: which they were, and of those that did not end, their kind."""

import asyncio

import pytest

from ukfr_graph.workers.handle import Job, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Tally
from ukfr_graph.workers.slow_lane import SlowLane, find_kind

BOMB = "SELECT (COUNT(*) AS ?n) {{ ?a ?p ?b . ?c ?q ?d FILTER (?a != <urn:{}>) }}"
QUICK_S, LIMIT_S = 0.01, 0.2


class Orders:
    """Takes what a supervisor is told; its workers have used the processor for ``used_s``."""

    def __init__(self, used_s: float) -> None:
        self.used_s = used_s

    def demote(self, worker: WorkerHandle) -> None:
        """It has no processes."""

    def make_worker(self) -> WorkerHandle:
        worker = WorkerHandle(1, lambda _: None, lambda _: None)
        worker.used_s = lambda: self.used_s  # type: ignore[method-assign]
        return worker


def query(text: str, **more: object) -> Job:
    return Job({"task": "query", "query": text, **more}, key=text)


async def run_to_the_limit(job: Job, used_s: float) -> SlowLane:
    """Demote a query and let it go on until its time is over."""
    orders = Orders(used_s)
    lane = SlowLane(orders, Lanes(quick_query_s=QUICK_S, query_timeout_s=LIMIT_S), Tally(), lambda _: None)  # type: ignore[arg-type]
    worker = orders.make_worker()
    worker.jobs.append(job)
    lane.take_over(worker, job, asyncio.get_running_loop().time())
    with pytest.raises(Exception, match="UKFR_QUERY_TIMEOUT_S"):
        await job.future
    return lane


@pytest.mark.parametrize(
    ("first", "used_s", "second", "is_known"),
    [
        (BOMB.format("a"), 0.15, BOMB.format("b"), True),
        (BOMB.format("a"), 0.15, BOMB.format("b").replace("?d", "<urn:d>"), False),
        (BOMB.format("a"), 0.05, BOMB.format("b"), False),  # it hardly had the processor
        (BOMB.format("a"), 0.05, BOMB.format("a"), True),
        ("ASK { ?s ?p 'it' FILTER (1 < 2) }", 1, 'ASK { ?s ?p "an\nd" FILTER (1 < 2) }', False),
        ("ASK { ?s ?p 'it' FILTER (1 < 2) }", 1, 'ASK { ?s ?p "other" FILTER (10.5 < 2) }', True),
    ],
)
def test_a_query_like_one_that_did_not_end_is_known(first: str, used_s: float, second: str, is_known: bool) -> None:
    async def check() -> None:
        lane = await run_to_the_limit(query(first), used_s)
        assert lane.knows(query(second)) is is_known

    asyncio.run(check())


def test_questions_of_ours_and_other_tasks_are_known_by_what_they_ask_alone() -> None:
    async def check() -> None:
        lane = await run_to_the_limit(query(BOMB, parameters={"a": "<urn:a>"}), 1)
        assert not lane.knows(Job({"task": "query", "query": BOMB, "parameters": {"a": "<urn:b>"}}, key="other"))
        lane = await run_to_the_limit(Job({"task": "network"}, key="one"), 1)
        assert not lane.knows(Job({"task": "search"}, key="other"))

    asyncio.run(check())


def test_a_kind_is_forgotten_once_one_of_it_is_answered_far_from_the_limit() -> None:
    async def check() -> None:
        lane = await run_to_the_limit(query(BOMB.format("a")), 1)
        other = query(BOMB.format("b"))
        worker = Orders(0).make_worker()
        lane._begin(worker, other)
        other.future.set_result(None)  # type: ignore[arg-type]
        await asyncio.sleep(0)
        assert not lane.knows(query(BOMB.format("c")))

    asyncio.run(check())


def test_a_text_that_is_no_query_has_a_kind_too() -> None:
    assert find_kind("\ud800<<<<\"'") == find_kind("\ud800<<<<\"'")
