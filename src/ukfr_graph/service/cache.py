"""Answers that are kept: each is what one version of the dataset says to one request, in one form."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from sys import getsizeof
from typing import TypeAlias

Header: TypeAlias = tuple[bytes, bytes]

_ENTRY_BYTES = 1_000  # of an entry beside what it holds: objects, digests and the dictionaries' slots
_HEADER_BYTES = 160  # the objects of one header
_ADDRESS_BYTES = 400
_ADDRESSES = 64  # of one answer
_TAG_BYTES = 400
_DAY_S = 86_400
_TAGS_PART = 16  # tags of answers that are no longer kept take at most this part of the memory


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A response: its strong entity tag (RFC 9110, section 8.8.3; empty: none), its headers and its body.

    ``text`` is the query.
    """

    tag: str
    headers: tuple[Header, ...]
    body: bytes
    text: str = ""


@dataclass(slots=True)
class _Place:
    """An entry, the digests of its addresses, and what all of it takes in bytes."""

    entry: KeptAnswer
    size_bytes: int
    addresses: list[bytes] = field(default_factory=list)


def make_key(*parts: object) -> bytes:
    """Digest what a request means: texts, bytes, booleans and tuples of them, exactly as they are.

    A key takes the same memory however long the request is. No text is normalised: two that differ have two keys.
    """
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def today() -> int:
    """Return the number of the day (UTC): a page may show the present year, and is another one the next day."""
    return int(time.time() // _DAY_S)


class ResponseCache:
    """The answers used last, within a number of bytes that counts whatever is kept.

    Tags outlive bodies for a while: a client that still has an answer need not be sent it again. An answer is found
    by the meaning of a request, and more quickly by the very bytes of one that was found by its meaning before; those
    go when the answer goes. Keys and addresses are digests (``make_key``).
    """

    def __init__(self, limit_bytes: int) -> None:
        self.hits = self.misses = self.size_bytes = 0
        self.generation = 0
        self._limit = limit_bytes
        self._places: OrderedDict[bytes, _Place] = OrderedDict()
        self._tags: OrderedDict[bytes, str] = OrderedDict()
        self._most_tags = limit_bytes // _TAGS_PART // _TAG_BYTES
        self._addresses: dict[bytes, tuple[bytes, KeptAnswer, bytes]] = {}

    def __len__(self) -> int:
        """Count the answers that are kept."""
        return len(self._places)

    def find(self, key: bytes) -> KeptAnswer | None:
        """Find an answer by the meaning of its request."""
        place = self._places.get(key)
        if place is None:
            self.misses += 1
            return None
        self.hits += 1
        self._places.move_to_end(key)
        return place.entry

    def find_by_address(self, address: bytes) -> tuple[KeptAnswer, bytes] | None:
        """Find an answer by the bytes of its request, with its head."""
        found = self._addresses.get(address)
        if found is None:
            return None
        key, entry, head = found
        self.hits += 1
        self._places.move_to_end(key)
        return entry, head

    def find_tag(self, key: bytes) -> str | None:
        """Find the tag of an answer, whose body may no longer be kept."""
        return self._tags.get(key)

    def keep(self, key: bytes, entry: KeptAnswer) -> None:
        """Keep an answer, and let those go that were used longest ago where there is no room."""
        self._keep_tag(key, entry.tag)
        size = _measure(entry)
        if size > self._limit // 4 or key in self._places:
            return
        self._places[key] = _Place(entry, size)
        self.size_bytes += size
        self._make_room()

    def keep_address(self, address: bytes, key: bytes, head: bytes) -> None:
        """Note the bytes of a request whose answer is kept, and the ``head`` of its response."""
        place = self._places.get(key)
        if place is None or address in self._addresses:
            return
        if len(place.addresses) >= _ADDRESSES:
            self._forget_address(place, place.addresses.pop(0))
        place.addresses.append(address)
        self._addresses[address] = key, place.entry, head
        self._grow(place, _ADDRESS_BYTES + len(head))
        self._places.move_to_end(key)
        self._make_room()

    def clear(self) -> None:
        """Forget everything: the dataset has changed; ``generation`` counts how often."""
        self.generation += 1
        self._places.clear()
        self._tags.clear()
        self._addresses.clear()
        self.size_bytes = 0

    def _keep_tag(self, key: bytes, tag: str) -> None:
        if not tag or not self._most_tags:
            return
        if key not in self._tags:
            self.size_bytes += _TAG_BYTES
        self._tags[key] = tag
        self._tags.move_to_end(key)
        if len(self._tags) > self._most_tags:
            self._tags.popitem(last=False)
            self.size_bytes -= _TAG_BYTES

    def _make_room(self) -> None:
        while self.size_bytes > self._limit and self._places:
            _, place = self._places.popitem(last=False)
            for address in place.addresses:
                del self._addresses[address]
            self.size_bytes -= place.size_bytes

    def _forget_address(self, place: _Place, address: bytes) -> None:
        _, _, head = self._addresses.pop(address)
        self._grow(place, -_ADDRESS_BYTES - len(head))

    def _grow(self, place: _Place, size_bytes: int) -> None:
        place.size_bytes += size_bytes
        self.size_bytes += size_bytes


def _measure(entry: KeptAnswer) -> int:
    """Return the memory that an entry takes, in bytes."""
    headers = sum(_HEADER_BYTES + len(name) + len(value) for name, value in entry.headers)
    return _ENTRY_BYTES + getsizeof(entry.body) + getsizeof(entry.text) + getsizeof(entry.tag) + headers
