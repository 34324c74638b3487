"""A broad topic counts the clauses on its narrower ones, by the same number wherever it is counted."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from support.servers import open_client

CLIENT = open_client()
PAGE = {"Accept": "text/html"}
BROAD = ("migration", "border", "security", "terrorism")


def read(server: str, path: str) -> str:
    answer = CLIENT.get(server + path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def ask(server: str, name: str, **given: str) -> list[dict[str, str]]:
    answer = CLIENT.get(f"{server}/queries/{name}", params={**given, "format": "csv"})
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("topic", BROAD)
def test_a_topic_has_one_number_everywhere(server: str, topic: str) -> None:
    iri = f"vocab:topic/{topic}"
    clauses = {row["clause"] for row in ask(server, "clauses-on-topic", topic=iri)}
    number = len(clauses)
    assert number > 5
    by_kind = [row for row in ask(server, "clauses-by-topic") if row["topic"].endswith("/topic/" + topic)]
    assert sum(int(row["clauses"]) for row in by_kind) == number
    statement = read(server, "/statements/uk-fr-2016-08-30")
    assert re.search(rf'<option value="{iri}">[^<(]*\({number}\)</option>', statement)
    assert re.search(rf'<option value="{iri}">[^<(]*\({number}\)</option>', read(server, "/compare"))
    home = read(server, "/")
    bar = re.search(rf'topic=vocab%3Atopic/{topic}"[^>]*>[^<]*</a></th><td class="number">(\d+)</td>', home)
    assert bar, topic
    assert int(bar[1]) == number
    assert f"({number})</span>" in read(server, f"/vocab/topic/{topic}")


@pytest.mark.parametrize("topic", BROAD)
def test_the_outcomes_of_a_topic_are_those_of_its_narrower_ones_too(server: str, topic: str) -> None:
    iri = f"vocab:topic/{topic}"
    answer = ask(server, "outcomes-on-topic", topic=iri, day="2026-11-29")
    page = read(server, f"/outcomes?topic={iri}&at=2026-11-29")
    assert page.count('class="card followed"') == len({row["clause"] for row in answer}) > 1
    assert f'<option value="{iri}" selected>' in page
