"""The spaces of French, set on finished pages, and what is said of words in another language."""

import html
import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.site.typography import finish_page, set_page

ENGLISH = "/statements/uk-fr-2016-08-30"


@given(st.text("ab :;!?«»\xa0\u202f\n"))
def test_no_line_can_begin_with_a_mark_and_nothing_but_spaces_changes(text: str) -> None:
    was = f"<p>{text}</p>"
    told = set_page(was)
    assert re.sub(r"\s", " ", told) == re.sub(r"\s", " ", was)
    assert not re.search(r"[ \xa0][;:!?»](?=\s|<)", told)
    assert "« " not in told
    assert set_page(told) == told


@pytest.mark.parametrize(
    "kept",
    [
        "<pre>SELECT * { ?s ?p ?o ; ?q }</pre>", "<code>a : b</code>", "<textarea>Vraiment ?</textarea>",
        '<q lang="en">so : what ?</q>', '<input value="Vraiment ?">', '<a title="x : y" href="/a">z</a>',
        '<script type="application/json">{"a" : "b ? "}</script>', '<p lang="en">said : no</p>',
    ],
)  # fmt: skip
def test_what_is_exact_is_not_touched(kept: str) -> None:
    assert set_page(f"<p>Oui : {kept} Non ?</p>") == f"<p>Oui\u202f: {kept} Non\u202f?</p>"


def test_the_first_words_in_another_language_say_in_which_and_only_they() -> None:
    page = '<p><q lang="fr">oui</q> <q class="x" lang="en">yes</q>, <q lang="en">no</q></p>'
    assert re.sub("<.*?>", "", finish_page(page, "fr")) == "oui yes (en anglais), no"
    assert re.sub("<.*?>", "", finish_page(page, "en")) == "oui (in French) yes, no"
    for untold in ("<p>a</p>", '<q lang="und">a</q>'):
        assert finish_page(untold, "en") == untold
    assert "(in Spanish)</span></blockquote>" in finish_page('<blockquote lang="es"><p>sí</p></blockquote>', "en")


def test_pages_have_no_plain_space_before_a_french_mark_and_english_ones_stay(server: str) -> None:
    for path in ("/", "/outcomes", "/money", "/queries", "/search?q=asile", ENGLISH, "/about", "/timeline"):
        asked = {**httpx.QueryParams(path.partition("?")[2]), "lang": "fr"}
        page = httpx.get(server + path.partition("?")[0], params=asked, headers={"Accept": "text/html"}, timeout=60)
        plain = re.sub(
            r"<(pre|code|q|script|style|textarea|(?:p|h2|ul|blockquote)(?= lang=)).*?</\1>",
            "",
            page.text,
            flags=re.DOTALL,
        )
        text = html.unescape(re.sub("<[^>]*>", "", plain))
        assert not re.findall(r".{20} [;:!?»](?=\s)", text), path
    assert page.text.count("\u202f:") > 3
    assert "\u202f:" not in httpx.get(server + "/about", params={"lang": "en"}).text
