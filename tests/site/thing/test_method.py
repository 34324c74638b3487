"""Beside what was judged stands how: the rule, who read it otherwise, and the way to the codebook and to the source."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest

from support.servers import open_client

CLIENT = open_client()
PAGE = {"Accept": "text/html"}
CLAUSE = "/doc/clause/uk-fr-2016-08-30/"
RECORD = "/statements/uk-fr-2016-08-30/records/"


def read(server: str, path: str, language: str = "en") -> str:
    answer = CLIENT.get(server + path, params={"lang": language}, headers=PAGE)
    assert answer.status_code == 200
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def list_how(page: str) -> list[str]:
    return re.findall(r'<details class="how">(.*?)</details>', page, re.DOTALL)


@pytest.mark.parametrize("path", [CLAUSE + "children-to-uk", RECORD + "children-to-uk"])
@pytest.mark.parametrize(
    ("language", "rule", "none"),
    [
        ("en", "A commissive clause: the speakers bind themselves to act.", "No other reading is recorded."),
        ("fr", "Clause promissive : les locuteurs s'engagent à agir.", "Aucune autre lecture n'est consignée."),
    ],
)
def test_a_kind_is_told_with_its_rule(server: str, path: str, language: str, rule: str, none: str) -> None:
    how = list_how(read(server, path, language))
    assert rule in how[0]
    assert none in how[0]
    assert len(how) >= 2  # and the judgements with theirs


def test_who_read_a_clause_otherwise_is_told_with_the_reason(server: str) -> None:
    answer = CLIENT.get(server + "/queries/differing-judgements?format=json").json()
    for row in answer["results"]["bindings"]:
        page = read(server, "/doc/" + row["clause"]["value"].partition("/id/")[2])
        assert [how for how in list_how(page) if "Read otherwise:" in how], row


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_verdict_on_the_outcomes_is_told_with_its_rule_and_coder(server: str, language: str) -> None:
    page = read(server, "/outcomes?at=2026-11-29", language)
    how = list_how(page)
    assert len(how) == page.count('class="card followed"') > 30
    assert all({"en": "Rule:", "fr": "Règle :"}[language] in text for text in how)


def test_the_codebook_has_the_parts_that_are_linked_to(server: str) -> None:
    linked = set(
        re.findall(
            r'href="/guides/codebook#([^"]+)"', read(server, CLAUSE + "children-to-uk") + read(server, "/outcomes")
        )
    )
    assert len(linked) == 3
    assert linked <= set(re.findall(r'id="([^"]+)"', read(server, "/guides/codebook")))


@pytest.mark.parametrize(
    ("path", "publisher", "host"),
    [
        (CLAUSE + "children-to-uk", "GOV.UK", "www.gov.uk"),
        ("/doc/instrument/directive-2021-555", "EUR-Lex", "eur-lex.europa.eu"),
        ("/doc/instrument/budapest-convention", "Council of Europe", "www.coe.int"),
    ],
)
def test_an_act_and_a_clause_are_read_where_they_were_published_at_their_words(
    server: str, path: str, publisher: str, host: str
) -> None:
    page = read(server, path)
    (address,) = re.findall(rf'<a href="(https://{host}/[^"]*#:~:text=[^"]*)">(?:Read it at )?{publisher}</a>', page)
    words = unquote(address.partition("#:~:text=")[2]).partition(",")[0]
    assert words in page


def test_a_french_reader_is_led_to_the_french_text(server: str) -> None:
    page = read(server, "/doc/instrument/directive-2021-555", "fr")
    assert "eur-lex.europa.eu/legal-content/FR/TXT/?uri=CELEX:32021L0555#:~:text=Directive%20%28UE%29" in page
