"""The texts that graphs were coded from, found by the hash of their content.

A dataset carries its texts; whoever opens one lets its process read them.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from ukfr_graph.errors import NotFoundError
from ukfr_graph.resources import data_folder
from ukfr_graph.triples import is_count

TEXT_SUFFIX = ".txt"


def share_texts(folder: Path) -> None:
    """Let this process read the texts of a dataset, or of a workspace, whose ``sources`` lie in a folder."""
    if folder not in _FOLDERS:
        _FOLDERS.append(folder)
        _find_text.cache_clear()


def read_text(checksum: str) -> str:
    """Read a text that a graph was coded from by its SHA-256 in hex: the content, and nothing else, tells which it is.

    Raises:
        NotFoundError: no text that this process was let read has it.
    """
    if (text := _find_text(checksum.lower())) is None:
        raise NotFoundError(
            "No text here has the SHA-256 %(checksum)s of the one that was coded.", checksum=checksum[:64]
        )
    return text


def check_quote(words: str, start: str, end: str, checksum: str) -> bool | None:
    """Return whether the text with this SHA-256 has these words at these characters (from 0, end exclusive).

    None where there is no such text here: then nothing can be said.
    """
    text = _find_text(checksum.lower())
    if text is None:
        return None
    if not (is_count(start) and is_count(end)):
        return False
    return 0 <= int(start) < int(end) <= len(text) and text[int(start) : int(end)] == words


_FOLDERS: list[Path] = []


@lru_cache(maxsize=64)
def _find_text(checksum: str) -> str | None:
    """Find a text by the hash of its bytes; the bundled ones are always looked through, last."""
    for folder in (*reversed(_FOLDERS), data_folder()):
        for path in sorted((folder / "sources").glob("*/*")):
            if path.suffix == TEXT_SUFFIX and path.is_file():
                raw = path.read_bytes()
                if hashlib.sha256(raw).hexdigest() == checksum:
                    return raw.decode("utf-8")
    return None
