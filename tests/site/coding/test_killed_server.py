"""A server that is killed at any moment of an act loses no act that it has acknowledged, and leaves none half done."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from support.coding import MEET, NAME, PIER, make_root, read, record
from support.servers import Server, list_descendants, start_server, wait_until_gone
from ukfr_graph.coding.act_journal import ActJournal
from ukfr_graph.coding.coding_files import CodingFiles

PAGE = f"/code/{NAME}"


@contextmanager
def open_bench(root: Path, own: Path) -> Iterator[tuple[Server, httpx.Client]]:
    """Start a server that has its pages ready, and no session."""
    with ExitStack() as stack:
        server = stack.enter_context(start_server("--empty", "--store", str(own), settings={"edit": str(root)}))
        headers = {"Origin": server.url, "Accept": "text/html"}
        client = stack.enter_context(httpx.Client(base_url=server.url, headers=headers, timeout=60))
        client.get("/code/none")
        yield server, client


def work(client: httpx.Client, number: int, done: list[tuple[str, int]]) -> None:
    """Set a label, accept and undo, until the server is gone; note each act that was acknowledged."""
    with suppress(httpx.HTTPError):
        client.post(PAGE + "/sign-in", data={"coder": "coder/isles-desk"})
        while True:
            number += 1
            for act, form in (
                ("set", {"record": PIER, "key": "label", "text-en": f"n{number}"}),
                ("accept", {"record": MEET}),
                ("undo", {}),
            ):
                (seen,) = set(re.findall(r'name="seen" value="(\w+)"', client.get(PAGE).text))
                if client.post(PAGE + "/act", data={"act": act, "seen": seen, **form}).status_code == 303:
                    done.append((act, number))


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.exhaustive)])
def test_a_server_that_is_killed_again_and_again_loses_no_acknowledged_act(tmp_path: Path, kills: int) -> None:
    root, pick, reached = make_root(tmp_path / "isles"), random.Random(11), 0
    before = 0
    with ThreadPoolExecutor(1) as starter, ExitStack() as stack:

        def start(number: int) -> tuple[Server, httpx.Client]:
            return stack.enter_context(open_bench(root, tmp_path / f"own{number}"))

        ready = starter.submit(start, 0)
        for kill in range(kills):
            server, client = ready.result()
            ready = starter.submit(start, kill + 1) if kill + 1 < kills else ready
            done: list[tuple[str, int]] = []
            worker = threading.Thread(target=work, args=(client, reached, done))
            worker.start()
            wanted = pick.randint(1, 5)
            while len(done) < wanted and worker.is_alive():
                time.sleep(0.002)
            time.sleep(pick.random() * 0.1)
            own = [server.process.pid, *list_descendants(server.process.pid)]
            for process in own:  # an act is done in one of those that make pages
                os.kill(process, signal.SIGKILL)
            worker.join()
            server.process.wait(20)
            wait_until_gone(own)
            files = CodingFiles(root, NAME)
            state = files.read()
            written = len(ActJournal(root / f"proposals/{NAME}.acts.jsonl").read()[0])
            assert written - before in (len(done), len(done) + 1)  # the last one may not have been told
            act, number = done[-1]
            label = int(str(record(root, PIER)["label"]["en"]).removeprefix("n"))
            assert label in ((number, number + 1) if act == "undo" else (number,))
            is_taken, is_left = f"id: {MEET}" in read(root), state.files.proposals is not None
            assert is_taken != is_left
            assert not (act == "undo" and is_taken)
            reached, before = label, written
            if is_taken:
                files.perform("undo", state.seen, coder="coder/isles-desk")
                before += 1
    assert not list(root.rglob("*.part"))


def test_what_does_not_conform_can_be_mended_in_the_workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = make_root(tmp_path / "isles")
    statement = root / "statements" / f"{NAME}.yaml"
    statement.write_text(statement.read_text("utf-8").replace("type: Pledge", "type: Plege", 1), "utf-8")
    data = ("--data", str(root), "--store", str(tmp_path / "own"))
    with start_server(*data, settings={"edit": str(root)}) as server:
        assert "unknown-term" in server.log.read_text("utf-8")
        page = httpx.get(server.url + PAGE, timeout=60)
        assert (page.status_code, "The id of your record" in page.text) == (200, True)
    with pytest.raises(RuntimeError, match="ended with 1"), start_server(*data):
        pass
