"""The quick lane over a dataset, whose queries compete for processors, and over an endpoint, whose queries wait."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from ukfr_graph.workers.handle import Job, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Policy, Tally
from ukfr_graph.workers.quick_lane import QuickLane

LANES = Lanes(workers=3, slow_queries=2, quick_query_s=0.01)
DATASET, ENDPOINT = Policy.for_dataset(LANES), Policy.for_endpoint(LANES)


class Worker(WorkerHandle):
    """A worker without a process, which has used the processor for ``used``."""

    used = 0.0

    def is_lost(self) -> bool:
        return False

    def give(self, job: Job) -> None:
        job.worker = self
        self.jobs.append(job)

    def used_s(self) -> float:
        return self.used


class Orders:
    """Takes what a supervisor is told."""

    def __init__(self) -> None:
        self.spawned: list[Worker] = []

    def spawn(self) -> Worker:
        self.spawned.append(Worker(len(self.spawned), lambda _: None, lambda _: None))
        return self.spawned[-1]

    def promote(self, worker: WorkerHandle) -> None:
        """It has no processes."""


def open_lane(policy: Policy, demote: Callable[[WorkerHandle], None] = lambda _: None) -> tuple[QuickLane, Orders]:
    """Open a lane whose workers are ready."""
    orders = Orders()
    lane = QuickLane(orders, LANES, policy, Tally(), dismiss=lambda worker: lane.remove(worker), demote=demote)  # type: ignore[arg-type]
    lane.fill()
    for worker in orders.spawned:
        lane.resume(worker)
    return lane, orders


def jobs(count: int) -> list[Job]:
    return [Job({"task": "query", "query": "ASK {}"}) for _ in range(count)]


@pytest.mark.parametrize(("policy", "at_start", "later"), [(DATASET, 1, 2), (ENDPOINT, 3, 3)])
def test_workers_over_a_dataset_are_hired_when_a_query_waits_and_over_an_endpoint_at_once(
    policy: Policy, at_start: int, later: int
) -> None:
    async def check() -> None:
        lane, orders = open_lane(policy)
        assert len(orders.spawned) == at_start
        for job in jobs(policy.ahead * at_start + 1):
            lane.enter(job)
        assert (len(lane.queue), len(orders.spawned)) == (1, later)

    asyncio.run(check())


@pytest.mark.parametrize(("policy", "given"), [(DATASET, 8), (ENDPOINT, 1)])
def test_a_worker_that_has_replied_is_given_as_many_jobs_as_do_not_wait_behind_one_another(
    policy: Policy, given: int
) -> None:
    async def check() -> None:
        lane, _ = open_lane(policy)
        worker = lane.idle.pop()
        lane.idle.clear()
        for job in jobs(20):
            lane.queue.add(job)
        lane.resume(worker)
        assert len(worker.jobs) == given

    asyncio.run(check())


@pytest.mark.parametrize(
    ("policy", "used_s", "is_slow"),
    [(replace(DATASET, patience_s=600), 0.0, False), (DATASET, 1.0, True), (ENDPOINT, 0.0, True)],
)
def test_a_query_that_had_no_processor_is_slow_only_where_it_waits_for_an_endpoint(
    policy: Policy, used_s: float, is_slow: bool
) -> None:
    async def check() -> None:
        slow: list[WorkerHandle] = []
        lane, orders = open_lane(policy, slow.append)
        for worker in orders.spawned:
            worker.used = used_s
        lane.enter(*jobs(1))
        await asyncio.sleep(LANES.quick_query_s * 3)
        assert bool(slow) is is_slow

    asyncio.run(check())


def test_the_place_of_a_slow_one_is_filled_only_if_a_query_waits_for_it() -> None:
    async def check() -> None:
        lane, orders = open_lane(replace(DATASET, least=2, patience_s=0.01))
        lane.give_up(lane.idle.pop())
        await asyncio.sleep(0.05)
        assert len(orders.spawned) == 2
        for job in jobs(DATASET.ahead + 1):
            lane.enter(job)
        await asyncio.sleep(0.05)
        assert len(orders.spawned) == 4
        lane, orders = open_lane(DATASET)
        lane.give_up(lane.idle.pop())
        assert len(orders.spawned) > 1, "none is left"

    asyncio.run(check())


def test_a_query_over_the_version_before_has_its_limits_and_those_behind_it_go_to_the_version_in_force() -> None:
    async def check() -> None:
        slow: list[WorkerHandle] = []
        lane, orders = open_lane(DATASET, slow.append)
        (old,) = orders.spawned
        old.is_ready, old.folder, old.used = True, "before", 1.0
        first, second = jobs(2)
        lane.enter(first)
        lane.enter(second)
        assert [*old.jobs] == [first, second]
        lane.retire("in-force")
        assert (lane.workers & {old}, [*old.jobs], len(lane.queue)) == (set(), [first, None], 1)
        await asyncio.sleep(LANES.quick_query_s * 3)
        assert slow[:1] == [old]
        lane.remove(old)
        assert not lane.leaving

    asyncio.run(check())


def test_idle_workers_are_lent_to_slow_queries_of_an_endpoint_alone() -> None:
    async def check() -> None:
        assert open_lane(DATASET)[0].lend() is None
        lane, orders = open_lane(ENDPOINT)
        lent = lane.lend()
        assert lent is not None
        assert lent not in lane.workers
        assert len(orders.spawned) == LANES.workers + 1, "another takes its place"

    asyncio.run(check())


def test_a_worker_that_comes_back_takes_the_place_of_one_that_has_done_less() -> None:
    async def check() -> None:
        lane, orders = open_lane(DATASET)
        (idle,) = orders.spawned
        back = orders.spawn()
        back.number = -1
        lane.regain(back)
        assert lane.workers == {back}
        assert idle not in lane.idle

    asyncio.run(check())
