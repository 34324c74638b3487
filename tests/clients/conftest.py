"""Clients that others wrote, against a running server; ``make clients`` writes the list into docs/conformance.md."""

from __future__ import annotations

import os
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest

from clients.programs import ROOT, Client

PAGE = ROOT / "docs/conformance.md"
START, END = "<!-- clients: written by make clients -->\n", "<!-- end of clients -->"
RESULTS: dict[Client, str] = {}


def find_client(item: pytest.Item) -> Client | None:
    mark = item.get_closest_marker("client")
    return mark.args[0] if mark else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if find_client(item):
            item.add_marker(pytest.mark.programs)


def pytest_runtest_setup(item: pytest.Item) -> None:
    found = find_client(item)
    if found and found.find_version() is None:
        message = f"{found.name} is not installed: make clients"
        if os.environ.get("CLIENTS"):
            pytest.fail(message)
        pytest.skip(message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    found = find_client(item)
    if found and (report.when == "call" or report.failed):
        told = ", ".join(f"{value} {name}" for name, value in item.user_properties)
        RESULTS[found] = "failed" if report.failed else told or "works"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CLIENTS") and not session.config.option.keyword and RESULTS:
        text = PAGE.read_text("utf-8")
        before, _, rest = text.partition(START)
        PAGE.write_text(f"{before}{START}{write_table()}{END}{rest.partition(END)[2]}", "utf-8")


def write_table() -> str:
    """Write what each client did, with its version and the day."""
    rows = [
        f"| {c.name} | {c.find_version()} | {c.kind} | {c.deed} | {result} |"
        for c, result in sorted(RESULTS.items(), key=lambda item: (item[0].kind.lower(), item[0].name.lower()))
    ]
    head = ["| client | version | kind | what is done with it | result |", "|---|---|---|---|---|"]
    return "\n".join([f"On {datetime.now(UTC).date()}:\n", *head, *rows, ""])
