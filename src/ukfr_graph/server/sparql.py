"""The query operation of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/#query-operation)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ukfr_graph.errors import QueryError, UkfrError, UnsupportedMediaTypeError
from ukfr_graph.query import Answer, Executor, negotiate
from ukfr_graph.settings import read_settings

router = APIRouter()
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
_Pairs = Sequence[tuple[str, str]]


class _TooLargeError(UkfrError):
    status = 413
    title = "The request is too large"


@router.get("/sparql", summary="Ask a SPARQL 1.1 query (in the query string)")
async def query_by_get(request: Request) -> Response:
    """Section 2.1.1, query via GET."""
    return await _answer(request, request.query_params.multi_items())


@router.post("/sparql", summary="Ask a SPARQL 1.1 query (form or application/sparql-query)")
async def query_by_post(request: Request) -> Response:
    """Sections 2.1.2 and 2.1.3, query via POST with a form, or with the query itself as the body."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (FORM, QUERY):
        raise UnsupportedMediaTypeError(f"The body is {media_type or 'of no type'}; send {FORM} or {QUERY}.")
    text = await _read_body(request)
    if media_type == QUERY:
        return await _answer(request, [("query", text), *request.query_params.multi_items()])
    return await _answer(request, parse_qsl(text, keep_blank_values=True, max_num_fields=1000))


async def _read_body(request: Request) -> str:
    limit = read_settings().max_request_bytes
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _TooLargeError(f"The body is larger than {limit} bytes (UKFR_MAX_REQUEST_BYTES).")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError(f"The body is not UTF-8 (byte {error.start}).") from None


async def _answer(request: Request, pairs: _Pairs) -> Response:
    queries = [value for key, value in pairs if key == "query"]
    if len(queries) != 1:
        raise QueryError(f"Exactly one 'query' is needed; {len(queries)} were given. Add ?query=… to the address.")
    default_graphs = [value for key, value in pairs if key == "default-graph-uri"]
    named_graphs = [value for key, value in pairs if key == "named-graph-uri"]
    executor: Executor = request.app.state.executor

    def run() -> Response:
        return respond(executor.run(queries[0], None, default_graphs, named_graphs), request.headers.get("accept"))

    return await run_in_threadpool(run)


def respond(answer: Answer, accept: str | None) -> Response:
    """Give an answer in the format that the client likes best; it is whole before the status is sent."""
    form = negotiate(accept, answer.kind)
    charset = "; charset=utf-8" if form.media_type.startswith("text/") else ""
    return Response(answer.serialize(form), headers={"Content-Type": form.media_type + charset, "Vary": "Accept"})
