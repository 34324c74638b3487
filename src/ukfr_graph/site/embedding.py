"""Pages that can be shown within pages of other sites: their sizes, and the HTML that shows them.

Only the pages under ``/embed/`` and the previews of reconciliation may stand in a frame (``allow_frame``): they say so
(Content Security Policy Level 3, https://www.w3.org/TR/CSP3/#directive-frame-ancestors), and have no form, script or
cookie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

from starlette.responses import Response

_FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
OEMBED = "/oembed"
"""The address that tells how to show a page (https://oembed.com)."""
CHARTS = ("outcomes", "money", "series", "places", "timeline", "statements/…/deeds")
"""The pages whose chart can be shown."""
_CLAUSE = re.compile(r"/(?:doc|id)/clause/([^/#?]+)/([^/#?]+)|/statements/([^/#?]+)(?:/records/|#clause-)([^/#?]+)")
_CHART = re.compile(r"/(?:outcomes|money|series|places|timeline|statements/[^/]+/deeds)")
_NETWORK = "/graph"
_SIZES = {"clause": (600, 420), "chart": (800, 640), "network": (800, 640)}  # pixels


def allow_frame(page: Response) -> None:
    """Let a page stand in a frame of another site: without scripts or forms, and without leaving a cookie there."""
    page.headers["content-security-policy"] = _FRAMED
    del page.headers["set-cookie"]


@dataclass(frozen=True)
class Frame:
    """A page for a frame: its ``kind``, its address, and its size in pixels."""

    kind: str
    address: str

    @property
    def width(self) -> int:
        """The width that shows it well."""
        return _SIZES[self.kind][0]

    @property
    def height(self) -> int:
        """The height that shows it well at that width."""
        return _SIZES[self.kind][1]

    def write(self, address: str, title: str, width: int = 0, height: int = 0) -> str:
        """Write the HTML of the frame, at its whole address; a size of none is its own.

        >>> Frame("clause", "/embed/clause/a/b").write("https://example.org/embed/clause/a/b", "<A>", 300)
        '<iframe src="https://example.org/embed/clause/a/b" title="&lt;A&gt;" width="300" height="420"></iframe>'
        """
        return (
            f'<iframe src="{escape(address)}" title="{escape(title)}" width="{width or self.width}" '
            f'height="{height or self.height}"></iframe>'
        )


def find_frame(page: str, given: Iterable[tuple[str, str]], language: str) -> Frame | None:
    """Find the page for a frame that shows what a page is about; none where it cannot be shown so.

    ``page`` is a path of ours, perhaps with the fragment of a clause, and ``given`` what was chosen on it.

    >>> find_frame("/statements/uk-fr-2016-08-30#clause-children-to-uk", [], "fr")
    Frame(kind='clause', address='/embed/clause/uk-fr-2016-08-30/children-to-uk?lang=fr')
    >>> find_frame("/outcomes", [("verdict", "done")], "en")
    Frame(kind='chart', address='/embed/chart/outcomes?verdict=done&lang=en')
    """
    chosen = [*given, ("lang", language)]
    if found := _CLAUSE.fullmatch(page):
        statement, anchor = (part for part in found.groups() if part is not None)
        is_clause = "/records/" not in page or not anchor.startswith(("figure-", "passage-"))
        shown_as = urlencode([pair for pair in chosen if pair[0] in ("at", "lang")])
        address = f"/embed/clause/{quote(statement)}/{quote(anchor)}?{shown_as}"
        return Frame("clause", address) if is_clause else None
    path = page.partition("#")[0]
    if _CHART.fullmatch(path):
        return Frame("chart", f"/embed/chart{quote(path)}?{urlencode(chosen)}")
    return Frame("network", f"/embed/network?{urlencode(chosen)}") if path == _NETWORK else None
