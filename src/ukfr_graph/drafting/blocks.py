"""The blocks of a text: title, headings, paragraphs, items of lists, rows of tables, the closing formula.

A block is a stretch of lines that belong together. Line ends are LF here (``normalise``), and offsets are of that text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ukfr_graph.drafting.language import Language
from ukfr_graph.sources import Span

Sort = Literal["paragraph", "item", "row", "heading", "title-block", "share-links"]

_LONG = 60  # characters of a line that is likely to go on in the next
_HEADING_WORDS = 14
_LABEL_WORDS = 6
_TITLE_WORDS = 6  # of a block with an end, which is a sentence of the body
_TITLE_LONGEST = 40
_CLOSING_WORDS = 60
_ENDS = ".;:,!?…"
_AFTER_LABEL = (":", "–", "—", "-", ".")
_ROW = re.compile(r"\t|\s\|\s|^\||[^\s.] {3,}\S")
_URL = re.compile(r"https?://[^\s]+|www\.[^\s]+")
_WORD = re.compile(r"\w+")
_BULLET = re.compile(r"[-*•‣◦▪●·–—](?=\s)")
_NUMBER = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z])[.)](?:\d{1,3}[.)]?){0,3}"
    r"|\d{1,2}(?:\.\d{1,3}){1,3}\.?|§ ?\d{1,3}\.?)(?=\s)"
)


@dataclass(frozen=True)
class Block:
    """A block: where it stands, where its content starts behind the ``marker`` (a bullet, a number), and its style.

    ``style`` is equal for items of one list, empty where there is no marker.
    """

    start: int
    end: int
    sort: Sort
    content: int
    style: str = ""


def normalise(text: str) -> str:
    r"""Write every line end as LF, as quotes have it.

    >>> normalise("a\r\nb\rc")
    'a\nb\nc'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def find_blocks(text: str, body: Sequence[Span], language: Language) -> list[Block]:
    """Find the blocks of the parts of a text that are the statement, in their order."""
    found = [block for part in body for block in _gather(text, part)]
    return _close(text, _name(text, found, language), language)


def _gather(text: str, part: Span) -> Iterator[Block]:
    """Put lines together that belong together."""
    open_block: Block | None = None
    is_blank = True
    at = part.start
    while at < part.end:
        stop = text.find("\n", at, part.end)
        stop = part.end if stop < 0 else stop
        line = text[at:stop]
        stripped = line.strip()
        if not stripped:
            is_blank = True
        else:
            start = at + line.index(stripped[0])
            end = start + len(stripped)
            marker = _BULLET.match(text, start, end) or _NUMBER.match(text, start, end)
            is_row = not marker and bool(_ROW.search(stripped))
            if open_block and not marker and not is_row and _goes_on(text, open_block, start, is_blank):
                open_block = replace(open_block, end=end)
            else:
                if open_block:
                    yield open_block
                open_block = _open(text, start, end, marker, is_row)
            is_blank = False
        at = stop + 1
    if open_block:
        yield open_block


def _open(text: str, start: int, end: int, marker: re.Match[str] | None, is_row: bool) -> Block:
    if is_row:
        return Block(start, end, "row", start)
    if not marker:
        return Block(start, end, "paragraph", start)
    content = marker.end()
    while content < end and text[content].isspace():
        content += 1
    return Block(start, end, "item", content, _find_style(marker[0]))


def _find_style(marker: str) -> str:
    """Return the form of a marker: the bullet itself, or the kind of its number and the signs around it.

    >>> _find_style("(a)"), _find_style("12."), _find_style("-"), _find_style("0.1"), _find_style("(iv)")
    ('(a)', '1.', '-', '1.1', '(i)')
    """
    style = re.sub(r"\d+", "1", marker)
    style = re.sub(r"[ivx]{2,}|(?<=\()[ivx](?=\))", "i", style)
    return re.sub(r"[A-Z]", "A", re.sub(r"[a-hj-z]", "a", style))


def _goes_on(text: str, block: Block, start: int, is_blank: bool) -> bool:
    """Return whether a line that starts without a marker goes on with the block before it."""
    last = text[block.end - 1]
    lowers = text[start].islower()
    if block.sort == "row":
        return False
    if is_blank:
        is_plain_item = block.sort == "paragraph" and text[block.content].islower()
        return lowers and last not in ".;:!?," and not is_plain_item
    if last in ":;":
        return lowers and last == ";" and block.sort == "item"
    begin = text.rfind("\n", 0, block.end) + 1
    length = block.end - max(begin, block.start)
    return length >= _LONG or (lowers and last != ".")


def _name(text: str, blocks: list[Block], language: Language) -> Iterator[Block]:
    """Tell headings, the title and links for sharing from paragraphs and items."""
    has_begun = False
    listed: str | None = ""  # the style of the items of an open list; None: its first item is still to come
    for block in blocks:
        content = text[block.content : block.end]
        words = len(_WORD.findall(content))
        sort = block.sort
        if language.patterns["shared"].match(content) or _is_link(content):
            sort = "share-links"
        elif block.sort != "row" and _is_heading(block, content, words, language, listed in (None, block.style)):
            has_begun = has_begun or bool(block.style) or bool(language.patterns["headings"].match(content))
            sort = "heading" if has_begun else "title-block"
        elif not has_begun and block.sort == "paragraph" and _is_title(content, words, language):
            sort = "title-block"
        elif words == 0:
            sort = "heading"
        if sort in ("paragraph", "item", "row"):
            has_begun = True
            listed = None if content.endswith(":") else (block.style if listed in (None, block.style) else "")
        elif sort == "heading":
            listed = ""
        yield replace(block, sort=sort)


def _is_title(content: str, words: int, language: Language) -> bool:
    """Return whether the first words of a text are its title: no verb of a clause, and no end or but a few words."""
    is_short = words < _TITLE_WORDS or (content[-1] not in _ENDS and words <= _TITLE_LONGEST)
    return is_short and not _has_cue(content, language)


def _is_link(content: str) -> bool:
    return sum(len(found) for found in _URL.findall(content)) * 2 > len(content)


def _is_heading(block: Block, content: str, words: int, language: Language, is_list: bool) -> bool:
    if language.patterns["headings"].fullmatch(content.rstrip(".: ")):
        return True
    part = language.patterns["headings"].match(content)
    if part and words <= _HEADING_WORDS:
        rest = content[part.end() :].lstrip()
        if rest[:1] in _AFTER_LABEL and content[-1] not in _ENDS:
            return True  # "Annex: harbours to be opened"
        if any(c.isdigit() for c in part[0]):
            return not _has_cue(content, language)
    if (block.style and is_list) or (block.style and block.style[0] in "-*•‣◦▪●·–—"):
        return False
    if "\n" in content and not content.isupper():
        return False
    if content.endswith(":"):
        is_open = language.patterns["bare"].search(content.rstrip(": ").rpartition(" ")[2])
        is_label = words <= _LABEL_WORDS and content[0].isupper() and not block.style and not is_open
        return is_label and not _has_cue(content, language, all_=True)
    asks = re.match(r"\w+", content)
    if asks and asks[0].lower() in language.words["asking"] and content[-1] not in ".;:,!" and words <= _LABEL_WORDS:
        return True  # "What we will do"
    if content[-1] in _ENDS or words > _HEADING_WORDS or content[0].islower():
        return False
    return not _has_cue(content, language)


def _has_cue(content: str, language: Language, *, all_: bool = False) -> bool:
    """Return whether words have a finite verb or a cue of a speech act; ``all_``: or one of an opener."""
    cues = (cue for cue in language.cues if cue.confidence != "low" or cue.rule == "state")
    return any(cue.pattern.search(content) for cue in cues) or bool(
        all_ and language.patterns["openers"].match(content)
    )


def _close(text: str, blocks: Iterator[Block], language: Language) -> list[Block]:
    """Set the closing formula and the signatures after it apart, up to an annex."""
    found: list[Block] = []
    is_closing = False
    for block in blocks:
        content = text[block.content : block.end]
        if block.sort == "heading" and language.patterns["headings"].match(content):
            is_closing = False
        elif not is_closing and found:
            is_closing = _is_closing(content, language)
        found.append(replace(block, sort="title-block") if is_closing and block.sort != "share-links" else block)
    last = next(
        (at for at in range(len(found), 0, -1) if found[at - 1].sort in ("paragraph", "item", "row")), len(found)
    )
    return [replace(b, sort="title-block") if at >= last and b.sort == "heading" else b for at, b in enumerate(found)]


def _is_closing(content: str, language: Language) -> bool:
    """Return whether words are a closing formula: "Done at … this 3rd day of May 2020", "For the Government of …"."""
    formula = language.patterns["closing"].match(content)
    if not formula or not content[0].isupper() or len(_WORD.findall(content)) > _CLOSING_WORDS:
        return False
    return bool(language.patterns["year"].search(content)) or bool(language.patterns["signing"].match(content))
