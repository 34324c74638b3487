"""An engine's response is read as HTTP/1.1 says, and nothing that follows it is taken for the next one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.errors import EngineError, SettingsError
from ukfr_graph.store.http_responses import Response, ResponseError
from ukfr_graph.store.transport import Transport

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nDone: yes\r\n\r\n"
TO_ITS_END = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello"
AFTER_OTHERS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + WHOLE


def read(content: bytes, piece_bytes: int = 1 << 16) -> tuple[Response, bytes]:
    """Read what an engine sends before it closes the connection."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(content)
        there.shutdown(socket.SHUT_WR)
        response = Response(here, memoryview(bytearray(piece_bytes)))
        return response, b"".join(response.read())


@given(st.sampled_from([WHOLE, CHUNKED, TO_ITS_END, AFTER_OTHERS]), st.integers(1, 40))
def test_a_response_is_read_in_whatever_pieces_it_comes(content: bytes, piece_bytes: int) -> None:
    response, body = read(content, piece_bytes)
    assert (response.status, body) == (200, b"hello")
    assert response.find("link") is response.find("done") is None
    assert response.tells_end == response.leaves_open == (content is not TO_ITS_END)


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[:-1],
        CHUNKED[:-1],
        CHUNKED.replace(b"2\r\nhe", b"x\r\nhe"),
        WHOLE[:30],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello",
    ],
)
def test_what_is_not_whole_or_no_http_is_told(content: bytes) -> None:
    with pytest.raises(ResponseError):
        read(content)


@pytest.mark.parametrize("more", [WHOLE, b"\r\nx", b"HTTP/1.1 2"])
def test_a_connection_on_which_more_came_than_was_asked_for_is_not_used_again(more: bytes) -> None:
    response, body = read(WHOLE + more)
    assert body == b"hello"
    assert not response.leaves_open


@contextmanager
def answering(
    answers: Sequence[bytes], *, closes: bool = False, later: bytes = b""
) -> Iterator[tuple[Transport, list[int]]]:
    """An engine that gives one answer after the other; by which connection, as a number, each was asked for.

    ``later`` is sent a moment after each answer.
    """
    asked: list[int] = []
    left = iter(answers)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(number: int, connection: socket.socket) -> None:
            with suppress(ConnectionError), connection, connection.makefile("rb") as requests:
                while requests.readline():
                    head = iter(requests.readline, b"\r\n")
                    length = max(int(line.split()[1]) for line in head if line.startswith(b"Content-Length"))
                    assert requests.read(length) == b"query=ASK+%7B%7D"
                    asked.append(number)
                    connection.sendall(next(left))
                    if later:
                        time.sleep(0.02)
                        connection.sendall(later)
                    if closes or len(asked) == len(answers):
                        return

        def accept() -> None:
            with suppress(OSError):  # closed
                for number in count():
                    threading.Thread(target=serve, args=(number, server.accept()[0]), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield Transport(f"http://127.0.0.1:{server.getsockname()[1]}/sparql?a=b"), asked
        server.shutdown(socket.SHUT_RDWR)


def ask(transport: Transport) -> bytes:
    return transport.ask({"query": "ASK {}"}, "text/plain").body


def test_requests_go_over_one_connection() -> None:
    with answering([WHOLE, CHUNKED, WHOLE]) as (transport, asked):
        assert [ask(transport) for _ in range(3)] == [b"hello"] * 3
    assert asked == [0, 0, 0]


def test_a_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    with answering([WHOLE, WHOLE], closes=True) as (transport, asked):
        assert [ask(transport) for _ in range(2)] == [b"hello"] * 2
    assert asked == [0, 1]


def test_what_comes_on_an_idle_connection_is_not_the_next_answer() -> None:
    late = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\nidle"
    with answering([WHOLE, WHOLE], later=late) as (transport, asked):
        assert ask(transport) == b"hello"
        time.sleep(0.2)
        assert ask(transport) == b"hello"
    assert asked == [0, 1]


def test_what_follows_an_answer_is_not_the_next_one() -> None:
    with answering([WHOLE + WHOLE.replace(b"hello", b"false"), WHOLE]) as (transport, asked):
        assert [ask(transport) for _ in range(2)] == [b"hello"] * 2
    assert asked == [0, 1]


def test_an_answer_that_nobody_has_read_to_its_end_is_not_the_next_one() -> None:
    long = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 300005\r\n\r\nhello" + b"x" * 300_000
    with answering([long, WHOLE]) as (transport, asked):
        pieces = transport.download({"query": "ASK {}"}, "text/plain")
        assert next(pieces).startswith(b"hello")
        assert ask(transport) == b"hello"
        del pieces
    assert asked == [0, 1]


def test_what_is_no_http_is_the_engines_fault() -> None:
    with answering([b"SSH-2.0-OpenSSH_9.2\r\n"]) as (transport, _), pytest.raises(EngineError, match="cannot be read"):
        ask(transport)


def test_credentials_add_no_line_to_a_request() -> None:
    with pytest.raises(SettingsError, match="line end"):
        ask(Transport("http://127.0.0.1:9/sparql", "Bearer x\r\nX-Admin: yes"))
