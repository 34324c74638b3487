"""Answers that are kept: each is what one version of the dataset says to one query in one format."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from ukfr_graph.server.exchange import Header

_OVERHEAD_BYTES = 2_000  # of an entry beside its body: key, headers, the dictionary itself
_TAGS = 20_000


class Entry(NamedTuple):
    """A response: its strong entity tag (RFC 9110, section 8.8.3), its headers and its body."""

    tag: str
    headers: tuple[Header, ...]
    body: bytes


class ResponseCache:
    """The answers given last, within a number of bytes.

    Tags outlive bodies: a client that still has an answer need not be sent it again.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.hits = self.misses = self.size_bytes = 0
        self._limit = limit_bytes
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._tags: OrderedDict[Hashable, str] = OrderedDict()

    def __len__(self) -> int:
        """Count the answers that are kept."""
        return len(self._entries)

    def find(self, key: Hashable) -> Entry | None:
        """Find an answer."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry

    def find_tag(self, key: Hashable) -> str | None:
        """Find the tag of an answer, whose body may no longer be kept."""
        return self._tags.get(key)

    def keep(self, key: Hashable, entry: Entry) -> None:
        """Keep an answer, and let the oldest go where there is no room."""
        self._tags[key] = entry.tag
        if len(self._tags) > _TAGS:
            self._tags.popitem(last=False)
        size = _size(entry)
        if size > self._limit // 4 or key in self._entries:
            return
        self._entries[key] = entry
        self.size_bytes += size
        while self.size_bytes > self._limit:
            _, old = self._entries.popitem(last=False)
            self.size_bytes -= _size(old)

    def clear(self) -> None:
        """Forget everything: the dataset has changed."""
        self._entries.clear()
        self._tags.clear()
        self.size_bytes = 0


def matches(tag: str, if_none_match: str) -> bool:
    """Whether an ``If-None-Match`` header names a tag (RFC 9110, section 13.1.2; the comparison is weak)."""
    asked = {item.strip().removeprefix("W/") for item in if_none_match.split(",")}
    return "*" in asked or tag in asked


def _size(entry: Entry) -> int:
    return _OVERHEAD_BYTES + len(entry.body)
