"""The home page over more than one statement."""

import re

import httpx


def test_each_answer_leads_to_the_statement_that_its_words_are_of(two_statements: str) -> None:
    assert "A newer statement" in (newest := httpx.get(two_statements + "/").text)
    assert 'class="words"' not in newest
    page = httpx.get(two_statements + "/", params={"statement": "uk-fr-2016-08-30"}).text
    addresses = re.findall(r'class="words" href="([^"]*)"', page)
    assert addresses
    for address in addresses:
        path, _, anchor = address.partition("#")
        assert path == "/statements/uk-fr-2016-08-30"
        assert f'id="{anchor}"' in httpx.get(two_statements + path).text


def test_the_findings_come_before_the_counts_and_are_those_of_their_pages(server: str) -> None:
    page = httpx.get(server + "/", params={"at": "2020-12-31"}).text
    assert page.index('class="findings"') < page.index('class="bars"')
    findings = page[page.index('class="findings"') :]
    for address in ("/outcomes", "/money"):
        finding = re.search(rf'<li><a href="{address}">(.*?)</a>', findings)
        title = re.search(r'<h2 id="finding">(.*?)</h2>', httpx.get(server + address, params={"at": "2020-12-31"}).text)
        assert finding and title
        assert finding[1] == title[1]
        assert "31 December 2020" in finding[1]
