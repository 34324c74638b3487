"""A name that nobody here has is told, with the nearest, on every surface: it is no answer of nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ukfr_graph
from support.commands import run_command
from ukfr_graph.errors import NotFoundError

TOPIC, PLACE, PLEDGE = "vocab:topic/asylum", "id:place/calais", "ukfr:Pledge"
ADDRESSES = {
    "/doc/place/{local}": PLACE,
    "/vocab/topic/{local}": TOPIC,
    "/compare?a={name}&b=vocab:topic/terrorism": TOPIC,
    "/compare?b={name}": TOPIC,
    "/graph?focus={name}": PLACE,
    "/graph?from={name}&to=id:person/amber-rudd": PLACE,
    "/graph?from=id:person/amber-rudd&to={name}": PLACE,
    "/graph?type={name}": PLEDGE,
    "/graph?topic={name}": TOPIC,
    "/export/network?focus={name}": PLACE,
    "/export/network?type={name}": PLEDGE,
    "/search?q=calais&type={name}": PLEDGE,
    "/search?q=calais&type=ukfr:Report&type={name}": PLEDGE,
    "/queries/clauses-on-topic?topic={name}": TOPIC,
    "/timeline?kind={name}": "vocab:instrument-kind/bilateral-treaty",
    "/statements/uk-fr-2016-08-30?topic={name}": TOPIC,
    "/outcomes?topic={name}": TOPIC,
    "/money?purpose={name}": TOPIC,
    "/series?kind={name}": TOPIC,
}


def misspell(name: str) -> str:
    """Leave out the last letter but one."""
    return name[:-2] + name[-1]


def get(server: str, address: str, name: str, accept: str = "text/html") -> httpx.Response:
    asked = address.format(name=name, local=name.rpartition("/")[2])
    headers = {"Accept": "*/*" if address.startswith("/export") else accept}
    return httpx.get(server + asked, headers=headers, timeout=60, follow_redirects=True)


@pytest.mark.parametrize(
    ("address", "accept"),
    [
        *((address, "text/html") for address in ADDRESSES),
        *(
            pytest.param(address, "*/*", marks=[pytest.mark.exhaustive] if number % 4 else [])
            for number, address in enumerate(ADDRESSES)
        ),
    ],
)
def test_a_misspelt_name_in_an_address_is_not_found_and_the_right_one_offered(
    server: str, address: str, accept: str
) -> None:
    answer = get(server, address, misspell(ADDRESSES[address]), accept)
    assert answer.status_code == 404, answer.text[:500]
    assert ADDRESSES[address] in answer.text
    assert "Did you mean" in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_right_name_in_an_address_is_answered(server: str, address: str) -> None:
    answer = get(server, address, ADDRESSES[address])
    assert answer.status_code == 200 or "No path joins" in answer.text or "no node of the network" in answer.text


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(ADDRESSES)),
    st.text("abcdefghijklmnopqrstuvwxyz-", min_size=12, max_size=30),
)
def test_no_name_that_nobody_has_is_a_success(server: str, address: str, local: str) -> None:
    kind = ADDRESSES[address]
    name = kind[: max(kind.rfind("/"), kind.rfind(":")) + 1] + "x" + local
    assert get(server, address, name).status_code == 404


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "calais", "--type", misspell(PLEDGE)),
        ("query", "clauses-on-topic", "-p", "topic=" + misspell(TOPIC)),
        ("export", "network", "--focus", misspell(PLACE)),
        ("export", "network", "--from", misspell(PLACE), "--to", "id:person/amber-rudd"),
        ("export", "network", "--type", misspell(PLEDGE)),
    ],
)
def test_a_misspelt_name_on_the_command_line_ends_with_two(dataset: Path, arguments: tuple[str, ...]) -> None:
    done = run_command(*arguments, "--out", str(dataset))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean" in done.stderr


def test_a_misspelt_name_in_python_is_not_found(dataset: Path) -> None:
    graph = ukfr_graph.open(dataset)
    asked: list[Callable[[], object]] = [
        lambda: graph.query("clauses-on-topic", topic=misspell(TOPIC)),
        lambda: graph.clause("id:clause/uk-fr-2016-08-30/pnr-implementatio"),
        lambda: graph.network(focus=misspell(PLACE)),
        lambda: graph.network(types=(misspell(PLEDGE),)),
        lambda: graph.network(start=misspell(PLACE), end="id:person/amber-rudd"),
    ]
    for ask in asked:
        with pytest.raises(NotFoundError, match="Did you mean"):
            ask()
