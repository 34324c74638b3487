"""Coding by the Model Context Protocol, as a client of the official SDK does it: only where its user lets it."""

import asyncio
from pathlib import Path
from typing import Any

from support.agents import open_agent
from support.commands import run_command
from support.drafting import copy_workspace
from ukfr_graph.store import install_plain

TOOLS = {"next_gap", "propose_clause", "propose_entity", "check"}


def run(dataset: Path, *arguments: str, calls: list[tuple[str, dict[str, Any]]]) -> tuple[set[str], list[Any]]:
    """Return the names of the tools, and what each call gives."""

    async def connect() -> tuple[set[str], list[Any]]:
        async with open_agent("--out", str(dataset), *arguments) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            return names, [await client.call_tool(name, given) for name, given in calls]

    return asyncio.run(asyncio.wait_for(connect(), 120))


def test_agents_propose_only_where_they_are_let(tmp_path: Path) -> None:
    install_plain(tmp_path / "out")
    root = copy_workspace(tmp_path, "We will open a port. We will open a school.")
    proposal = {"statement": "made-up", "kind": "Pledge", "exact": "We will open a port"}
    names, (refused,) = run(tmp_path / "out", calls=[("propose_clause", proposal)])
    assert not names & TOOLS
    assert refused.is_error
    assert not (root / "proposals").exists()
    calls = [("propose_clause", proposal), ("propose_clause", {**proposal, "exact": "will open"}),
             ("check", {"statement": "made-up"})]  # fmt: skip
    names, (done, ambiguous, state) = run(tmp_path / "out", "--edit", str(root), calls=calls)
    assert names >= TOOLS
    assert done.structured_content["proposed"]["id"] == "clause/made-up/p001"
    assert ambiguous.is_error
    assert "stands 2 times" in ambiguous.structured_content["detail"]
    assert (state.structured_content["proposals"], state.structured_content["share"]) == (1, 0.5)


def test_a_folder_without_texts_is_no_workspace(tmp_path: Path) -> None:
    done = run_command("mcp", "--edit", str(tmp_path))
    assert done.returncode == 2
    assert "no folder 'sources'" in done.stderr
