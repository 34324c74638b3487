"""Checks of a workspace for the pages that wait for them: one at a time, shared by all who ask meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ukfr_graph.build.findings import Checked
from ukfr_graph.coding.checking import BackgroundCheck
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.errors import BusyError

_TRIES = 3  # while others go on changing the files


class Checks:
    """The check of the workspace in a folder, and what it found last."""

    def __init__(self, root: Path) -> None:
        self._check = BackgroundCheck(root)
        self._running: asyncio.Task[None] | None = None
        self._latest: tuple[CodingFiles, str, Checked] | None = None

    async def check(self, files: CodingFiles, seen: str) -> Checked:
        """Check the workspace as it is when the files of a coding are in a state, or in a later one.

        Who leaves in the meantime ends no check: the next one who asks may need it.

        Raises:
            BusyError: the check is not finished in time, or the files change all the time.
            SettingsError: the workspace cannot be read at all.
        """
        for _ in range(_TRIES):
            if self._latest and self._latest[:2] == (files, seen):
                return self._latest[2]
            if self._running is None or self._running.done():
                self._running = asyncio.create_task(self._run(files))
            await asyncio.shield(self._running)
            seen = (await asyncio.to_thread(files.read)).seen
        if self._latest and self._latest[0] is files:
            return self._latest[2]
        raise BusyError("The check was not finished; ask again.")

    async def _run(self, files: CodingFiles) -> None:
        seen = (await asyncio.to_thread(files.read)).seen
        self._latest = files, seen, await asyncio.to_thread(self._check.check)
