import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ukfr_graph.conversion import MOST_BYTES, _join_lines, convert, convert_file, normalise
from ukfr_graph.errors import DocumentRefusedError, TextError, UkfrError, UnsupportedMediaTypeError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def make_docx(body: str, prolog: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f'{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
    return content.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def make_pdf(lines: list[str]) -> bytes:
    shown = " ".join(f"BT /F1 12 Tf 72 {720 - 40 * n} Td ({line}) Tj ET" for n, line in enumerate(lines))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    content += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return content.encode("latin-1")


def lock(raw: bytes) -> bytes:
    """Say that a PDF is encrypted (ISO 32000-1, 7.6), by a password that nobody has."""
    key = "<" + "00" * 32 + ">"
    encrypted = f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >>"
    return raw.replace(b"/Root 1 0 R", f"/Root 1 0 R {encrypted}".encode())


LOCKED = lock(make_pdf(["Words"]))


LEVELS = [
    ("decimal", "Article %1", ""),
    ("lowerLetter", "(%2)", ""),
    ("upperRoman", "%3.", ""),
    ("decimal", "%1.%4", ""),
]
ITEMS = [
    (level, "", text)
    for level, text in zip(
        (0, 1, 2, 2, 1, 0, 1, 3), ("Scope", "ports", "quays", "piers", "ships", "Costs", "none", "x"), strict=True
    )
]


def make_numbered_docx(kinds: list[tuple[str, str, str]] = LEVELS, items: list[tuple[int, str, str]] = ITEMS) -> bytes:
    """A document of one list: each level by its kind, its text and more; each item by its level, more, and words."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text, more) in enumerate(kinds)
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{n}"/><w:numId w:val="3"/></w:numPr>{more}</w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        if text
        else f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{n}"/><w:numId w:val="3"/></w:numPr>{more}</w:pPr></w:p>'
        for n, more, text in items
    )
    content = io.BytesIO(make_docx(body))
    related = RELATIONS.replace(
        "officeDocument/2006/relationships/officeDocument", "officeDocument/2006/relationships/numbering"
    )
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("word/numbering.xml", numbering)
        archive.writestr("word/_rels/document.xml.rels", related.replace("word/document.xml", "numbering.xml"))
    return content.getvalue()


HTML = """<!doctype html><html><head><title>no</title><script>no()</script></head><body><nav>no</nav><main>
<h1>Joint  statement</h1><p>We will open<br>3 harbours &amp; a pier.</p><ul><li>one</li><li><p>two</p></li></ul>
<table><tr><th>Port</th><td>2 berths</td></tr></table><p hidden>no</p></main><footer>no</footer></body></html>"""


TWO_ARTICLES = """<html><article><p>Other news.</p></article><article><header><h1>Pact</h1></header>
<ol start="4"><li>One.</li><li><p>Two.</p></li></ol><ol type="a"><li>Three.</li></ol><footer>Done at Lima.</footer></article>
<footer>no</footer></html>"""


@pytest.mark.parametrize(
    ("raw", "name", "text", "reader"),
    [
        (
            HTML.encode(),
            "x",
            "Joint statement\n\nWe will open\n3 harbours & a pier.\n\n- one\n- two\n\nPort | 2 berths\n",
            "HTML read by lxml",
        ),
        ("<html><p>“Dés” – €</p></html>".encode("cp1252"), "x.html", "“Dés” – €\n", "HTML in windows-1252"),
        (
            '<html><meta charset="ISO-8859-2"><p>Łódź</p></html>'.encode("iso-8859-2"),
            "x.html",
            "Łódź\n",
            "HTML in iso-8859-2",
        ),
        (TWO_ARTICLES.encode(), "x", "Other news.\n\nPact\n\n4. One.\n5. Two.\n\na. Three.\n\nDone at Lima.\n", "HTML"),
        (b'<?xml version="1.0"?><html><body><p>Words</p></body></html>', "x", "Words\n", "HTML"),
        (
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><p>A &e; b</p></html>',
            "x.html",
            "A &e; b\n",
            "HTML",
        ),
        (b"7. One\n8. Two\n", "x.md", "7. One\n8. Two\n", "Markdown"),
        (
            b"# Head\n\nWords *here*.\n\n| a | b |\n|-|-|\n| 1 | 2 |\n",
            "x.md",
            "Head\n\nWords here.\n\na | b\n1 | 2\n",
            "Markdown",
        ),
        (
            make_docx(paragraph("We will act.") + paragraph("Soon.")),
            "x",
            "We will act.\n\nSoon.\n",
            "DOCX read by mammoth",
        ),
        (
            make_pdf(["We will act.", "Soon after that."]),
            "x",
            "We will act.\n\nSoon after that.\n",
            "PDF read by pdfminer.six",
        ),
        ("\ufeffWe  will\r\nact.\x0b\n\n\n\nSoon".encode(), "x.txt", "We  will\nact.\n\nSoon\n", "Read as plain text"),
    ],
    ids=[
        "html",
        "html that names no encoding",
        "html of another encoding",
        "two articles",
        "xhtml",
        "html with a subset",
        "numbered markdown",
        "markdown",
        "docx",
        "pdf",
        "text",
    ],
)
def test_a_file_becomes_its_words_and_what_was_done_is_told(raw: bytes, name: str, text: str, reader: str) -> None:
    converted = convert_file(raw, name)
    assert converted.text == text
    assert converted.done.startswith(reader)


LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: make_docx(paragraph("&c;"), LAUGHS), "declares a document type"),
        (lambda: make_docx(paragraph("x" * 150_000_000)), "unpacks to more than"),
        (lambda: b"PK\x03\x04 and nothing more", "is damaged .*: open it"),
        (lambda: b"%PDF-1.4\nand nothing more", "is damaged .*: open it"),
        (lambda: make_pdf([]), "no text"),
        (lambda: b'<html><meta charset="utf-8"><p>caf\xe9</p></html>', "it is not in utf-8; save it as UTF-8"),
        (lambda: b"<html><p>Before</p>" + b"<div>" * 100_000 + b"Words", "nested too deeply"),
        (lambda: b" \n\t\n", "it is empty"),
        (lambda: b"", "it is empty"),
        (lambda: LOCKED, "it asks for a password; save it without one"),
        (lambda: make_pdf([])[:-200], "is damaged .*: open it"),
    ],
    ids=[
        "entities",
        "a bomb",
        "no archive",
        "no pdf",
        "no words",
        "another encoding",
        "deep",
        "blank",
        "empty",
        "with a password",
        "a pdf cut off",
    ],
)
def test_a_hostile_or_empty_file_is_refused_with_its_reason(make: Callable[[], bytes], told: str) -> None:
    with pytest.raises(DocumentRefusedError, match=told):
        convert_file(make(), "x")


def test_a_strict_word_document_is_refused_with_what_to_do() -> None:
    raw = io.BytesIO(make_docx(paragraph("Words")))
    with zipfile.ZipFile(raw) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strict = io.BytesIO()
    with zipfile.ZipFile(strict, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"))
    with pytest.raises(DocumentRefusedError, match="Strict Open XML"):
        convert(strict.getvalue(), "x.docx")


def test_a_page_nested_deeply_ends_and_fetches_nothing() -> None:
    raw = (
        b'<html><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x"><link href="http://127.0.0.1:9/y">'
        + b"<div>" * 100_000
        + b"Words"
    )
    try:
        assert convert_file(raw, "x.html").text.strip() == "Words"
    except DocumentRefusedError as error:
        assert "cannot be read" in str(error)


def test_what_is_too_large_of_another_kind_or_no_text_is_refused() -> None:
    with pytest.raises(DocumentRefusedError, match="the most that is read"):
        convert_file(b"a" * (MOST_BYTES + 1), "x.txt")
    with pytest.raises(UnsupportedMediaTypeError, match=r"x\.png is no HTML"):
        convert_file(b"\x89PNG\r\n\x1a\n\x00\x00", "x.png")
    for raw, kind in (
        (b"{\\rtf1 Words}", "RTF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 9, "Office"),
        (b"<?xml ?><w/>", "XML"),
    ):
        with pytest.raises(UnsupportedMediaTypeError, match=f"{kind}.*: save it as DOCX"):
            convert_file(raw, "x.doc")
    with pytest.raises(TextError, match="line 2, column 1"):
        convert_file(b"caf\n\xe9", "x.txt")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("10<sup>6</sup> m<sup>2</sup> of H<sub>2</sub>O<sup>1</sup>, the 2<sup>nd</sup>", "10⁶ m² of H₂O¹, the 2nd"),
        ("<p style='Display : none'>no</p><p style='visibility:hidden'>no</p><p hidden>no</p>Yes", "Yes"),
        ("five <del>no</del><s>no</s>six<textarea>no</textarea>", "five six"),
        ("<form><h1>Pact</h1><p>We will act.</p></form>", "Pact\n\nWe will act."),
        ("<ol type=i><li>One<li>Two</ol><ol type=I start=9><li>Nine</ol>", "i. One\nii. Two\n\nIX. Nine"),
        ("<pre>One\n  two</pre>", "One\ntwo"),
        ("<details><summary>Annex</summary>Words</details>", "Annex\n\nWords"),
        ("<table><tr><td><p>Port</p></td><td><p>2</p><p>berths</p></td></tr></table>", "Port | 2 berths"),
        ("<table><tr><td><p>We act.</p><p>Soon.</p></td></tr></table>", "We act.\n\nSoon."),
        (
            "<span style='font-size:0.9em'>We</span> act<i style='font-size: 0px'>no</i><i style='font-size:.0'>no</i>",
            "We act",
        ),
        (
            "soft\N{SOFT HYPHEN}ly o\N{LATIN SMALL LIGATURE FFI}cial zero\N{ZERO WIDTH SPACE}width",
            "softly official zerowidth",
        ),
    ],
)
def test_html_is_read_as_a_page_shows_it(written: str, text: str) -> None:
    assert convert(f"<html><body>{written}</body></html>".encode(), "x").text == text + "\n"


def test_markdown_is_read_without_its_marks_be_they_html_and_without_its_front_matter() -> None:
    written = "---\ntitle: no\n---\nFive<br>~~no~~ *six* <span>a</span> < b\n\n<!-- no -->\n\n| a | b |\n|-|-|\n| 1<br>2 | 3 |\n"
    assert convert(written.encode(), "x.md").text == "Five\nsix a < b\n\na | b\n1 2 | 3\n"


def test_markdown_that_begins_with_a_tag_is_markdown() -> None:
    assert convert(b"<p align=center>Pact</p>\n\n*We* act.\n", "x.md").text == "Pact\n\nWe act.\n"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Grow by <x> of GDP <y>.", "Grow by <x> of GDP <y>."),
        ("See <script> here\n\nlast `<b>`", "See <script> here\n\nlast <b>"),
        ("Annex\n\n<!-- a\n\nWe act.", "Annex\n\n<!-- a We act."),
        ("<title>Pact\n\nWe act.", "<title>Pact\n\nWe act."),
        ("---\nWe act.\n\n---\nAnd more.", "We act.\n\nAnd more."),
        ("> " * 30 + "deep", "deep"),
    ],
)
def test_no_word_of_markdown_is_lost_that_looks_like_a_mark(written: str, text: str) -> None:
    assert convert(written.encode(), "x.md").text == text + "\n"


def test_word_documents_count_neither_what_is_deleted_nor_anew_what_goes_on() -> None:
    gone = '<w:rPr><w:del w:id="1"/></w:rPr>'
    items = [(0, "", "One"), (1, "", "a"), (0, gone, ""), (0, "", "Two"), (1, "", "b"), (2, "", "c")]
    levels = [
        ("upperRoman", "Part %1", ""),
        ("decimal", "Article %2", '<w:lvlRestart w:val="0"/>'),
        ("decimal", "%1.%3", "<w:isLgl/>"),
    ]
    lines = convert(make_numbered_docx(levels, items), "x").text.split("\n\n")
    assert [line.strip() for line in lines if line.strip()] == [
        "Part I One", "Article 1 a", "Part II Two", "Article 2 b", "2.1 c",
    ]  # fmt: skip


def test_a_word_document_has_the_numbers_that_word_shows_and_its_tables_have_lines() -> None:
    lines = convert(make_numbered_docx(), "x").text.split("\n\n")
    assert [line.strip() for line in lines] == [
        "Article 1 Scope", "(a) ports", "I. quays", "II. piers", "(b) ships", "Article 2 Costs", "(a) none", "2.1 x",
    ]  # fmt: skip
    row = "<w:tr>" + "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Port", "2 berths")) + "</w:tr>"
    assert convert(make_docx(f"<w:tbl>{row}{row}</w:tbl>"), "x").text == "Port | 2 berths\nPort | 2 berths\n"


def test_words_of_a_word_document_that_are_hidden_or_deleted_are_left_out_and_those_that_are_lost_are_told() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r>"
    deleted = "<w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:ins><w:r><w:t> soon</w:t></w:r></w:ins>"
    field = "<w:fldSimple><w:r><w:t> 7</w:t></w:r></w:fldSimple>"
    converted = convert(make_docx(f"<w:p><w:r><w:t>We act</w:t></w:r>{hidden}{deleted}{field}</w:p>"), "x")
    assert (converted.text, converted.notes) == ("We act soon 7\n", ())
    drawn = f"<w:drawing><a:x xmlns:a='urn:x'><w:txbxContent>{paragraph('Framed')}</w:txbxContent></a:x></w:drawing>"
    (note,) = convert(make_docx(paragraph("We act.") + f"<w:p><w:r>{drawn}</w:r></w:p>"), "x").notes
    assert note.endswith(": Framed")


def test_a_page_of_a_pdf_that_is_a_picture_is_told_and_words_divided_at_the_end_of_a_line_are_joined() -> None:
    raw = make_pdf(["Words"]).replace(b"/Count 1", b"/Count 2").replace(b"/Kids [3 0 R]", b"/Kids [3 0 R 6 0 R]")
    picture = b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"
    page = b"6 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 7 0 R /Resources << >> >>\nendobj\n"
    stream = b"7 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(picture), picture)
    head, tail = raw.split(b"xref\n", 1)
    converted = convert(head + page + stream + b"xref\n" + tail.replace(b"startxref", b"startxref no"), "x")
    assert converted.text == "Words\n"
    assert "2" in converted.notes[0]
    assert _join_lines("coop-\nération, Anglo-\nFrench, o\xad\nn") == "coopération, Anglo-French, on"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
def test_text_in_any_form_of_unicode_is_read(encoding: str) -> None:
    assert convert("We will act. Soon – €5.\rYes".encode(encoding), "x.txt").text == "We will act. Soon – €5.\nYes\n"


@given(st.text())
@example("\N{LATIN SMALL LIGATURE FI}\N{COMBINING ACUTE ACCENT}")
def test_a_normal_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert not set(once) & {"\r", "\x00", "\u2028"}
    assert once.endswith("\n")


@given(st.text(min_size=1).filter(lambda t: any(c.isalnum() for c in t)))
def test_words_of_plain_text_are_kept_in_their_order(text: str) -> None:
    try:
        converted = convert(text.encode(), "x.txt").text
    except UkfrError:
        return
    assert "".join(converted.split()) == "".join(normalise(text).split())
