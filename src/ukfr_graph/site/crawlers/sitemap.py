"""The list of the pages for search engines (https://www.sitemaps.org/protocol.html), and the rules for crawlers.

Rules: Robots Exclusion Protocol, RFC 9309 (https://www.rfc-editor.org/rfc/rfc9309). A server and a site of files have
the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import islice

SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
_MOST_PAGES = 50_000
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_CLOSED = (
    "/sparql", "/graph-store", "/editor", "/export", "/reconcile", "/link/", "/code/", "/metrics", "/health",
    "/*cite=", "/*format=", "/*_mediatype=",
)  # fmt: skip


def write_sitemaps(pages: Iterable[str], name_file: Callable[[str], str], most: int = _MOST_PAGES) -> dict[str, bytes]:
    """Write the list of pages, given by their whole addresses: the files, by name, the first being the one to ask for.

    More than ``most`` pages are divided into several files, and the first is their index; ``name_file`` returns the
    whole address of a file.
    """
    listed = iter(pages)
    parts = [_write("urlset", "url", islice(listed, most))]
    while part := list(islice(listed, most)):
        parts.append(_write("urlset", "url", part))
    if len(parts) == 1:
        return {SITEMAP: parts[0]}
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    index = _write("sitemapindex", "sitemap", [name_file(name) for name in names])
    return {SITEMAP: index, **dict(zip(names, parts, strict=True))}


def write_robots(sitemap: str, place: Callable[[str], str], *, is_closed: bool = False) -> str:
    """Write the rules: pages are for crawlers, what computes or downloads is not; nothing is where ``is_closed``."""
    closed: Sequence[str] = ("/",) if is_closed else _CLOSED
    lines = ["User-agent: *", *(f"Disallow: {place(path)}" for path in closed)]
    return "\n".join([*lines, *([f"Sitemap: {sitemap}"] if sitemap and not is_closed else [])]) + "\n"


def _write(root: str, element: str, addresses: Iterable[str]) -> bytes:
    entries = "".join(f"<{element}><loc>{escape(address)}</loc></{element}>\n" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SCHEMA}">\n{entries}</{root}>\n'.encode()
