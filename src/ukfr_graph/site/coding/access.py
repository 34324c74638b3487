"""Access to coding: the session of a coder, and the files that are theirs.

Who works at the machine itself needs no token; anyone else gives a write token for all graphs. A session is a random
name in a cookie that no script and no other site's request carries (``SameSite=Strict``); every form must come from a
page of this server (``Origin``, RFC 6454, or ``Sec-Fetch-Site``).
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse

from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.coding.file_names import BEFORE, list_second_coders
from ukfr_graph.errors import ForbiddenError, NotFoundError, ParameterError
from ukfr_graph.service.gate import is_loopback
from ukfr_graph.service.service import Service
from ukfr_graph.site.coding.checks import Checks

PATH = "/code"
COOKIE = "coder"
_MOST_SESSIONS = 100
_MOST_OPEN = 8  # codings whose files are kept in memory
_CODER = re.compile(r"coder/[a-z0-9]+(?:[-.][a-z0-9]+)*")


@dataclass
class Desk:
    """The memory of the server for coding: who codes, by session, and the files, each the oldest first."""

    root: Path
    sessions: OrderedDict[str, str] = field(default_factory=OrderedDict)
    files: OrderedDict[tuple[str, str], CodingFiles] = field(default_factory=OrderedDict)

    @cached_property
    def checks(self) -> Checks:
        """The checks of the workspace."""
        return Checks(self.root)

    def open(self, statement: str, second: str = "") -> CodingFiles:
        """Open the files of a coding; those that were opened last stay in memory.

        Raises:
            ParameterError: the statement or the coder is no local id.
        """
        found = self.files.get((statement, second)) or CodingFiles(self.root, statement, second)
        self.files[statement, second] = found
        self.files.move_to_end((statement, second))
        while len(self.files) > _MOST_OPEN:
            self.files.popitem(last=False)
        return found

    def begin_session(self, coder: str) -> str:
        """Begin a session for a coder; returns its name."""
        session = secrets.token_urlsafe(32)
        self.sessions[session] = coder
        while len(self.sessions) > _MOST_SESSIONS:
            self.sessions.popitem(last=False)
        return session


def find_desk(request: Request) -> Desk:
    """Find the desk, where the server is started for coding.

    Raises:
        NotFoundError: the server is not started for coding.
        ForbiddenError: no token is needed, and the server is called by a name that anyone can point to it.
    """
    service: Service = request.app.state.service
    if service.settings.edit is None:
        raise NotFoundError("No coding is open here. The operator opens a workspace with --edit (UKFR_EDIT).")
    if not service.gate.grants and not is_local(request):
        raise ForbiddenError("Coding needs a write token where the server is not for this machine alone.")
    if not hasattr(request.app.state, "coding_desk"):
        request.app.state.coding_desk = Desk(service.settings.edit)
    desk: Desk = request.app.state.coding_desk
    return desk


def find_coder(request: Request) -> str | None:
    """Return the id of the record of who codes in this session, or None."""
    return find_desk(request).sessions.get(request.cookies.get(COOKIE, ""))


def open_files(request: Request, statement: str) -> CodingFiles:
    """Open the coding of a statement that is the coder's: their second one where they have one, else the first.

    Raises:
        ForbiddenError, NotFoundError: see ``find_desk``.
        ParameterError: the statement is no local id.
    """
    desk = find_desk(request)
    own = (find_coder(request) or "").removeprefix("coder/")
    return desk.open(statement, own if own in list_second_coders(desk.root, statement) else "")


def check_coder(coder: str, *, is_second: bool) -> None:
    """Make sure that a coder can be told by the id of a record.

    Raises:
        ParameterError: it is no such id, or stands for the first coding.
    """
    if not _CODER.fullmatch(coder):
        raise ParameterError("Write the id of your record, such as coder/ada.")
    if is_second and coder == f"coder/{BEFORE}":
        raise ParameterError("This id is kept for the first coding; write another one.")


def is_local(request: Request) -> bool:
    """Return whether the server is for who works at this machine, and is called by its own name."""
    service: Service = request.app.state.service
    settings = service.settings
    is_alone = is_loopback(settings.host) and not settings.public_url and not settings.trusted_proxies
    return not service.gate.grants and is_alone and is_loopback(request.headers.get("host", ""))


def admit(request: Request, token: str) -> None:
    """Let somebody begin a session: at this machine anyone, elsewhere with a token for all graphs.

    Raises:
        AuthorizationError, ForbiddenError: the token is missing, unknown, or not for all graphs.
    """
    service: Service = request.app.state.service
    if not is_local(request) and service.gate.admit_writer(f"Bearer {token}", None):
        raise ForbiddenError("This token is for some graphs alone; coding needs one for all.")


def keep_fresh(page: HTMLResponse) -> HTMLResponse:
    """Have nobody keep a page of a coder."""
    page.headers["Cache-Control"] = "no-store"
    return page
