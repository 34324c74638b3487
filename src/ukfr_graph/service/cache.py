"""Answers that are kept: each is what one version of the dataset says to one query in one format."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeAlias

Header: TypeAlias = tuple[bytes, bytes]

_OVERHEAD_BYTES = 3_000  # of an entry beside its body: keys, headers, the dictionaries themselves
_TAGS = 20_000
_ADDRESSES = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A response: its strong entity tag (RFC 9110, section 8.8.3; empty: none), its headers and its body.

    ``text`` is the query.
    """

    tag: str
    headers: tuple[Header, ...]
    body: bytes
    text: str = ""


class ResponseCache:
    """The answers given last, within a number of bytes.

    Tags outlive bodies: a client that still has an answer need not be sent it again. An answer is found by the
    meaning of a request, and more quickly by its very bytes, once it was found by its meaning.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.hits = self.misses = self.size_bytes = 0
        self._limit = limit_bytes
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._tags: OrderedDict[Hashable, str] = OrderedDict()
        self._addresses: OrderedDict[Hashable, tuple[Hashable, Entry, bytes]] = OrderedDict()

    def __len__(self) -> int:
        """Count the answers that are kept."""
        return len(self._entries)

    def find(self, key: Hashable) -> Entry | None:
        """Find an answer by the meaning of its request."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry

    def find_by_address(self, address: Hashable) -> tuple[Entry, bytes] | None:
        """Find an answer by the bytes of its request, with its head."""
        found = self._addresses.get(address)
        if found is None or found[0] not in self._entries:
            return None
        self.hits += 1
        self._entries.move_to_end(found[0])
        return found[1], found[2]

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

    def keep_address(self, address: Hashable, key: Hashable, head: bytes) -> None:
        """Note the bytes of a request whose answer is kept, and the ``head`` of its response."""
        entry = self._entries.get(key)
        if entry is not None and address not in self._addresses:
            self._addresses[address] = key, entry, head
            if len(self._addresses) > _ADDRESSES:
                self._addresses.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: the dataset has changed."""
        self._entries.clear()
        self._tags.clear()
        self._addresses.clear()
        self.size_bytes = 0


def _size(entry: Entry) -> int:
    return _OVERHEAD_BYTES + len(entry.body) + len(entry.text)
