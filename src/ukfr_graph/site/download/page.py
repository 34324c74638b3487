"""Downloads: the list of the files, their checksums, and the files themselves, streamed from the disk."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse

from ukfr_graph.errors import NotFoundError
from ukfr_graph.errors import mark as _
from ukfr_graph.query.formats import prefers_html, write_content_type
from ukfr_graph.service.service import Service, need_folder
from ukfr_graph.site.negotiation import CITATION_PARAMETER
from ukfr_graph.site.openapi import problems
from ukfr_graph.site.rendering import render

PATH = "/export"
_BLOCK_BYTES = 1 << 20
router = APIRouter(prefix=PATH)
_PROBLEMS = problems(401, 403, 404, 500, 501, 503, 504)
_FILES: dict[str, Any] = {
    name: {}
    for name in (
        "application/gzip", "application/zip", "text/turtle", "application/n-quads", "application/trig",
        "application/ld+json",
    )
}  # fmt: skip
SHOWN_FILES = 200
"""Most files that a page lists; the JSON has them all."""
_LISTED = {
    "type": "object",
    "properties": {
        "version": {"type": "string"},
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": "Address under /export"},
                    "media_type": {"type": "string", "description": "Media type of the content, unpacked"},
                    "packing": {"type": "string", "description": "Media type of the file"},
                    "graph": {"type": ["string", "null"], "description": "The one graph in it; null: all"},
                    "bytes": {"type": ["integer", "null"], "description": "null: not made yet"},
                    "sha256": {"type": ["string", "null"], "description": "null: not made yet"},
                },
            },
        },
    },
}


async def find_exports(service: Service) -> dict[str, dict[str, Any]]:
    """Find the files of the version in force by their paths under /export.

    None is made for it: ``file``, ``bytes`` and ``sha256`` are known of those that were made before.

    Raises:
        UnsupportedError: the dataset is an endpoint elsewhere.
        UkfrError: see ``Pool.ask``.
    """
    need_folder(service, _("A download"))
    return dict((await service.ask({"task": "exports"}, "exports")).head["files"])


async def _make(service: Service, path: str) -> dict[str, Any]:
    return dict((await service.pool.make({"task": "export", "path": path})).head)


@router.get(
    "",
    summary="What can be downloaded, with sizes and checksums",
    response_model=None,
    responses={
        200: {"description": "The files", "content": {"application/json": {"schema": _LISTED}, "text/html": {}}},
        **_PROBLEMS,
    },
)
async def list_files(request: Request) -> Response:
    """List the files of the version in force; a file is made, and its size known, when it is first downloaded."""
    service: Service = request.app.state.service
    files = [
        {name: facts.get(name) for name in ("path", "media_type", "packing", "form", "graph", "bytes", "sha256")}
        for facts in (await find_exports(service)).values()
    ]
    if CITATION_PARAMETER in request.query_params or prefers_html(request.headers.get("accept")):
        return render(request, "download/export.html", files=files[:SHOWN_FILES], total=len(files))
    return JSONResponse({"version": service.pool.version, "files": files}, headers={"Vary": "Accept"})


@router.get(
    "/SHA256SUMS",
    summary="Checksums of the files that are made, as sha256sum -c reads them",
    response_class=PlainTextResponse,
    responses=_PROBLEMS,
)
async def list_checksums(request: Request) -> PlainTextResponse:
    """Return a line for each file that is made, by its path under /export; of the others, say that they are not yet."""
    files = (await find_exports(request.app.state.service)).values()
    made = [f"{facts['sha256']}  {facts['path']}\n" for facts in files if "sha256" in facts]
    others = len(files) - len(made)
    note = f"# {others} more are listed at /export; each is made when it is first downloaded.\n" if others else ""
    return PlainTextResponse("".join([*made, note]))


@router.get(
    "/{kind}/{name:path}",
    summary="Download a file",
    response_class=FileResponse,
    responses={
        200: {"description": "The file", "content": _FILES},
        206: {"description": "A part of it (Range)"},
        416: {"description": "The Range is not in it"},
        **_PROBLEMS,
    },
)
async def give_file(
    kind: Annotated[str, Path(examples=["rdf"])],
    name: Annotated[str, Path(examples=["dataset.nq.gz"])],
    request: Request,
) -> Response:
    """Stream a file, with its digest (RFC 9530, section 3)."""
    service: Service = request.app.state.service
    path = f"{kind}/{name}"
    files = await find_exports(service)
    is_plain = path not in files and f"{path}.gz" in files
    if is_plain:  # the address that other engines LOAD: the content itself, packed on the way alone
        path += ".gz"
    if path not in files:
        raise NotFoundError("There is no file %(path)s to download; /export lists them.", path=repr(path))
    facts = files[path] if "file" in files[path] else await _make(service, path)
    digest = bytes.fromhex(facts["sha256"])
    headers = {
        "Repr-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
        "ETag": f'"{facts["sha256"][:24]}"',
        "Content-Disposition": f'attachment; filename="{facts["path"].rpartition("/")[2]}"',
        "Access-Control-Expose-Headers": "ETag, Repr-Digest, UKFR-Version",
    }
    if not is_plain:
        return FileResponse(facts["file"], media_type=facts["packing"], headers=headers)
    media_type = write_content_type(facts["media_type"])
    del headers["Content-Disposition"]
    headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        return FileResponse(facts["file"], media_type=media_type, headers=headers | {"Content-Encoding": "gzip"})
    del headers["Repr-Digest"], headers["ETag"]  # of the packed form
    return StreamingResponse(_unpack(facts["file"]), media_type=media_type, headers=headers)


def _unpack(file: str) -> Iterator[bytes]:
    """Yield the content of a packed file in blocks."""
    with gzip.open(file) as content:
        while block := content.read(_BLOCK_BYTES):
            yield block
