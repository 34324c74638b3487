"""Every sort of page that a link leads to."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator

import httpx

from support.servers import open_client

ROOMS = (
    "/", "/statements", "/timeline", "/compare", "/graph", "/sparql", "/queries", "/search?q=harbour", "/ontology",
    "/vocab", "/docs", "/openapi.json", "/reconcile", "/catalog", "/.well-known/void", "/outcomes", "/money", "/series",
    "/export", "/health", "/context.jsonld", "/shapes", "/about", "/guides",
)  # fmt: skip
_EACH_TELLS_OF_ITSELF = re.compile(r"/(?:guides|queries)/[^?]+\Z")
_WITHOUT_WORDS = re.compile(r"/(?:style|static|editor)|.*(?:\.gz|\.zip|[?&]format=(?:xlsx|png|pdf))")


def crawl(server: str, starts: Iterable[str] = ROOMS, most: int = 2) -> Iterator[tuple[str, httpx.Response]]:
    """Yield pages, and files in words, that links lead to, by their addresses.

    Guides and questions are all among them, and of any other sort (see ``_sort_of``) the ``most``; with 0, no link is
    followed.
    """
    waiting, seen = deque(starts), set(starts)
    sorts: Counter[str] = Counter()
    with open_client() as client:
        while waiting:
            path = waiting.popleft()
            answer = client.get(server + path, headers={"Accept": "text/html,*/*;q=0.5"}, follow_redirects=True)
            yield path, answer
            if not most or "html" not in answer.headers["content-type"]:
                continue
            for link in re.findall(r'href="(/[^"#]*)', answer.text):
                address = link.replace("&amp;", "&")
                sort = _sort_of(address)
                if address in seen or _WITHOUT_WORDS.match(address) or sorts[sort] == most:
                    continue
                seen.add(address)
                sorts[sort] += not _EACH_TELLS_OF_ITSELF.match(address)
                waiting.append(address)


def choose(addresses: Iterable[str], most: int | None) -> list[str]:
    """Choose the first ``most`` addresses of each sort; with None, all."""
    sorts: Counter[str] = Counter()
    chosen = []
    for address in sorted(addresses):
        sort = _sort_of(address)
        sorts[sort] += 1
        if most is None or sorts[sort] <= most:
            chosen.append(address)
    return chosen


def _sort_of(address: str) -> str:
    """Tell the sort of an address: its first part, how many come after it, and the names of its parameters.

    >>> _sort_of("/doc/state/norland?lang=es&at=2020-01-01")
    'doc/// at lang'
    """
    path, _, query = address.removeprefix("/").partition("?")
    parameters = sorted({parameter.partition("=")[0] for parameter in query.split("&")})
    return " ".join((path.partition("/")[0] + "/" * path.count("/"), *parameters))
