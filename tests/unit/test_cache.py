from __future__ import annotations

import gc
import time
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.endpoint.conditional import matches, write_head
from ukfr_graph.endpoint.shortcut import identify_page
from ukfr_graph.service.cache import KeptAnswer, ResponseCache, make_key


class Body(bytearray):
    """A body whose end can be seen."""


def entry(size: int, tag: str = '"t"') -> KeptAnswer:
    return KeptAnswer(tag, ((b"content-type", b"text/csv"),), b"x" * size, "ASK {}")


def test_an_answer_is_found_by_meaning_and_then_by_the_bytes_of_its_request() -> None:
    cache = ResponseCache(100_000)
    assert cache.find(b"key") is None
    cache.keep(b"key", entry(10))
    assert cache.find_by_address(b"address") is None
    cache.keep_address(b"address", b"key", write_head(entry(10)))
    found = cache.find_by_address(b"address")
    assert found is not None
    assert found[0] is cache.find(b"key")
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncache-status: ukfr-graph; hit\r\ncontent-length: 10\r\n"
    assert found[1].startswith(head)
    assert found[1].endswith(b"\r\n")
    assert not found[1].endswith(b"\r\n\r\n")  # the date follows


def test_what_was_used_longest_ago_goes_first_and_its_tag_stays() -> None:
    cache = ResponseCache(40_000)
    cache.keep(b"a", entry(8_000, '"a"'))
    cache.keep(b"b", entry(8_000, '"b"'))
    cache.keep_address(b"address of b", b"b", b"")
    cache.find(b"a")
    for name in "cde":
        cache.keep(name.encode(), entry(8_000))
    assert cache.find(b"b") is None
    assert cache.find_by_address(b"address of b") is None
    assert cache.find_tag(b"b") == '"b"'
    assert cache.find(b"a") is not None


def test_an_answer_that_would_push_out_too_many_is_not_kept() -> None:
    cache = ResponseCache(40_000)
    cache.keep(b"large", entry(20_000))
    assert len(cache) == 0
    assert cache.find_tag(b"large") == '"t"'


def test_a_change_of_the_dataset_forgets_everything() -> None:
    cache = ResponseCache(40_000)
    cache.keep(b"a", entry(10))
    cache.keep_address(b"address", b"a", b"")
    cache.clear()
    assert (cache.find(b"a"), cache.find_tag(b"a"), cache.find_by_address(b"address")) == (None, None, None)
    assert cache.size_bytes == 0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5_000)), max_size=60))
def test_memory_stays_within_its_limit(steps: list[tuple[int, int]]) -> None:
    cache = ResponseCache(30_000)
    for key, size in steps:
        cache.keep(make_key(key), entry(size))
        cache.keep_address(make_key("address", size), make_key(key), b"head" * key)
        assert 0 <= cache.size_bytes <= 30_000


def test_an_if_none_match_header_is_read_as_a_list() -> None:
    assert matches('"a"', '"b", W/"a"')
    assert matches('"a"', "*")
    assert not matches('"a"', '"b"')
    assert not matches('"a"', "a")


def test_what_went_is_referenced_nowhere() -> None:
    cache = ResponseCache(400_000)
    kept: list[weakref.ref[Body]] = []
    for number in range(100):
        body = Body(bytes(50_000))
        kept.append(weakref.ref(body))
        cache.keep(make_key(number), KeptAnswer(f'"{number}"', (), body))  # type: ignore[arg-type]
        cache.keep_address(make_key("address", number), make_key(number), b"head")
        del body
    gc.collect()
    assert sum(reference() is not None for reference in kept) <= 8


def test_texts_headers_and_addresses_are_counted() -> None:
    cache = ResponseCache(10_000_000)
    long = KeptAnswer('"t"', ((b"link", b"x" * 20_000),), b"", "SELECT" * 10_000)
    cache.keep(b"a", long)
    assert cache.size_bytes > 80_000
    before = cache.size_bytes
    cache.keep_address(b"address", b"a", b"h" * 5_000)
    assert cache.size_bytes >= before + 5_000


def test_one_answer_has_a_bounded_number_of_addresses() -> None:
    cache = ResponseCache(10_000_000)
    cache.keep(b"a", entry(100))
    for number in range(10_000):
        cache.keep_address(make_key(number), b"a", b"h" * 1_000)
    assert cache.size_bytes < 200_000
    assert cache.find_by_address(make_key(9_999)) is not None
    assert cache.find_by_address(make_key(1)) is None


def test_two_texts_never_share_a_key() -> None:
    assert make_key("ASK {}") != make_key("ASK  {}")
    assert make_key("a", "b") != make_key("ab", "")
    assert make_key("a", b"b") != make_key("a", "b")


def test_a_page_is_another_one_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    days = set()
    for now in (1_483_228_799.0, 1_483_228_800.0, 1_483_228_801.0):  # around the beginning of 2017 (UTC)
        monkeypatch.setattr(time, "time", lambda now=now: now)
        days.add(identify_page(b"/timeline", [(b"host", b"localhost")]))
    assert len(days) == 2
