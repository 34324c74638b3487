"""What is known of an endpoint's graphs: listed by one process, and known to all that were forked."""

from __future__ import annotations

import os
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier, Event

import pytest

from ukfr_graph.errors import EngineError
from ukfr_graph.store import listing
from ukfr_graph.store.listing import Listing, SharedListing

FORK = get_context("fork")


def make(name: str, age_s: float = 0) -> Listing:
    return Listing([name], {"a": ""}, [], ["urn:p"], [], True, time.monotonic() - age_s)


def refuse() -> Listing:
    raise EngineError("The endpoint is gone.")


def wait_for(shared: SharedListing, name: str) -> None:
    deadline = time.monotonic() + 20
    while shared.find(refuse).names != [name]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _list_slowly(shared: SharedListing, start: Barrier, calls: int) -> None:
    def count() -> Listing:
        os.write(calls, b".")
        time.sleep(0.2)
        return make("urn:g")

    start.wait(20)
    os._exit(shared.find(count).names != ["urn:g"])


def test_of_processes_that_know_nothing_one_lists_and_the_others_wait() -> None:
    shared, start = SharedListing(), FORK.Barrier(3)
    read, calls = os.pipe()
    started = [FORK.Process(target=_list_slowly, args=(shared, start, calls)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(30)
    assert [process.exitcode for process in started] == [0, 0, 0]
    assert os.read(read, 10) == b"."
    assert shared.find(refuse).names == ["urn:g"]


def test_who_asks_goes_on_with_the_old_listing_while_it_is_made_anew() -> None:
    shared = SharedListing()
    old = listing._BELIEVED_S + 1
    assert shared.find(lambda: make("urn:old", old)).names == ["urn:old"]
    assert shared.find(lambda: make("urn:new")).names == ["urn:old"]
    wait_for(shared, "urn:new")


def _hold(shared: SharedListing, held: Event) -> None:
    with shared._lock(listing._RENEWING):
        held.set()
        time.sleep(60)


def test_a_process_that_is_killed_while_it_lists_keeps_nobody_waiting() -> None:
    shared, held = SharedListing(), FORK.Event()
    process = FORK.Process(target=_hold, args=(shared, held))
    process.start()
    assert held.wait(20)
    process.kill()
    process.join(20)
    assert shared.find(lambda: make("urn:g")).names == ["urn:g"]


def test_an_outdated_listing_is_not_believed() -> None:
    shared = SharedListing()
    shared.find(lambda: make("urn:old", listing._OUTDATED_S + 1))
    with pytest.raises(EngineError):
        shared.find(refuse)
    assert shared.find(lambda: make("urn:new")).names == ["urn:new"]


def test_where_listing_fails_the_old_one_is_kept() -> None:
    shared = SharedListing()
    shared.find(lambda: make("urn:old", listing._BELIEVED_S + 1))
    for _ in range(3):
        assert shared.find(refuse).names == ["urn:old"]


def test_a_listing_of_which_only_a_part_was_written_is_none() -> None:
    shared = SharedListing()
    shared.find(lambda: make("urn:old", listing._OUTDATED_S + 1))
    os.ftruncate(shared._file.fileno(), 10)
    assert shared.find(lambda: make("urn:new")).names == ["urn:new"]
