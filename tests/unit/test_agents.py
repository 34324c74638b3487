"""The Model Context Protocol server, as a client of the official SDK uses it: a process, and its streams."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from jsonschema import Draft202012Validator
from mcp import Client, MCPError

from support.agents import open_agent
from ukfr_graph import iris
from ukfr_graph.agents.tools import list_tools
from ukfr_graph.query import read_queries
from ukfr_graph.store import install_plain

Agent = Callable[[str, dict[str, Any]], dict[str, Any]]
"""How a client calls a tool, and what it is given."""

ID = "https://w3id.org/ukfr/id/"


def run(dataset: Path, work: Callable[[Client], Awaitable[Any]], **settings: str) -> Any:
    """Start the server, do something with a client, and end it."""

    async def connect() -> Any:
        async with open_agent("--out", str(dataset), **settings) as client:
            return await work(client)

    return asyncio.run(asyncio.wait_for(connect(), 120))


async def call(client: Client, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
    return {**(result.structured_content or {}), "is_error": result.is_error}


def ask(dataset: Path, tool: str, arguments: dict[str, Any], **settings: str) -> dict[str, Any]:
    async def work(client: Client) -> dict[str, Any]:
        return await call(client, tool, arguments)

    return dict(run(dataset, work, **settings))


@pytest.fixture(scope="module")
def agent(dataset: Path) -> Iterator[Agent]:
    """A client that stays with one server, and how it calls a tool."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(open_agent("--out", str(dataset))) as client,
    ):
        yield lambda tool, arguments: portal.call(call, client, tool, arguments)


def test_every_saved_question_is_a_tool_with_typed_parameters(dataset: Path) -> None:
    async def work(client: Client) -> Any:
        assert client.instructions
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in run(dataset, work)}
    assert set(tools) == {"search", "describe", "sparql", *(n for n, q in read_queries().items() if not q.services)}
    for tool in tools.values():
        Draft202012Validator.check_schema(tool.input_schema)
        assert tool.annotations.read_only_hint
    holders = tools["office-holders"]
    assert holders.input_schema["properties"]["day"]["format"] == "date"
    assert "Qui exerçait quelle fonction" in holders.description
    kinds = tools["clauses-of-kind"].input_schema["properties"]["kind"]
    assert "ukfr:Call" in kinds["enum"]
    assert kinds["default"] == "ukfr:Call"


async def list_names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


def test_a_plain_dataset_has_tools_for_itself_and_the_questions_of_its_operator(tmp_path: Path) -> None:
    install_plain(tmp_path / "own")
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries/how-many.rq").write_text("#+ summary: How many?\nSELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert run(tmp_path / "own", list_names) == {"search", "describe", "sparql"}
    queries = str(tmp_path / "queries")
    assert run(tmp_path / "own", list_names, queries=queries) == {"search", "describe", "sparql", "how-many"}
    assert ask(tmp_path / "own", "how-many", {}, queries=queries)["rows"] == [{"n": 0}]
    assert ask(tmp_path / "own", "search", {"text": "anything"})["total"] == 0


def test_where_there_are_no_files_there_is_no_search_by_words(server: str) -> None:
    async def connect() -> set[str]:
        async with open_agent("--endpoint", server + "/sparql") as client:
            return await list_names(client)

    names = asyncio.run(asyncio.wait_for(connect(), 120))
    assert {"describe", "sparql", "office-holders"} <= names
    assert "search" not in names


def test_an_answer_carries_the_words_that_it_rests_on(agent: Agent) -> None:
    answer = agent("clauses-on-ended-acts", {"day": "2021-01-01"})
    assert not answer["is_error"]
    assert answer["total"] == len(answer["rows"]) == 2
    assert answer["version"]
    quotes = {quote["iri"]: quote for quote in answer["evidence"]}
    pnr = quotes[ID + "clause/uk-fr-2016-08-30/pnr-implementation"]
    assert pnr["words"].startswith("we call for all member states")
    assert (pnr["start"], pnr["end"]) == (2203, 2299)
    assert pnr["page"].startswith("https://www.gov.uk/")


def test_what_has_no_words_of_its_own_rests_on_the_clauses_that_name_it(agent: Agent) -> None:
    described = agent("describe", {"iri": "id:instrument/dublin-iii"})
    found = agent("search", {"text": "unaccompanied children", "limit": 3})
    select = agent("sparql", {"query": "SELECT ?i (28 AS ?n) { ?i a ukfr:Instrument }"})
    assert any("Dublin III" in quote["words"] for quote in described["evidence"])
    assert {"about", "value"} <= set(described["facts"][0])
    assert any(r["from"].endswith("children-to-uk") for r in described["references"])
    assert any("unaccompanied asylum seeking children" in quote["words"] for quote in found["evidence"])
    assert len(found["hits"]) <= 3
    assert all(hit["iri"] for hit in found["hits"])
    assert select["rows"][0]["n"] == 28
    assert select["evidence"]


def test_asks_and_constructs_are_answered(agent: Agent) -> None:
    assert agent("pledges-with-deadline", {})["rows"][0]["answer"] == "no"
    assert agent("sparql", {"query": "ASK { ?c a ukfr:Pledge }"})["answer"] is True
    turtle = agent("sparql", {"query": "DESCRIBE <https://w3id.org/ukfr/id/office/home-secretary>"})["turtle"]
    assert "Home Secretary" in turtle


def test_a_long_answer_is_cut_and_says_so(agent: Agent) -> None:
    answer = agent("sparql", {"query": "SELECT ?s ?o { ?s a ?o }"})
    assert answer["cut"]
    assert len(answer["rows"]) == 200 < answer["total"]
    assert len(answer["evidence"]) <= 60


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}, "SERVICE"),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "line 1"),
        ("sparql", {"query": "SELECT * " + "{" * 500 + "}" * 500}, "nested"),
        ("sparql", {}, "must be given"),
        ("sparql", {"query": 1}, "type str"),
        ("office-holders", {"day": "yesterday"}, "date"),
        ("office-holders", {"day": True}, "text or a number"),
        ("office-holders", {"night": "2016-08-30"}, "no parameter night"),
        ("search", {"text": "x", "limit": 1000}, "from 1 to"),
        ("describe", {"iri": "javascript:alert(1)"}, "IRI"),
        ("describe", {"iri": "https://example.org/nothing"}, "Nothing is said here of"),
        ("describe", {"iri": "id:place/calai"}, "Did you mean 'id:place/calais'"),
        ("clauses-on-topic", {"topic": "vocab:topic/asilum"}, "Did you mean 'vocab:topic/asylum'"),
        ("no-such-tool", {}, "no saved query"),
    ],
)
def test_what_is_not_acceptable_is_an_error_that_says_why(
    agent: Agent, tool: str, arguments: dict[str, Any], message: str
) -> None:
    answer = agent(tool, arguments)
    assert answer["is_error"]
    assert message in answer["detail"]


def test_a_runaway_is_ended_and_the_next_question_is_answered(dataset: Path) -> None:
    async def work(client: Client) -> Any:
        bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        runaway = asyncio.create_task(client.call_tool("sparql", {"query": bomb}))
        await asyncio.sleep(0.3)
        quick = await client.call_tool("pledges-with-deadline", {})  # while the other one runs
        assert not runaway.done()
        return await runaway, quick

    runaway, quick = run(dataset, work, query_timeout_s="2")
    assert runaway.is_error
    assert "UKFR_QUERY_TIMEOUT_S" in runaway.structured_content["detail"]
    assert [row["answer"] for row in quick.structured_content["rows"]] == ["no"]


def test_memory_is_limited_too(dataset: Path) -> None:
    query = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c"
    answer = ask(dataset, "sparql", {"query": query}, query_memory_bytes="100000000")
    assert answer["is_error"]
    assert answer["status"] == 503


def test_the_terms_are_resources(dataset: Path) -> None:
    async def work(client: Client) -> Any:
        resources = (await client.list_resources()).resources
        content = (await client.read_resource("https://w3id.org/ukfr/ontology")).contents[0]
        with pytest.raises(MCPError, match="no resource"):
            await client.read_resource("file:///etc/passwd")
        return {r.uri for r in resources}, content.text  # type: ignore[union-attr]

    uris, text = run(dataset, work)
    assert {"https://w3id.org/ukfr/ontology", "https://w3id.org/ukfr/vocab/topic"} <= {str(u) for u in uris}
    assert "ukfr:Pledge" in text


def test_a_missing_extra_is_named(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'mcp' else find(name, package)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "ukfr_graph.cli", "mcp", "--out", str(dataset)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'ukfr-graph[mcp]'" in done.stderr
    assert done.stdout == ""


def test_agents_are_told_every_prefix_that_needs_no_declaration() -> None:
    (tool,) = [tool for tool in list_tools((), (), has_index=True) if tool.name == "sparql"]
    assert tool.description
    assert set(iris.PREFIXES) <= set(re.findall(r"\w+", tool.description))
