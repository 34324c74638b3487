"""The scripts and styles that ``web/`` is built into, under names that change with their content."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from ukfr_graph.errors import NotFoundError
from ukfr_graph.resources import static_folder

router = APIRouter()
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".txt": "text/plain",
    ".map": "application/json",
    ".wasm": "application/wasm",
}
"""The media types of the files for browsers, by the ending of their names."""
_FOR_EVER = "public, max-age=31536000, immutable"
_REVALIDATED = "no-cache"


class Asset(NamedTuple):
    """The addresses of one entry of ``web/src``: its script, the scripts that this one imports, and their styles."""

    script: str
    imports: tuple[str, ...]
    styles: tuple[str, ...]


def find_asset(name: str) -> Asset | None:
    """Find the script built from ``web/src/<name>.ts``; none where nothing is built: pages do without."""
    return _read_manifest().get(name)


@cache
def _read_manifest() -> dict[str, Asset]:
    """Read the bundler's lists of what became of each entry (https://vite.dev/guide/backend-integration)."""
    return {
        chunk["name"]: Asset(
            _address(chunk["file"]),
            tuple(_address(needed["file"]) for needed in _follow(chunks, key)[1:]),
            tuple(dict.fromkeys(_address(s) for needed in _follow(chunks, key) for s in needed.get("css", ()))),
        )
        for path in sorted((static_folder() / ".vite").glob("*.json"))
        for chunks in [json.loads(path.read_text("utf-8"))]
        for key, chunk in chunks.items()
        if chunk.get("isEntry")
    }


def _follow(chunks: dict[str, Any], first: str) -> list[dict[str, Any]]:
    """List a chunk and those that it imports, directly or not."""
    order = [first]
    for key in order:
        order += [needed for needed in chunks[key].get("imports", ()) if needed not in order]
    return [chunks[key] for key in order]


def _address(file: str) -> str:
    return "/static/" + file


@router.get("/static/{name}", include_in_schema=False)
async def give_static(name: str) -> Response:
    """Return a file that was built; a hashed name is good for ever.

    Raises:
        NotFoundError: there is none of this name, or it is not one for browsers.
    """
    path = static_folder() / name
    media_type = TYPES.get(path.suffix)
    if "/" in name or media_type is None or not path.is_file():
        raise NotFoundError("There is no file %(name)s here.", name=repr(name))
    is_hashed = "-" in path.stem
    headers = {"Cache-Control": _FOR_EVER if is_hashed else _REVALIDATED}
    return Response(path.read_bytes(), media_type=media_type, headers=headers)
