"""Coding of responses: Brotli (RFC 7932) and gzip (RFC 1952), as RFC 9110, section 12.5.3, lets a client choose."""

from __future__ import annotations

import gzip
import re

import brotli

CODINGS = ("br", "gzip")
"""Those that are given, the preferred one first."""
_SMALLEST_BYTES = 1_000
_BROTLI_QUALITY = 5  # the next one takes twice the time for a twentieth less
_GZIP_LEVEL = 6
_COMPRESSIBLE = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b|application/(?:n-|trig)|image/svg")


def is_compressible(media_type: str, body: bytes) -> bool:
    """Return whether a body is worth compressing: it is text, and not short."""
    return len(body) >= _SMALLEST_BYTES and _COMPRESSIBLE.match(media_type) is not None


def compress(body: bytes, coding: str) -> bytes:
    """Compress a body by one of ``CODINGS``; the same body gives the same bytes."""
    if coding == "br":
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
        return packed
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)
