"""The texts that graphs were coded from, found by the hash of their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ukfr_graph.errors import NotFoundError
from ukfr_graph.resources import data_folder
from ukfr_graph.triples import is_count

TEXT_SUFFIX = ".txt"


@dataclass(frozen=True)
class SourceTexts:
    """The texts that a dataset carries in the ``folder`` of its version, where it has one, and the bundled ones."""

    folder: str = ""

    def read(self, checksum: str) -> str:
        """Read a text by its SHA-256 in hex: the content, and nothing else, tells which it is.

        Raises:
            NotFoundError: none of the texts has it.
        """
        if (text := _find_text(self.folder, checksum.lower())) is None:
            raise NotFoundError(
                "No text here has the SHA-256 %(checksum)s of the one that was coded.", checksum=checksum[:64]
            )
        return text

    def has_words(self, words: str, start: str, end: str, checksum: str) -> bool | None:
        """Return whether the text with this SHA-256 has these words at these characters (from 0, end exclusive).

        None where there is no such text here: then nothing can be said.
        """
        text = _find_text(self.folder, checksum.lower())
        if text is None:
            return None
        if not (is_count(start) and is_count(end)):
            return False
        return 0 <= int(start) < int(end) <= len(text) and text[int(start) : int(end)] == words


@lru_cache(maxsize=64)
def _find_text(folder: str, checksum: str) -> str | None:
    """Find a text by the hash of its bytes; the bundled ones are looked through last."""
    for place in (*([Path(folder)] if folder else []), data_folder()):
        for path in sorted((place / "sources").glob("*/*")):
            if path.suffix == TEXT_SUFFIX and path.is_file():
                raw = path.read_bytes()
                if hashlib.sha256(raw).hexdigest() == checksum:
                    return raw.decode("utf-8")
    return None
