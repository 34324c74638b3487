"""What a query has used of the processor, and what becomes of a slow one where the slow lane is full."""

import asyncio
import os
from pathlib import Path

import pytest

from ukfr_graph.errors import BusyError
from ukfr_graph.limits import Limits
from ukfr_graph.workers.handle import Job, WorkerHandle
from ukfr_graph.workers.lanes import Lanes, Queue, Tally
from ukfr_graph.workers.pool import Pool
from ukfr_graph.workers.wire import pack
from ukfr_graph.workers.worker import DataSource

LANES = Lanes(quick_query_s=0.01, slow_queries=0)


@pytest.mark.parametrize(
    ("used_s", "waited_s", "stays"),
    [(0.02, 0.02, True), (0.09, 0.9, True), (0.2, 0.2, False), (0.0, 2.0, False)],  # the last waits for another host
)
def test_where_the_slow_lane_is_full_a_query_begins_anew_only_once_it_is_certainly_slow(
    used_s: float, waited_s: float, stays: bool
) -> None:
    async def check() -> None:
        pool = Pool(DataSource(root="nowhere"), Limits(), LANES)
        worker = WorkerHandle(1, lambda _: None, lambda _: None)
        worker.used_s = lambda: used_s  # type: ignore[method-assign]
        job = Job({"task": "query", "query": "ASK {}"})
        worker.jobs.append(job)
        worker.since = asyncio.get_running_loop().time() - waited_s
        pool._quick_lane.workers.add(worker)
        pool._demote(worker)
        assert (worker in pool._quick_lane.workers, len(pool._slow_lane.queue)) == (stays, 0 if stays else 1)

    asyncio.run(check())


def test_who_waits_again_has_no_new_time_and_nobody_outlives_his_behind_another() -> None:
    async def check() -> None:
        queue = Queue(LANES, Tally())
        first, second = Job({"task": "query"}), Job({"task": "query"})
        queue.add(first)
        assert queue.take() is first
        first.waits_until -= LANES.query_timeout_s + 1
        queue.add(second)
        queue.add_first(first)
        queue.sweep()
        assert (first.future.done(), second.future.done(), len(queue)) == (True, False, 1)
        second.waits_until = first.waits_until
        queue.add_first(third := Job({"task": "query"}))
        queue.sweep()
        assert (second.future.done(), third.future.done(), len(queue)) == (True, False, 1)
        with pytest.raises(BusyError):
            first.future.result()

    asyncio.run(check())


def test_neither_opening_the_dataset_nor_the_job_before_counts_as_what_a_job_has_used() -> None:
    async def check() -> None:
        worker = WorkerHandle(1, lambda _: None, lambda _: None)
        worker.pid = os.getpid()
        total_s = int(Path("/proc/self/schedstat").read_text().split()[0]) / 1e9
        worker.data_received(pack({"ready": "1", "folder": "x", "cpu": total_s - 50}, b""))
        assert worker.used_s() == pytest.approx(50, abs=5)
        worker.jobs.append(Job({"task": "search"}))
        worker.data_received(pack({"status": 200, "cpu": total_s - 20}, b""))
        assert worker.used_s() == pytest.approx(20, abs=5)

    asyncio.run(check())
