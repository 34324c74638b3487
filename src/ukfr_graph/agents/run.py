"""Running the Model Context Protocol server over stdin and stdout, until stdin is closed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import MCPError, types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from ukfr_graph import __version__, iris
from ukfr_graph.agents.answering import answer_tool
from ukfr_graph.agents.coding import NAMES, answer_coding_tool, list_coding_tools
from ukfr_graph.agents.tools import list_tools
from ukfr_graph.errors import UkfrError
from ukfr_graph.resources import ontology_folder
from ukfr_graph.service.service import Service
from ukfr_graph.service.start import make_service
from ukfr_graph.settings import Settings

_INSTRUCTIONS = (
    "Every fact leads to the exact words of a source. Answers have 'evidence': quote its words, and cite by IRI, page "
    "and the dataset's 'version'. A role whose basis is inferred, testability and novelty are readings by coders "
    "(language models, not yet reviewed by a scholar), and no words of the source. What is not in the graph is not "
    "known here: say so instead of guessing."
)
_TURTLE = "text/turtle"


async def serve_agents(settings: Settings, workspace: Path | None = None) -> None:
    """Serve agents until stdin is closed; ``workspace`` is the folder that they may propose a coding for.

    Raises:
        DatasetError: the dataset is missing or damaged.
    """
    # The pool comes second: by then stdout is the protocol's alone, and no worker's.
    async with stdio_server() as (incoming, outgoing), _open_service(settings) as service:
        server = make_server(service, workspace)
        await server.run(incoming, outgoing, server.create_initialization_options())


def make_server(service: Service, workspace: Path | None = None) -> Server[Any]:
    """Make the protocol's server over a service whose pool has started, and over a workspace that may be coded."""

    async def give_tools(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        has_index = not service.is_remote
        own = list_coding_tools() if workspace else []
        with service.using_names():
            tools = list_tools(service.questions().values(), service.profile.languages, has_index=has_index)
        return types.ListToolsResult(tools=own + tools)

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            with service.using_names():
                if workspace and params.name in NAMES:
                    answer = await asyncio.to_thread(answer_coding_tool, workspace, params.name, params.arguments or {})
                else:
                    answer = await answer_tool(service, params.name, params.arguments or {})
        except UkfrError as error:
            return _write_result({"error": error.title, "status": error.status, "detail": str(error)}, is_error=True)
        return _write_result(answer, is_error=False)

    async def give_resources(_: Any, __: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[_describe_resource(iri, text) for iri, text in _read_terms()])

    async def read_resource(_: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        for iri, text in _read_terms():
            if iri == str(params.uri):
                content = types.TextResourceContents(uri=iri, mime_type=_TURTLE, text=text)
                return types.ReadResourceResult(contents=[content])
        raise MCPError(types.INVALID_PARAMS, f"There is no resource {params.uri}.")

    return Server(
        "ukfr-graph",
        version=__version__,
        title=service.profile.say(service.profile.title, "en"),
        instructions=f"{service.profile.say(service.profile.description, 'en')} {_INSTRUCTIONS}",
        on_list_tools=give_tools,
        on_call_tool=call_tool,
        on_list_resources=give_resources,
        on_read_resource=read_resource,
    )


@asynccontextmanager
async def _open_service(settings: Settings) -> AsyncIterator[Service]:
    service = make_service(settings)
    try:
        await service.pool.start()
        follower = asyncio.create_task(service.follow_versions())
        yield service
        follower.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await follower
    finally:
        service.pool.stop()


def _write_result(answer: dict[str, Any], *, is_error: bool) -> types.CallToolResult:
    """Return an answer as structured content, and as the same JSON for clients that read text."""
    text = types.TextContent(type="text", text=json.dumps(answer, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=answer, is_error=is_error)


def _read_terms() -> list[tuple[str, str]]:
    """Read the ontology and the vocabularies: IRI and Turtle of each."""
    folder = ontology_folder()
    files = [(iris.ONTOLOGY, folder / "ukfr.ttl")]
    files += [(iris.VOCABULARY + path.stem, path) for path in sorted((folder / "vocab").glob("*.ttl"))]
    return [(iri, path.read_text("utf-8")) for iri, path in files]


def _describe_resource(iri: str, text: str) -> types.Resource:
    name = iris.local_name(iri)
    return types.Resource(uri=iri, name=name, title=f"Terms: {name}", mime_type=_TURTLE, size=len(text.encode()))
