import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukfr_graph.conversion import MOST_BYTES, convert, convert_file, normalise
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
        (lambda: b"PK\x03\x04 and nothing more", "cannot be read"),
        (lambda: b"%PDF-1.4\nand nothing more", "cannot be read"),
        (lambda: make_pdf([]), "no text"),
        (lambda: b'<html><meta charset="utf-8"><p>caf\xe9</p></html>', "it is not in utf-8; save it as UTF-8"),
        (lambda: b"<html><p>Before</p>" + b"<div>" * 100_000 + b"Words", "nested too deeply"),
        (lambda: b" \n\t\n", "no text"),
    ],
    ids=["entities", "a bomb", "no archive", "no pdf", "no words", "another encoding", "deep", "blank"],
)
def test_a_hostile_or_empty_file_is_refused_with_its_reason(make: Callable[[], bytes], told: str) -> None:
    with pytest.raises(DocumentRefusedError, match=told):
        convert_file(make(), "x")


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


@given(st.text())
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
