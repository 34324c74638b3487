"""The graphs that a write has touched, as the engine's own journal tells: never too few, sometimes too many.

What a store holds is in its table files (``*.sst``) and its journal (``*.log``). Where the table files are what they
were when the store was opened, all that was written since is in the journal, and a graph whose key is not there was not
touched. The key is what the engine stands in for a name: its SipHash-2-4 of 128 bits.

RocksDB, write-ahead log (https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format).
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

_BLOCK_BYTES = 32_768
_HEADER = struct.Struct("<IHB")  # checksum, length, type
_RECYCLABLE = 5  # from this type on, the header has the number of the log too
_MASK = (1 << 64) - 1


class Watch:
    """Looks at a store that was just opened for a write."""

    def __init__(self, store: ox.Store, folder: Path) -> None:
        self._store, self._folder = store, folder
        self._tables = self._list_tables()

    def find_touched(self, names: Iterable[str]) -> set[str]:
        """Find which of these graphs may have been written to: all, where the journal does not tell."""
        names = set(names)
        probe = ox.NamedNode(f"urn:uuid:{secrets.token_hex(16)}")
        self._store.add_graph(probe)
        journal = self._read_journal()
        self._store.remove_graph(probe)
        # The probe is there only where names, keys and journal are still written as this module believes.
        if hash_name(probe.value) not in journal or self._list_tables() != self._tables:
            return names
        return {name for name in names if hash_name(name) in journal}

    def _list_tables(self) -> set[str]:
        return {path.name for path in self._folder.glob("*.sst")}

    def _read_journal(self) -> bytes:
        """Put the records of the journal together: a name may lie across two blocks."""
        records = []
        for path in sorted(self._folder.glob("*.log")):
            content = path.read_bytes()
            for start in range(0, len(content), _BLOCK_BYTES):
                block, at = content[start : start + _BLOCK_BYTES], 0
                while at + _HEADER.size <= len(block):
                    _, length, kind = _HEADER.unpack_from(block, at)
                    begin = at + _HEADER.size + (4 if kind >= _RECYCLABLE else 0)
                    records.append(block[begin : begin + length])
                    at = begin + length
        return b"".join(records)


def hash_name(name: str) -> bytes:
    """Hash a name as the engine does: SipHash-2-4 of 128 bits without a key (https://github.com/veorq/SipHash).

    >>> hash_name("https://w3id.org/ukfr/graph/g0").hex()
    '6caf125e536ffab625ebeeaeac69736a'
    """
    a, b, c, d = 0x736F6D6570736575, 0x646F72616E646F6D ^ 0xEE, 0x6C7967656E657261, 0x7465646279746573
    text = name.encode()
    whole = len(text) - len(text) % 8
    words = [*struct.unpack(f"<{whole // 8}Q", text[:whole])]
    words.append(int.from_bytes(text[whole:], "little") | (len(text) & 0xFF) << 56)
    for word in words:
        a, b, c, d = _mix(a, b, c, d ^ word, 2)
        a ^= word
    a, b, c, d = _mix(a, b, c ^ 0xEE, d, 4)
    low = a ^ b ^ c ^ d
    a, b, c, d = _mix(a, b ^ 0xDD, c, d, 4)
    return struct.pack(">QQ", a ^ b ^ c ^ d, low)


def _mix(a: int, b: int, c: int, d: int, rounds: int) -> tuple[int, int, int, int]:
    for _ in range(rounds):
        a = (a + b) & _MASK
        b = (b << 13 & _MASK | b >> 51) ^ a
        a = a << 32 & _MASK | a >> 32
        c = (c + d) & _MASK
        d = (d << 16 & _MASK | d >> 48) ^ c
        a = (a + d) & _MASK
        d = (d << 21 & _MASK | d >> 43) ^ a
        c = (c + b) & _MASK
        b = (b << 17 & _MASK | b >> 47) ^ c
        c = c << 32 & _MASK | c >> 32
    return a, b, c, d
