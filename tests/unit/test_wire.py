from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.workers.wire import Channel, Decoder, pack

HEADS = st.dictionaries(st.text(max_size=10), st.one_of(st.text(max_size=20), st.integers(), st.booleans()), max_size=4)


@given(st.lists(st.tuples(HEADS, st.binary(max_size=200)), max_size=5), st.integers(1, 50))
def test_messages_come_out_whole_however_they_are_cut(
    messages: list[tuple[dict[str, object], bytes]], cut: int
) -> None:
    stream = b"".join(pack(head, body) + body for head, body in messages)
    decoder, got = Decoder(), []
    for start in range(0, len(stream), cut):
        decoder.feed(stream[start : start + cut])
        while message := decoder.take():
            got.append(message)
    assert got == messages


def test_a_large_body_passes_a_socket_unchanged() -> None:
    ours, theirs = socket.socketpair()
    body = bytes(range(256)) * 40_000
    thread = threading.Thread(target=Channel(ours).send, args=({"a": 1}, body))
    thread.start()
    assert Channel(theirs).receive() == ({"a": 1}, body)
    thread.join()


def test_a_closed_socket_ends_the_waiting() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    with pytest.raises(EOFError):
        Channel(theirs).receive()
