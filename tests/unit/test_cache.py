from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.endpoint.conditional import matches, write_head
from ukfr_graph.service.cache import Entry, ResponseCache


def entry(size: int, tag: str = '"t"') -> Entry:
    return Entry(tag, ((b"content-type", b"text/csv"),), b"x" * size, "ASK {}")


def test_an_answer_is_found_by_meaning_and_then_by_the_bytes_of_its_request() -> None:
    cache = ResponseCache(100_000)
    assert cache.find("key") is None
    cache.keep("key", entry(10))
    assert cache.find_by_address("address") is None
    cache.keep_address("address", "key", write_head(entry(10)))
    found = cache.find_by_address("address")
    assert found is not None
    assert found[0] is cache.find("key")
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncache-status: ukfr-graph; hit\r\ncontent-length: 10\r\n"
    assert found[1].startswith(head)
    assert found[1].endswith(b"\r\n")
    assert not found[1].endswith(b"\r\n\r\n")  # the date follows


def test_what_was_used_longest_ago_goes_first_and_its_tag_stays() -> None:
    cache = ResponseCache(40_000)
    cache.keep("a", entry(6_000, '"a"'))
    cache.keep("b", entry(6_000, '"b"'))
    cache.keep_address("address of b", "b", b"")
    cache.find("a")
    for name in "cde":
        cache.keep(name, entry(6_000))
    assert cache.find("b") is None
    assert cache.find_by_address("address of b") is None
    assert cache.find_tag("b") == '"b"'
    assert cache.find("a") is not None


def test_an_answer_that_would_push_out_too_many_is_not_kept() -> None:
    cache = ResponseCache(40_000)
    cache.keep("large", entry(20_000))
    assert len(cache) == 0
    assert cache.find_tag("large") == '"t"'


def test_a_change_of_the_dataset_forgets_everything() -> None:
    cache = ResponseCache(40_000)
    cache.keep("a", entry(10))
    cache.keep_address("address", "a", b"")
    cache.clear()
    assert (cache.find("a"), cache.find_tag("a"), cache.find_by_address("address")) == (None, None, None)
    assert cache.size_bytes == 0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5_000)), max_size=60))
def test_memory_stays_within_its_limit(steps: list[tuple[int, int]]) -> None:
    cache = ResponseCache(30_000)
    for key, size in steps:
        cache.keep(key, entry(size))
        assert 0 <= cache.size_bytes <= 30_000


def test_an_if_none_match_header_is_read_as_a_list() -> None:
    assert matches('"a"', '"b", W/"a"')
    assert matches('"a"', "*")
    assert not matches('"a"', '"b"')
    assert not matches('"a"', "a")
