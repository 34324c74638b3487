"""Markdown (https://spec.commonmark.org, with tables) as HTML: none of the text's own, and links that lead to pages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ukfr_graph.errors import NotFoundError
from ukfr_graph.resources import guides_folder

_SUFFIX = ".md"
_INDEX = "README"
_NO_ANCHOR = re.compile(r"[^\w\- ]+")
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_OF_BUNDLED = re.compile(r"(?:coding/.*|coding|linking|linking-files|network|openrefine|python)")
"""The guides that tell of the bundled data, or show what commands answer from them."""
_BUNDLED_PART = re.compile(r"<!-- bundled -->.*?<!-- /bundled -->\n?", re.DOTALL)
"""The part of another guide that does so."""


class GuidePage(NamedTuple):
    """A guide: its title, and what comes after it."""

    title: str
    body: Markup


def list_guides(has_bundled: bool) -> Iterator[tuple[str, str]]:
    """Yield the name and the title of each guide that stands by itself; ``has_bundled`` is of the dataset's profile."""
    for path in sorted(guides_folder().glob(f"*{_SUFFIX}")):
        if not _is_offered(path.stem, has_bundled):
            continue
        with path.open(encoding="utf-8") as file:
            yield path.stem, file.readline().lstrip("# ").strip()


def list_headings(name: str) -> list[str]:
    """List the headings of a guide that stands by itself."""
    text = (guides_folder() / f"{name}{_SUFFIX}").read_text("utf-8")
    return [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]


def read_guide(name: str, has_bundled: bool) -> GuidePage:
    """Read a guide by its name; that of a folder is its README. ``has_bundled`` is of the dataset's profile.

    Raises:
        NotFoundError: there is none.
    """
    root = guides_folder()
    if _NAME.fullmatch(name) and _is_offered(name, has_bundled):
        for path in (root / f"{name}{_SUFFIX}", root / name / f"{_INDEX}{_SUFFIX}"):
            if path.is_file():
                folder = path.parent.relative_to(root).as_posix()
                text = path.read_text("utf-8") if has_bundled else _BUNDLED_PART.sub("", path.read_text("utf-8"))
                return write_page(text, partial(_lead, folder=folder, has_bundled=has_bundled))
    raise NotFoundError("There is no guide %(name)s; /guides lists them.", name=repr(name[:100]))


def _is_offered(name: str, has_bundled: bool) -> bool:
    return has_bundled or not _OF_BUNDLED.fullmatch(name)


def write_page(text: str, lead: Callable[[str], str]) -> GuidePage:
    """Write a text as HTML; ``lead`` says where each of its links leads, and nothing for one that leads nowhere.

    Comments, which are for those who edit the text, are left out.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_COMMENT.sub("", text))
    title = ""
    if len(tokens) > 2 and tokens[0].tag == "h1":
        title, tokens = tokens[1].content.replace("`", ""), tokens[3:]
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", make_anchor(tokens[at + 1].content))
        elif token.children:
            token.children = list(_lead_all(token.children, lead))
    return GuidePage(title, Markup(parser.renderer.render(tokens, parser.options, {})))  # noqa: S704  # escaped by it


def make_anchor(heading: str) -> str:
    """Make the anchor of a heading, as code hosts do.

    >>> make_anchor("2. Where a clause begins")
    '2-where-a-clause-begins'
    """
    return _NO_ANCHOR.sub("", heading.lower()).replace(" ", "-")


def _lead_all(tokens: Sequence[Token], lead: Callable[[str], str]) -> Iterator[Token]:
    is_dropped = False
    for token in tokens:
        if token.type == "link_open":
            to = lead(str(token.attrGet("href") or ""))
            is_dropped = not to
            token.attrSet("href", to)
        if not (is_dropped and token.type in ("link_open", "link_close")):
            yield token


def _lead(link: str, folder: str, has_bundled: bool) -> str:
    """Return where a link of a guide in a folder leads: to another guide, elsewhere, or nowhere."""
    path, _, anchor = link.partition("#")
    if path.startswith(("https://", "http://", "mailto:")) or not path:
        return link
    to = posixpath.normpath(posixpath.join(folder, path))
    if not to.endswith(_SUFFIX) or to.startswith("..") or not (guides_folder() / to).is_file():
        return ""
    name = to.removesuffix(_SUFFIX).removesuffix(f"/{_INDEX}")
    return "" if not _is_offered(name, has_bundled) else f"/guides/{name}{'#' if anchor else ''}{anchor}"
