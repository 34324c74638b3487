"""The home page over more than one statement."""

import re

import httpx


def test_each_answer_leads_to_the_statement_that_its_words_are_of(two_statements: str) -> None:
    page = httpx.get(two_statements + "/").text
    assert "A newer statement" in page
    addresses = re.findall(r'class="words" href="([^"]*)"', page)
    assert addresses
    for address in addresses:
        path, _, anchor = address.partition("#")
        assert path == "/statements/uk-fr-2016-08-30"
        assert f'id="{anchor}"' in httpx.get(two_statements + path).text
