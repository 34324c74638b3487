"""The words of the pages in their languages: every catalogue is whole, and a language more needs no code."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from messages import LOCALES, ROOT, extract_messages, extract_typescript, find_faults, read_catalogues, write_catalogue
from ukfr_graph import iris
from ukfr_graph import messages as said
from ukfr_graph.messages import choose_language
from ukfr_graph.query.saved_files import read_library
from ukfr_graph.site import phrases, templates
from ukfr_graph.term_names import INVERSE_LABEL, LABEL, PLURAL_LABEL, read_texts

TEMPLATES = sorted((ROOT / "src/ukfr_graph/site").rglob("*.html"))
SPANISH = """
msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=utf-8\\n"

#: src/ukfr_graph/site/base.html
msgid "Timeline"
msgstr "Cronología"

#: web/src/graph-view.ts
msgid "%(count)s node"
msgid_plural "%(count)s nodes"
msgstr[0] "%(count)s nodo"
msgstr[1] "%(count)s nodos"
"""

FRENCH_HEAD = r"""msgid ""
msgstr ""
"Language: fr\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"Content-Type: text/plain; charset=utf-8\n"
"""


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return extract_messages()


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "es/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "ukfr_graph.po").write_text(SPANISH, "utf-8")
    monkeypatch.setattr(said, "locales_folder", lambda: tmp_path)
    kept = (
        said.find_languages, said.find_locale, said.read_catalogue, said.load_messages, said.list_script_messages,
        templates.open_templates,
    )  # fmt: skip
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*/LC_MESSAGES/*.po")), ids=lambda p: p.parts[-3])
def test_a_catalogue_has_every_message_and_no_other(path: Path, wanted: Catalog) -> None:
    catalogue = dict(read_catalogues())[path]
    assert list(find_faults(wanted, catalogue)) == []
    assert path.read_text("utf-8") == write_catalogue(wanted, catalogue), "repair with: make messages"


@pytest.mark.parametrize("start", ["", FRENCH_HEAD])
def test_a_catalogue_is_begun_empty_or_as_a_copy_and_has_the_plurals_of_its_language(
    tmp_path: Path, start: str
) -> None:
    path = tmp_path / "pl/LC_MESSAGES/ukfr_graph.po"
    path.parent.mkdir(parents=True)
    path.write_text(start, "utf-8")
    wanted = Catalog()
    wanted.add(("%(n)s row", "%(n)s rows"))
    ((_, catalogue),) = read_catalogues(tmp_path)
    text = write_catalogue(wanted, catalogue)
    assert "Language: pl" in text
    assert "nplurals=3" in text
    assert text.count("msgstr[") == 3


def test_what_is_wrong_with_a_catalogue_is_found() -> None:
    wanted = Catalog()
    for message in ("one", "two", "three", "%(a)s and %(b)s", ("%(n)s row", "%(n)s rows")):
        wanted.add(message)
    text = """
msgid "one"
msgstr ""
#, fuzzy
msgid "two"
msgstr "deux"
msgid "%(a)s and %(b)s"
msgstr "%(a)s et %(c)s"
msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s ligne"
msgstr[1] "lignes"
msgid "four"
msgstr "quatre"
"""
    found = list(find_faults(wanted, read_po(io.BytesIO(text.encode()), locale="fr")))
    assert [fault.partition(":")[0].split(" than")[0] for fault in found] == [
        "missing", "missing", "fuzzy", "other placeholders", "other placeholders", "unused",
    ]  # fmt: skip


def test_messages_of_scripts_are_found_within_templates_of_their_own() -> None:
    script = b'html`<p>${x ? html`don\'t ${_("Say \\"it\\"")}` : ""} ${\n ngettext("%(n)s row", "%(n)s rows", n, { n })}`; a_(b)'
    found = [(line, message) for line, _, message, _ in extract_typescript(io.BytesIO(script), None, None, None)]
    assert found == [(1, 'Say "it"'), (2, ("%(n)s row", "%(n)s rows"))]


@pytest.mark.parametrize("call", ["_(`Row ${n}`)", "_(title)", "ngettext(one, many, n)", "_('Row')"])
def test_a_message_that_cannot_be_found_is_refused(call: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(extract_typescript(io.BytesIO(f"\nconst x = {call};".encode()), None, None, None))


def test_a_message_of_a_template_is_safe_within_an_attribute(wanted: Catalog) -> None:
    """Jinja takes messages for markup: see "newstyle" in its documentation."""
    for catalogue in (wanted, *(c for _, c in read_catalogues())):
        for message in catalogue:
            if any(path.endswith(".html") for path, _ in message.locations):
                for text in (message.id, message.string):
                    assert not re.search(r'[<>&"]', " ".join([text] if isinstance(text, str) else list(text or ())))


def test_no_line_of_a_template_is_too_long_to_read() -> None:
    long = [
        f"{p.name}:{n}" for p in TEMPLATES for n, line in enumerate(p.read_text().splitlines(), 1) if len(line) > 120
    ]
    assert long == []


def test_no_template_asks_which_language_it_is_in_for_its_words() -> None:
    named = re.compile(r"""language\s*==|\bt\(\s*["']""")
    assert [path.name for path in TEMPLATES if named.search(path.read_text())] == []


@pytest.mark.usefixtures("spanish")
def test_a_catalogue_is_all_that_a_language_needs() -> None:
    assert said.find_languages() == ("en", "es")
    assert choose_language(None, "es-MX, en;q=0.5") == "es"
    assert choose_language(None, "fr") == "en"
    template = templates.open_templates("es").from_string(
        '{{ _("Timeline") }} {{ _("Compare") }} {{ "2016-08-01" | day("es") }}'
    )
    assert template.render() == "Cronología Compare 1 de agosto de 2016"
    assert said.list_script_messages("es") == {
        "%(count)s node": {"one": "%(count)s nodo", "other": "%(count)s nodos", "many": "%(count)s nodos"}
    }


def test_french_has_its_first_of_the_month_and_its_plurals() -> None:
    assert templates.write_day("2016-08-01", "fr") == "1er août 2016"
    assert [templates.write_day("2016-08-01", "en"), templates.write_day("2016-08-11", "fr")] == [
        "1 August 2016",
        "11 août 2016",
    ]
    french = said.load_messages("fr")
    assert [french.ngettext("%(num)s row", "%(num)s rows", n) % {"num": n} for n in (0, 1, 2)] == [
        "0 ligne", "1 ligne", "2 lignes",
    ]  # fmt: skip


def test_every_name_of_a_term_is_there_in_every_language() -> None:
    names = {key: texts for key, texts in read_texts().items() if key[0] in (LABEL, PLURAL_LABEL, INVERSE_LABEL)}
    assert len(names) > 150
    assert [key for key, texts in names.items() if set(texts) != set(said.find_languages())] == []


def test_every_area_of_questions_has_a_name() -> None:
    areas = {query.area for query in read_library().queries.values()}
    assert {area for area in areas if phrases.name_area(area, "fr") == area} == set()
    assert phrases.name_area("of-my-own", "fr") == "of-my-own"


def test_what_points_to_a_thing_is_headed_by_words_of_its_own() -> None:
    implements = iris.UKFR + "implements"
    assert phrases.name_inverse(implements, "implements", "en") == "Implemented by"
    assert phrases.name_inverse(implements, "met en œuvre", "fr") == "Mis en œuvre par"
    assert phrases.name_inverse("https://example.org/p", "likes", "en") == "Connected by “likes”"
