"""The numbers of paragraphs in Word documents, which no word of the file says: counted as Word shows them, and written.

ECMA-376-1, section 17.9 (Numbering): https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from ukfr_graph.html_texts import number_item

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT, _NUMBERS, _STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_KINDS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_WORD = re.compile(r"\w+")
_PLACE = re.compile("%([1-9])")


@dataclass(frozen=True)
class _Level:
    """The numbering of a level of a list: its kind, the text around the number, and where it starts.

    It ``restarts`` below each number of a level above; one that ``is_legal`` shows those in digits, too.
    """

    kind: str
    text: str
    start: int
    restarts: bool = True
    is_legal: bool = False


@dataclass(frozen=True)
class _List:
    """A list: what counts its items, which lists may share, and its levels."""

    counted_by: str
    levels: Mapping[int, _Level]


def write_numbers(raw: bytes) -> bytes:
    """Write the number of each numbered paragraph before its words, and take hidden words out; bullets stay lists."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in (_DOCUMENT, _NUMBERS, _STYLES) if name in names}
        document = _parse(parts[_DOCUMENT])
        lists = _read_lists(parts.get(_NUMBERS, b""))
        of_styles = _read_styles(parts.get(_STYLES, b""))
        counted: dict[str, dict[int, int]] = {}
        for paragraph in filter(_is_counted, document.iter(f"{_W}p")):
            name, level = _find_number(paragraph, of_styles)
            if name in lists and level in lists[name].levels and lists[name].levels[level].kind != "bullet":
                _put_before(paragraph, _count(lists[name], level, counted.setdefault(lists[name].counted_by, {})))
        for run in list(document.iter(f"{_W}r")):
            hidden = run.find(f"{_W}rPr/{_W}vanish")
            if hidden is not None and hidden.get(f"{_W}val", "1") not in ("0", "false", "off"):
                run.getparent().remove(run)
        etree.strip_tags(document, f"{_W}fldSimple")  # what a field shows stays
        changed = {_DOCUMENT: etree.tostring(document), _NUMBERS: _leave_bullets(parts.get(_NUMBERS, b""))}
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
            for name in dict.fromkeys(names):
                copy.writestr(name, changed[name] if name in changed else archive.read(name))
    return made.getvalue()


def _leave_bullets(content: bytes) -> bytes:
    """Take out which styles are numbered: their paragraphs have their numbers already."""
    if not content:
        return content
    root = _parse(content)
    for level in root.iter(f"{_W}lvl"):
        for style in level.findall(f"{_W}pStyle") if _value(level, "numFmt") != "bullet" else ():
            level.remove(style)
    return bytes(etree.tostring(root))


def _parse(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _value(element: Any, path: str, default: str = "") -> str:
    found = element.find("/".join(_W + step for step in path.split("/")))
    return default if found is None else str(found.get(f"{_W}val", default))


def _read_lists(content: bytes) -> dict[str, _List]:
    if not content:
        return {}
    root = _parse(content)
    levels = {
        each.get(f"{_W}abstractNumId"): {_number(at.get(f"{_W}ilvl")): _read_level(at) for at in each.iter(f"{_W}lvl")}
        for each in root.iter(f"{_W}abstractNum")
    }
    lists = {}
    for each in root.iter(f"{_W}num"):
        name, shared = str(each.get(f"{_W}numId")), _value(each, "abstractNumId")
        own = dict(levels.get(shared, {}))
        starts_anew = False
        for override in each.iter(f"{_W}lvlOverride"):
            at = _number(override.get(f"{_W}ilvl"))
            if (written := override.find(f"{_W}lvl")) is not None:
                own[at] = _read_level(written)
            if at in own and (start := _value(override, "startOverride")):
                own[at] = replace(own[at], start=_number(start))
                starts_anew = True
        lists[name] = _List(f"num {name}" if starts_anew else f"list {shared}", own)
    return lists


def _read_level(element: Any) -> _Level:
    start = _number(_value(element, "start", "1"))
    return _Level(
        _value(element, "numFmt", "decimal"),
        _value(element, "lvlText"),
        start,
        restarts=_value(element, "lvlRestart") != "0",
        is_legal=element.find(f"{_W}isLgl") is not None,
    )


def _number(written: str | None) -> int:
    return int(written) if written and re.fullmatch("[0-9]{1,6}", written) else 0


def _read_styles(content: bytes) -> dict[str, tuple[str, int]]:
    """Return the list and the level of each style that has one, of its own or of the style that it is based on."""
    styles = {str(each.get(f"{_W}styleId")): each for each in _parse(content).iter(f"{_W}style")} if content else {}
    found = {}
    for name in styles:
        at, seen, level = name, set(), ""
        while at in styles and at not in seen:
            seen.add(at)
            level = level or _value(styles[at], "pPr/numPr/ilvl")
            if number := _value(styles[at], "pPr/numPr/numId"):
                found[name] = (number, _number(level))
                break
            at = _value(styles[at], "basedOn")
    return found


def _is_counted(paragraph: Any) -> bool:
    """Return whether a paragraph is neither deleted nor hidden with all its words."""
    if not any(paragraph.find(f"{_W}pPr/{_W}rPr/{_W}{mark}") is not None for mark in ("del", "vanish")):
        return True
    runs = [run for run in paragraph.iter(f"{_W}r") if not any(True for _ in run.iterancestors(f"{_W}del"))]
    return any(run.find(f"{_W}rPr/{_W}vanish") is None and run.find(f"{_W}t") is not None for run in runs)


def _find_number(paragraph: Any, of_styles: Mapping[str, tuple[str, int]]) -> tuple[str, int]:
    name, level = of_styles.get(_value(paragraph, "pPr/pStyle"), ("", 0))
    own = _value(paragraph, "pPr/numPr/ilvl")
    return _value(paragraph, "pPr/numPr/numId") or name, _number(own) if own else level


def _count(of: _List, level: int, counted: dict[int, int]) -> str:
    """Count an item of a list, and return its number as it is shown: that of its level, or those above it too."""
    counted[level] = counted.get(level, of.levels[level].start - 1) + 1
    for below in [each for each in counted if each > level and of.levels.get(each, of.levels[level]).restarts]:
        del counted[below]

    def show(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        shown = of.levels.get(at, of.levels[level])
        kind = "1" if of.levels[level].is_legal else _KINDS.get(shown.kind, "1")
        return number_item(counted.get(at, shown.start), kind)

    return "" if of.levels[level].kind == "none" else _PLACE.sub(show, of.levels[level].text)


def _put_before(paragraph: Any, number: str) -> None:
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        properties = etree.Element(f"{_W}pPr")
        paragraph.insert(0, properties)
    for old in properties.findall(f"{_W}numPr"):
        properties.remove(old)
    none = etree.SubElement(properties, f"{_W}numPr")
    etree.SubElement(none, f"{_W}numId").set(f"{_W}val", "0")  # nor that of its style
    if number.strip():
        run = etree.Element(f"{_W}r")
        text = etree.SubElement(run, f"{_W}t")
        text.text = number.strip() + " "
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        paragraph.insert(1, run)


def find_lost_words(raw: bytes, text: str) -> list[str]:
    """Find the words of a document's body and notes that are not in the text that was made of it."""
    kept = set(_WORD.findall(text))
    lost: dict[str, None] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name in sorted({_DOCUMENT, "word/footnotes.xml", "word/endnotes.xml"} & set(archive.namelist())):
            for paragraph in _parse(archive.read(name)).iter(f"{_W}p"):
                runs = (run for run in paragraph.iter(f"{_W}t", _MATH_TEXT) if _is_shown_in(run, paragraph))
                written = "".join(run.text or "" for run in runs)
                lost |= dict.fromkeys(word for word in _WORD.findall(written) if word not in kept)
    whole = "".join(text.split())
    return [word for word in lost if word not in whole]  # a word may be cut by what stands within it


def _is_shown_in(run: Any, paragraph: Any) -> bool:
    """Return whether words are of a paragraph itself, and not of one in a frame in it, and not deleted."""
    above = list(run.iterancestors(f"{_W}p", f"{_W}del", f"{_W}moveFrom"))
    return above[0] is paragraph if above else False
